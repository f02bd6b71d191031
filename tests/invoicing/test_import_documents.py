import datetime as dt
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.importing.limits import Limits
from invoicing.models import Contact, Document, Event
from invoicing.services import documents, lifecycle
from tests import factories
from tests.invoicing.importing import counts, own, take, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    factories.nominal("4000")
    factories.tax_rate()
    return tmp_path / "documents.csv"


def line(number: str = "A-1", **cells: Any) -> dict[str, Any]:
    return own(number, nominal="4000", tax_rate="S", **cells)


def test_rows_with_one_number_are_one_document(path: Path) -> None:
    rows = [line(), line("A-2"), line(text="More", quantity="2", unit_price="1.005")]
    assert counts(take(written(path, rows))) == (2, 0, 0, 0)
    document = Document.objects.get(number="A-1")
    assert [each.text for each in document.lines.all()] == ["Repair", "More"]
    assert (document.net, document.tax, document.gross) == (
        D("102.01"),
        D("20.40"),
        D("122.41"),
    )
    assert document.due_date == dt.date(2026, 12, 2)
    assert document.lifecycle == "approved"


def test_the_same_file_twice_changes_nothing(path: Path) -> None:
    written(path, [line(), line("A-2")])
    take(path)
    before = Event.objects.count()
    assert counts(take(path)) == (0, 0, 2, 0)
    assert Event.objects.count() == before


def test_a_dry_run_counts_and_writes_nothing(path: Path) -> None:
    written(path, [line(), line("A-2", unit_price="x")])
    report = take(path, dry_run=True)
    assert counts(report) == (1, 0, 0, 1)
    assert not Document.objects.exists()
    assert not Contact.objects.exists()
    assert not Event.objects.exists()


def test_a_changed_document_is_updated_and_its_revision_rises(path: Path) -> None:
    take(written(path, [line(), line("A-2")]))
    assert counts(take(written(path, [line(unit_price="50"), line("A-2")]))) == (
        0,
        1,
        1,
        0,
    )
    document = Document.objects.get(number="A-1")
    assert (document.gross, document.revision) == (D(60), 2)
    assert document.events.filter(verb="document.changed").count() == 1


def test_what_was_mended_here_is_not_undone_by_the_same_file(path: Path) -> None:
    written(path, [line(text="")])
    take(path)
    document = Document.objects.get()
    documents.change(document, {}, lines=[factories.line(100, text="Mended")])
    assert counts(take(path)) == (0, 0, 1, 0)
    assert document.lines.get().text == "Mended"


def test_a_void_document_is_not_brought_back(path: Path) -> None:
    take(written(path, [line()]))
    lifecycle.void(Document.objects.get())
    report = take(written(path, [line(unit_price="1")]))
    assert counts(report) == (0, 0, 0, 1)
    assert "void and can no longer be changed" in report.findings[0].message


def test_a_settled_document_does_not_fall_below_what_is_paid(path: Path) -> None:
    take(written(path, [line()]))
    factories.payment(Document.objects.get())
    report = take(written(path, [line(unit_price="1")]))
    assert "Take payments off it first" in report.findings[0].message
    assert Document.objects.get().gross == D(120)


