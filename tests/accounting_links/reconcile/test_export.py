import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from accounting_links.models import Reconciliation, ReconciliationRow, Verdict
from accounting_links.reconcile import export
from accounting_links.reconcile.cells import COLUMNS, safe
from accounting_links.reconcile.sides import Period
from accounting_links.reconcile.totals import Totals
from tests.accounting_links.factories import connection

pytestmark = pytest.mark.django_db
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")
WHOLE = {
    "ours": "120.00",
    "theirs": "1170.00",
    "explained": "1050.00",
    "unexplained": "0.00",
    "by_kind": {
        "sales_invoice": {
            "ours": "120.00",
            "theirs": "1170.00",
            "explained": "1050.00",
            "unexplained": "0.00",
        }
    },
    "by_verdict": {
        "posted_outside": {"count": 1, "difference": "1000.00"},
        "amount_differs": {"count": 1, "difference": "50.00"},
    },
    "by_nominal": {
        "=4000": {
            "ours": "120.00",
            "theirs": "1170.00",
            "explained": "1050.00",
            "unexplained": "0.00",
        }
    },
}


@pytest.fixture
def done() -> Reconciliation:
    return Reconciliation.objects.create(
        connection=connection(name="Shop", organisation_name="Šťastný & <Sons>"),
        start=dt.date(2026, 11, 1),
        end=dt.date(2026, 11, 30),
        kinds=["sales_invoice"],
        state="done",
        verdicts={"posted_outside": 1, "amount_differs": 1},
        totals={"GBP": WHOLE},
        finished_at=dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC),
    )


def row(done: Reconciliation, **fields: Any) -> ReconciliationRow:
    whole: dict[str, Any] = {
        "kind": "sales_invoice",
        "number": "A-1",
        "verdict": Verdict.AMOUNT_DIFFERS,
        "currency": "GBP",
        "their_currency": "GBP",
        "ours": Decimal("120"),
        "theirs": Decimal("170"),
        "ours_counted": Decimal("120"),
        "theirs_counted": Decimal("170"),
        "our_date": dt.date(2026, 11, 2),
        "cause": "120.00 here, 170.00 there.",
    }
    return ReconciliationRow.objects.create(reconciliation=done, **whole | fields)


def outside(done: Reconciliation, **fields: Any) -> ReconciliationRow:
    whole: dict[str, Any] = {
        "number": "X-1",
        "verdict": Verdict.POSTED_OUTSIDE,
        "ours": None,
        "our_date": None,
        "ours_counted": Decimal(0),
        "theirs": Decimal(1000),
        "theirs_counted": Decimal(1000),
    }
    return row(done, **whole | fields)


def written(done: Reconciliation, path: Path) -> Path:
    export.write(done, path)
    return path


