import datetime as dt
import gzip
import io
import json
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from invoicing.models import Contact, Document, ImportRun
from tests import factories
from tests.invoicing.importing import counts, sale, take, written

pytestmark = pytest.mark.django_db
RETAIL = "online-retail"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "retail.csv"


def command(*arguments: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON object."""
    out, code = io.StringIO(), 0
    try:
        call_command(
            "import_documents", *arguments, "--json", stdout=out, stderr=io.StringIO()
        )
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue())


def test_what_the_file_lacks_is_filled_in_as_the_layout_says(path: Path) -> None:
    assert counts(take(written(path, [sale()]), RETAIL)) == (1, 0, 0, 0)
    document = Document.objects.get()
    line = document.lines.get()
    contact = document.contact
    assert (document.number, document.currency) == ("536365", "GBP")
    assert (document.date, document.due_date) == (
        dt.date(2010, 12, 1),
        dt.date(2010, 12, 31),
    )
    assert (document.lifecycle, document.sent_how) == ("approved", "")
    assert (contact.code, contact.name, contact.country) == (
        "17850",
        "Customer 17850",
        "GB",
    )
    assert line.nominal and line.nominal.code == "4000"
    assert line.tax_rate and line.tax_rate.rate == 0
    assert line.product_code == "85123A"


def test_lines_are_rounded_half_up_to_the_penny(path: Path) -> None:
    rows = [sale(Quantity="3", UnitPrice="0.335"), sale(Quantity="1", UnitPrice=".005")]
    take(written(path, rows), RETAIL)
    assert Document.objects.get().gross == D("1.02")


def test_numbers_that_begin_with_c_are_credit_notes(path: Path) -> None:
    rows = [
        sale("C536379", Quantity="-1", UnitPrice="27.50", StockCode="D"),
        sale("C536379", Quantity="2", UnitPrice="1"),
    ]
    take(written(path, rows), RETAIL)
    document = Document.objects.get()
    assert (document.kind, document.number) == ("credit_note", "C536379")
    assert document.gross == D("25.50")
    assert document.due_date is None


def test_dirt_is_taken_in_as_it_is(path: Path) -> None:
    rows = [
        sale("1", Description=""),
        sale("2", UnitPrice="0"),
        sale("3", Quantity="-4"),
        sale("3", Quantity="10"),
        sale("4", StockCode="M", Description="Manual"),
    ]
    assert counts(take(written(path, rows), RETAIL)) == (4, 0, 0, 0)
    totals = dict(Document.objects.values_list("number", "gross"))
    assert totals == {"1": D("15.3"), "2": D(0), "3": D("15.3"), "4": D("15.3")}
    assert Document.objects.get(number="2").settlement == "paid"


def test_without_a_walk_in_customer_nobodys_documents_are_refused(path: Path) -> None:
    report = take(written(path, [sale(), sale("2", CustomerID="")]), RETAIL)
    assert counts(report) == (1, 0, 0, 1)
    finding = report.findings[0]
    assert (finding.row, finding.document, finding.field) == (3, "2", "CustomerID")
    assert "walk-in" in finding.message


def test_the_walk_in_customer_takes_nobodys_documents(path: Path) -> None:
    factories.customer(code="SHOP", name="Shop counter")
    rows = [sale(), sale("2", CustomerID="")]
    written(path, rows)
    take(path, RETAIL, walk_in="Shop counter", mark_sent=True)
    document = Document.objects.get(number="2")
    assert (document.contact.code, document.sent_how) == ("SHOP", "counter")
    assert Document.objects.get(number="536365").sent_how == "handed_over"
    again = take(path, RETAIL, walk_in="Shop counter", mark_sent=True)
    assert counts(again) == (0, 0, 2, 0)


def test_marking_as_sent_can_come_later(path: Path) -> None:
    written(path, [sale()])
    take(path, RETAIL)
    assert counts(take(path, RETAIL, mark_sent=True)) == (0, 1, 0, 0)
    assert Document.objects.get().sent_at is not None


def test_one_number_for_two_customers_or_days_is_refused(path: Path) -> None:
    rows = [
        sale("1"),
        sale("1", CustomerID="13047"),
        sale("2"),
        sale("2", InvoiceDate="2010-12-02 09:00:00"),
        sale("3"),
        sale("3", InvoiceDate="2010-12-01 09:00:00"),
    ]
    report = take(written(path, rows), RETAIL)
    assert counts(report) == (1, 0, 0, 2)
    assert [(each.row, each.field) for each in report.findings] == [
        (3, "CustomerID"),
        (5, "InvoiceDate"),
    ]


def test_a_tax_rate_of_the_same_code_and_another_rate_stops_the_file(
    path: Path,
) -> None:
    factories.tax_rate(code="Z", rate=D(20))
    code, report = command(written(path, [sale()]), "--layout", RETAIL)
    assert code == 1
    assert "Give that another code" in report["refused"][0]["message"]
    assert not Document.objects.exists()


def test_the_command_tells_what_happened_in_json(path: Path) -> None:
    rows = [sale(), sale("2", UnitPrice="?"), sale("2", Quantity="?")]
    code, report = command(written(path, rows), "--layout", RETAIL)
    assert code == 1
    assert (report["created"], report["updated"], report["unchanged"]) == (1, 0, 0)
    assert [set(entry) for entry in report["refused"]] == [
        {"row", "document", "field", "message"}
    ] * 2
    assert {entry["document"] for entry in report["refused"]} == {"2"}
    run = ImportRun.objects.get()
    assert (run.created, run.refused) == (1, 1)


def test_the_command_ends_with_zero_when_nothing_is_refused(path: Path) -> None:
    written(path, [sale()])
    arguments = (path, "--layout", RETAIL, "--walk-in", "Shop", "--mark-sent")
    assert command(*arguments, "--dry-run")[0] == 0
    assert not Document.objects.exists()
    assert command(*arguments) == (
        0,
        {
            "rows": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "refused_documents": 0,
            "refused": [],
        },
    )


def test_a_malformed_file_is_refused_in_one_entry(path: Path) -> None:
    path.write_bytes(b"\x00\x01\x02")
    code, report = command(path, "--layout", RETAIL)
    assert code == 1
    assert [entry["field"] for entry in report["refused"]] == ["file"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("absent.csv",), "There is no file"),
        ((__file__, "--layout", "nobodys"), "Use one of: finsync, online-retail"),
    ],
)
def test_wrong_use_is_told_apart(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as wrong:
        call_command("import_documents", *arguments, stderr=io.StringIO())
    assert wrong.value.returncode == 2


def test_people_read_sentences(path: Path) -> None:
    written(path, [sale("1", UnitPrice="?")])
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "import_documents",
            path,
            "--layout",
            RETAIL,
            stdout=out,
            stderr=io.StringIO(),
        )
    assert "refused 1 documents" in out.getvalue()
    assert "Row 2 1, UnitPrice" in out.getvalue()


def test_a_packed_file_is_taken_by_the_command(path: Path, tmp_path: Path) -> None:
    written(path, [sale(), sale("2")])
    packed = tmp_path / "month.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert command(packed, "--layout", RETAIL)[1]["created"] == 2