BAD = [
    ({"date": ""}, "date", "Fill it in"),
    ({"date": "02/11/2026"}, "date", "YYYY-MM-DD"),
    ({"quantity": "1,000"}, "quantity", "without separators"),
    ({"quantity": "NaN"}, "quantity", "is no number"),
    ({"quantity": "1e9"}, "quantity", "is no number"),
    ({"quantity": ""}, "quantity", "is no number"),
    ({"unit_price": "0.1234567"}, "unit_price", "Round it"),
    ({"discount": "101"}, "discount", "from 0 to 100"),
    ({"kind": "receipt"}, "kind", "Use: sales_invoice"),
    ({"status": "won"}, "status", "Use: approved, draft"),
    ({"sent": "by pigeon"}, "sent", "Use: emailed"),
    ({"sent": "posted", "status": "draft"}, "sent", "Leave sent empty"),
    ({"currency": "POUNDS"}, "currency", "at most 3"),
    ({"currency": "G1P"}, "currency", "Use a code such as GBP"),
    ({"rate": "0"}, "rate", "above zero"),
    ({"prices_include_tax": "perhaps"}, "prices_include_tax", "yes or no"),
    ({"nominal": "9999"}, "nominal", "Add it under Nominal codes"),
    ({"tax_rate": "XX"}, "tax_rate", "Add it under Tax rates"),
    ({"contact_code": "C9", "contact_name": ""}, "contact_code", "give a name"),
    ({"contact_code": "", "contact_name": ""}, "contact_code", "names no customer"),
    ({"order_number": "O-1"}, "order_number", "no sales order O-1"),
    ({"credits_number": "A-9"}, "credits_number", "Only a credit note"),
    ({"text": "x" * 1001}, "text", "Shorten it"),
]


@pytest.mark.parametrize(("cells", "field", "remedy"), BAD)
def test_a_bad_row_is_refused_by_name_and_alone(
    path: Path, cells: dict[str, str], field: str, remedy: str
) -> None:
    rows = [line("A-1"), line("B-2") | cells, line("C-3")]
    report = take(written(path, rows))
    assert counts(report) == (2, 0, 0, 1)
    finding = report.findings[0]
    assert (finding.row, finding.document, finding.field) == (3, "B-2", field)
    assert remedy in finding.message
    assert sorted(Document.objects.values_list("number", flat=True)) == ["A-1", "C-3"]


def test_every_finding_of_a_document_is_told(path: Path) -> None:
    rows = [line(date="x"), line(quantity="y"), line("B")]
    report = take(written(path, rows))
    assert counts(report) == (1, 0, 0, 1)
    assert [(each.row, each.field) for each in report.findings] == [
        (2, "date"),
        (3, "date"),
        (3, "quantity"),
    ]


def test_a_row_without_a_number_is_refused_alone(path: Path) -> None:
    report = take(written(path, [line(), line("")]))
    assert counts(report) == (1, 0, 0, 1)
    assert report.findings[0].field == "number"


def test_a_row_with_too_many_cells_takes_its_own_document_alone(path: Path) -> None:
    written(path, [line(), line("A-2")])
    with path.open("a") as file:
        file.write("A-2,2026-11-02,C1,Harbour Cafe Ltd,Too,1,1,4000,S,one more\n")
    report = take(path)
    assert counts(report) == (1, 0, 0, 1)
    assert "10 cells, but there are 9 headings" in report.findings[0].message


def test_one_number_for_two_contacts_is_refused(path: Path) -> None:
    rows = [line(), line(contact_code="C2", date="2026-11-03")]
    report = take(written(path, rows))
    assert counts(report) == (0, 0, 0, 1)
    assert {finding.field for finding in report.findings} == {"contact_code", "date"}
    assert "number of its own" in report.findings[0].message


def test_a_number_from_elsewhere_is_refused(path: Path) -> None:
    factories.draft(number="A-1")
    report = take(written(path, [line()]))
    assert counts(report) == (0, 0, 0, 1)
    assert "was made here" in report.findings[0].message


def test_suppliers_have_numbers_of_their_own(path: Path) -> None:
    bill = {"kind": "supplier invoice"}
    rows = [
        line("1", **bill),
        line("1", **bill) | {"contact_code": "C2", "contact_name": "Other"},
    ]
    assert counts(take(written(path, rows))) == (2, 0, 0, 0)
    assert Contact.objects.filter(is_supplier=True, is_customer=False).count() == 2