def lines(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_a_csv_begins_a_formula(
    done: Reconciliation, tmp_path: Path, text: str
) -> None:
    row(done, number=text, our_party=text, cause=text)
    (line,) = lines(written(done, tmp_path / "r.csv"))
    for name in ("number", "our_party", "cause"):
        assert line[name] == f"'{text}"


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_an_xlsx_begins_a_formula(
    done: Reconciliation, tmp_path: Path, text: str
) -> None:
    outside(done, number=text, their_party=text, url=text)
    book = load_workbook(written(done, tmp_path / "r.xlsx"))
    for name in ("Documents", "Posted outside"):
        found = [cell for line in book[name].iter_rows(min_row=2) for cell in line]
        assert not [cell for cell in found if cell.data_type == "f"]
        assert not [cell for cell in found if str(cell.value).startswith(EVIL)]


def test_amounts_stay_amounts(done: Reconciliation, tmp_path: Path) -> None:
    row(done, ours=Decimal("-12"), theirs=None)
    (line,) = lines(written(done, tmp_path / "r.csv"))
    assert (line["ours"], line["theirs"]) == ("-12.00", "")
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Documents"]
    ours = sheet.cell(2, 4)
    assert (ours.value, ours.data_type) == (-12, "n")
    assert ours.number_format == "#,##0.00;[Red]-#,##0.00"


def test_amounts_have_the_places_of_their_currency(
    done: Reconciliation, tmp_path: Path
) -> None:
    row(done, currency="JPY", ours=Decimal(1200))
    row(done, currency="KWD", ours=Decimal("1.5"))
    found = [line["ours"] for line in lines(written(done, tmp_path / "r.csv"))]
    assert found == ["1200", "1.500"]


def test_control_characters_do_not_break_the_file(
    done: Reconciliation, tmp_path: Path
) -> None:
    row(done, number="A\x01\x0b1", cause="bell\x07")
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Documents"]
    assert sheet.cell(2, 1).value == "A1"
    assert written(done, tmp_path / "r.pdf").stat().st_size > 1000


def test_each_sheet_holds_its_rows(done: Reconciliation, tmp_path: Path) -> None:
    row(done)
    outside(done)
    row(done, number="A-2", verdict=Verdict.MATCHED)
    book = load_workbook(written(done, tmp_path / "r.xlsx"))
    numbers = {
        name: [cell.value for cell in book[name]["A"][1:]]
        for name in ("Documents", "Differences", "Posted outside")
    }
    assert numbers == {
        "Documents": ["A-1", "X-1", "A-2"],
        "Differences": ["A-1"],
        "Posted outside": ["X-1"],
    }


def test_the_lists_can_be_worked_with(done: Reconciliation, tmp_path: Path) -> None:
    row(done)
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Documents"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:Y2"
    assert sheet.column_dimensions["G"].width == 60
    assert [cell.value for cell in sheet[1]] == [each.title for each in COLUMNS]
    assert sheet["I2"].number_format == "yyyy-mm-dd"


def test_the_summary_ties_by_formulas(done: Reconciliation, tmp_path: Path) -> None:
    row(done)
    outside(done)
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Tie-out"]
    told: dict[Any, Any] = {
        line[0]: line for line in sheet.iter_rows(values_only=True) if line[0]
    }
    assert told["Our total"][2] == (
        '=SUMIFS(Documents!$T$2:$T$3,Documents!$C$2:$C$3,"GBP")'
    )
    assert told["Their total"][2].startswith("=SUMIFS(Documents!$U$2:$U$3")
    assert told["Posted outside FinSync"][1].startswith("=COUNTIFS(")
    assert told["Explained"][2].startswith("=SUM(C")
    assert told["Check"][2].startswith("=IF(AND(")
    found = {name: told[name][3] for name in ("Our total", "Explained", "Their total")}
    assert found == {"Our total": 120, "Explained": 1050, "Their total": 1170}


def test_the_formulas_point_at_the_right_columns(
    done: Reconciliation, tmp_path: Path
) -> None:
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Documents"]
    titles = {cell.coordinate[0]: cell.value for cell in sheet[1]}
    assert [titles[letter] for letter in "BCFSTU"] == [
        *("Kind", "Currency", "Verdict", "Their currency"),
        *("Ours, counted", "Theirs, counted"),
    ]


def test_an_unexplained_cent_points_at_its_own_row(
    done: Reconciliation, tmp_path: Path
) -> None:
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Tie-out"]
    at = {line[0].value: line[0].row for line in sheet.iter_rows() if line[0].value}
    rest = sheet.cell(at["Unexplained"], 3).value
    wanted = [at[name] for name in ("Their total", "Our total", "Explained")]
    assert rest == "=" + "-".join(f"C{each}" for each in wanted)


def test_reports_of_a_practice_installation_say_so(
    done: Reconciliation, tmp_path: Path
) -> None:
    sheet = load_workbook(written(done, tmp_path / "r.xlsx"))["Tie-out"]
    assert sheet["A1"].value == "PRACTICE: Reconciliation with Šťastný & <Sons>"
    assert export.file_name(done, ".csv").startswith("practice-reconciliation-")


def test_a_pdf_takes_names_as_they_are(done: Reconciliation, tmp_path: Path) -> None:
    row(done, number="<b>A&1", cause="<para>")
    outside(done, number="Žluťoučký")
    assert written(done, tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def test_a_file_is_there_whole_or_not_at_all(
    done: Reconciliation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(export.WRITERS, ".csv", breaks)
    (tmp_path / "r.csv").write_text("the last one")
    with pytest.raises(OSError, match="disk full"):
        export.write(done, tmp_path / "r.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]
    assert (tmp_path / "r.csv").read_text() == "the last one"


def test_empty_books_make_all_files(done: Reconciliation, tmp_path: Path) -> None:
    done.totals = Totals(Period()).as_dict(home_currency="GBP")
    for ending in export.WRITERS:
        assert written(done, tmp_path / f"r{ending}").stat().st_size > 0


def test_harmless_text_stays_as_it_is() -> None:
    assert safe("INV-1") == "INV-1"
    assert safe("") == ""