def test_one_supplier_named_in_two_ways_is_not_taken_twice(path: Path) -> None:
    factories.supplier(code="S1", name="Spares")
    bill = {"kind": "supplier_invoice", "contact_code": "", "contact_name": ""}
    rows = [
        line("1") | bill | {"contact_code": "S1"},
        line("1") | bill | {"contact_name": "Spares"},
    ]
    report = take(written(path, rows))
    assert counts(report) == (1, 0, 0, 1)
    assert "the same way in all rows" in report.findings[0].message


def test_contacts_are_found_by_code_then_by_exact_name(path: Path) -> None:
    known = factories.customer(code="C1", name="Quite another name")
    named = factories.customer(name="Known by name")
    rows = [
        line("1"),
        line("2") | {"contact_code": "", "contact_name": "Known by name"},
        line("3") | {"contact_code": "", "contact_name": "Known by Name"},
    ]
    take(written(path, rows))
    contacts = [each.contact for each in Document.objects.order_by("number")]
    assert contacts[:2] == [known, named]
    assert contacts[2].code == "KNOWN-BY-NAME"
    known.refresh_from_db()
    assert known.name == "Quite another name"


def test_a_name_that_two_contacts_have_is_refused(path: Path) -> None:
    for _ in range(2):
        factories.customer(name="J. Smith")
    rows = [line() | {"contact_code": "", "contact_name": "J. Smith"}]
    assert "by its code" in take(written(path, rows)).findings[0].message


def test_a_credit_note_may_stand_before_its_invoice(path: Path) -> None:
    rows = [line("CN-1", kind="credit_note", credits_number="A-1"), line("A-1")]
    assert counts(take(written(path, rows))) == (2, 0, 0, 0)
    note = Document.objects.get(number="CN-1")
    assert note.credits and note.credits.number == "A-1"


def test_what_refers_to_a_refused_document_is_refused_too(path: Path) -> None:
    rows = [
        line("A-1", date="never"),
        line("CN-1", kind="credit_note", credits_number="A-1"),
    ]
    written(path, rows)
    for dry_run in (True, False):
        report = take(path, dry_run=dry_run)
        assert counts(report) == (0, 0, 0, 2)
        assert "was refused" in report.findings[-1].message


def test_drafts_orders_and_ways_of_sending_come_in_as_stated(path: Path) -> None:
    rows = [
        line("1", status="draft"),
        line("2", sent="posted"),
        line("3", kind="order", status="won"),
    ]
    take(written(path, rows))
    states = Document.objects.order_by("number").values_list("lifecycle", "sent_how")
    assert list(states) == [("draft", ""), ("approved", "posted"), ("won", "")]


def test_a_draft_of_the_file_can_be_approved_by_a_later_one(path: Path) -> None:
    take(written(path, [line(status="draft")]))
    assert counts(take(written(path, [line()]))) == (0, 1, 0, 0)
    assert Document.objects.get().lifecycle == "approved"
    report = take(written(path, [line(status="draft")]))
    assert "cannot become draft" in report.findings[0].message


def test_stated_totals_stand_beside_ours(path: Path) -> None:
    take(written(path, [line(stated_gross="119.99")]))
    document = Document.objects.get()
    assert (document.gross, document.source_gross) == (D(120), D("119.99"))


def test_a_document_with_too_many_lines_is_refused(path: Path) -> None:
    written(path, [line()] * 4 + [line("A-2")])
    report = take(path, limits=Limits(lines_of_a_document=3))
    assert counts(report) == (1, 0, 0, 1)
    assert "has 4 lines" in report.findings[0].message


def test_lines_are_saved_in_bulk(path: Path) -> None:
    found = []
    for prefix, size in (("A", 2), ("B", 200)):
        written(path, [line(f"{prefix}-{n // size}") for n in range(5 * size)])
        with CaptureQueriesContext(connection) as statements:
            take(path)
        found.append(len(statements))
    # SQLite takes some seventy lines in one statement.
    assert found[1] - found[0] <= 1000 / 50
    assert found[0] <= 20
