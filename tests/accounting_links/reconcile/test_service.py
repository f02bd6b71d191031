import datetime as dt
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from accounting_links.models import (
    Connection,
    ItemState,
    Reconciliation,
    ReconciliationRow,
    ReconciliationState,
    RecordType,
    Verdict,
)
from accounting_links.reconcile import service
from connectors.records import DocumentKind, RemoteLine, RemoteStatus
from invoicing.services import lifecycle
from tests import factories
from tests.accounting_links.factories import (
    connection,
    contact_link,
    document_link,
    nominal_link,
    remote_record,
    sync_item,
)
from tests.accounting_links.reconcile.books import (
    Books,
    booked,
    foreign,
    open_instead,
)

pytestmark = pytest.mark.django_db
START, END = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
BEFORE = dt.date(2026, 10, 15)
INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def link() -> Connection:
    return connection(INVOICE, DocumentKind.CREDIT_NOTE)


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    open_instead(monkeypatch, books)
    return books


def november(link: Connection) -> Reconciliation:
    return service.run(link, start=START, end=END)


def rows(link: Connection) -> dict[str, ReconciliationRow]:
    """By number; each number once."""
    found = list(november(link).rows.all())
    assert len({row.number for row in found}) == len(found)
    return {row.number: row for row in found}


def sent(link: Connection, books: Books, **fields: object) -> tuple[object, object]:
    """A document of ours, and what the books hold of it."""
    document = factories.approved(**fields)  # type: ignore[arg-type]  # all are passed on
    remote = booked(document)
    document_link(link, document, external_id=remote.id)
    books.documents.append(remote)
    return document, remote


def test_the_same_on_both_sides_is_matched(link: Connection, books: Books) -> None:
    sent(link, books, number="A-1")
    sent(link, books, kind=DocumentKind.CREDIT_NOTE, number="C-1")
    done = november(link)
    assert done.state == ReconciliationState.DONE
    assert {k: v for k, v in done.verdicts.items() if v} == {"matched": 2}
    whole = done.totals["GBP"]
    assert (whole["ours"], whole["theirs"], whole["explained"]) == ("0.00",) * 3
    assert whole["by_kind"]["credit_note"]["ours"] == "-120.00"


def test_amounts_of_credit_notes_are_negative(link: Connection, books: Books) -> None:
    sent(link, books, kind=DocumentKind.CREDIT_NOTE, number="C-1")
    row = rows(link)["C-1"]
    assert (row.ours, row.theirs) == (Decimal(-120), Decimal(-120))


def test_drafts_and_documents_before_go_live_do_not_count(
    link: Connection, books: Books
) -> None:
    factories.draft(number="DRAFT")
    factories.approved(number="EARLY")
    late = factories.approved(number="LATE", date=dt.date(2026, 11, 20))
    linked = factories.approved(number="LINKED")
    document_link(link, linked)
    link.go_live = dt.date(2026, 11, 10)
    link.save()
    assert set(rows(link)) == {late.number, "LINKED"}


def test_a_void_document_counts_where_it_was_sent(
    link: Connection, books: Books
) -> None:
    never = factories.approved(number="NEVER")
    document, _ = sent(link, books, number="VOID")
    for each in (never, document):
        lifecycle.void(each, reason="Wrong customer")  # type: ignore[arg-type]  # a Document
    (row,) = rows(link).values()
    assert (row.number, row.verdict, row.ours) == ("VOID", "ended_one_side", Decimal(0))
    assert row.theirs == row.theirs_counted == Decimal(120)


def test_a_void_document_there_counts_nothing(link: Connection, books: Books) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", status=RemoteStatus.VOID))
    done = november(link)
    whole = done.totals["GBP"]
    assert (whole["ours"], whole["theirs"]) == ("120.00", "0.00")
    assert (whole["explained"], whole["unexplained"]) == ("-120.00", "0.00")
    assert done.rows.get().verdict == Verdict.ENDED_ON_ONE_SIDE


def test_a_counterpart_redated_there_is_found_by_number(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", date=BEFORE))
    row = rows(link)["A-1"]
    assert (row.verdict, row.theirs) == ("date_differs", Decimal(120))
    assert row.theirs_counted == 0
    assert ("find", "sales_invoice", "A-1") in books.calls


def test_a_counterpart_renumbered_too_is_found_by_id(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", date=BEFORE, number="Z"))
    row = rows(link)["A-1"]
    assert (row.verdict, row.differs) == ("date_differs", "date number")


def test_a_counterpart_of_ours_outside_the_period_is_found(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1", date=BEFORE)
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", date=START))
    done = november(link)
    assert done.rows.get().verdict == Verdict.DATE_DIFFERS
    whole = done.totals["GBP"]
    assert (whole["ours"], whole["theirs"]) == ("0.00", "120.00")


def test_a_copy_of_a_document_of_another_period_is_a_duplicate(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1", date=BEFORE)
    document_link(link, document, external_id="R1")
    books.documents += [
        booked(document, id="R1"),
        booked(document, id="R2", date=START),
    ]
    row = rows(link)["A-1"]
    assert (row.verdict, row.ours, row.external_id) == (
        "duplicate_in_books",
        None,
        "R2",
    )


def test_a_lost_link_is_found_by_our_reference(link: Connection, books: Books) -> None:
    document = factories.approved(number="A-1", date=BEFORE)
    books.documents.append(booked(document, number="", date=START))
    row = rows(link)["A-1"]
    assert (row.document_id, row.verdict) == (document.pk, "date_differs")


def test_what_we_no_longer_have_is_missing_in_crm(
    link: Connection, books: Books
) -> None:
    books.documents.append(foreign("X", reference="FinSync-" + "0" * 20))
    assert rows(link)["X"].verdict == Verdict.MISSING_IN_CRM


def test_missing_in_books_tells_the_code_that_blocks_it(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    sync_item(
        link,
        document,
        state=ItemState.BLOCKED,
        status_code="NO_ACCOUNT",
        message="Acme has no account there.",
    )
    row = rows(link)["A-1"]
    assert (row.verdict, row.status_code) == ("missing_in_books", "NO_ACCOUNT")
    assert row.cause == "NO_ACCOUNT: Acme has no account there."


def test_an_item_in_doubt_is_said_to_be_so(link: Connection, books: Books) -> None:
    document = factories.approved(number="A-1")
    sync_item(link, document, state=ItemState.IN_DOUBT, key="k1")
    assert rows(link)["A-1"].verdict == Verdict.IN_DOUBT


def test_another_account_there_is_another_customer(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    contact_link(link, document.contact, external_id="P1")
    document_link(link, document, external_id="R1", party_id="P0")
    books.documents.append(booked(document, id="R1", party_id="P1", party_name="?"))
    assert rows(link)["A-1"].verdict == Verdict.MATCHED
    books.documents = [booked(document, id="R1", party_id="P0")]
    assert rows(link)["A-1"].verdict == Verdict.CUSTOMER_DIFFERS


def test_a_row_leads_to_the_document_over_there(link: Connection, books: Books) -> None:
    books.documents.append(foreign("X"))
    assert rows(link)["X"].url == "https://books.example/sales_invoice/FX"


def test_totals_tie_per_nominal_code(link: Connection, books: Books) -> None:
    nominal_link(link, factories.nominal("4000"), account_id="A1", item_id="I1")
    lines = [factories.line(100), factories.line(50, nominal=factories.nominal("4100"))]
    document = factories.approved(number="A-1", lines=lines)
    document_link(link, document, external_id="R1")
    told = (
        RemoteLine(text="", net=Decimal(110), item_id="I1"),
        RemoteLine(text="", net=Decimal(40), account_id="A9"),
    )
    books.documents.append(booked(document, id="R1", lines=told))
    nominals = november(link).totals["GBP"]["by_nominal"]
    assert nominals["4000"]["explained"] == "10.00"
    assert nominals["4100"]["explained"] == "-50.00"
    assert nominals["A9"]["theirs"] == "40.00"
    assert nominals["tax"]["ours"] == nominals["tax"]["theirs"] == "30.00"


def test_items_of_strangers_go_by_the_account_that_they_carry(
    link: Connection, books: Books
) -> None:
    account, item = RecordType.ACCOUNT, RecordType.ITEM
    remote_record(link, "Sales of parts", type=account, external_id="A7")
    carried = {"income_account_id": "A7", "expense_account_id": "A8"}
    remote_record(link, "Drum", type=item, external_id="I7", data=carried)
    told = (
        RemoteLine(text="", net=Decimal(30), item_id="I7"),
        RemoteLine(text="", net=Decimal(20)),
    )
    books.documents.append(foreign("X", lines=told))
    nominals = november(link).totals["GBP"]["by_nominal"]
    assert nominals["Sales of parts"]["theirs"] == "30.00"
    assert nominals["no nominal code"]["theirs"] == "20.00"


def test_many_missing_ones_are_looked_for_in_one_list(
    link: Connection, books: Books
) -> None:
    for number in range(61):
        document = factories.approved(number=f"A-{number}")
        document_link(link, document, external_id=f"R{number}")
    books.documents.append(booked(document, id="R60", date=BEFORE))
    done = november(link)
    assert done.verdicts["date_differs"] == 1
    assert done.verdicts["ended_one_side"] == 60
    assert len([call for call in books.calls if call[0] == "list"]) == 4


def test_books_that_look_no_numbers_up_are_listed(
    link: Connection, books: Books
) -> None:
    books.can_find = False
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1", number="Z", date=BEFORE))
    assert rows(link)["A-1"].verdict == Verdict.DATE_DIFFERS


def test_all_documents_need_no_look_beyond_the_period(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    done = service.run(link, start=None, end=None)
    assert done.verdicts["ended_one_side"] == 1
    assert {call[0] for call in books.calls} == {"list"}


def test_a_kind_that_is_not_served_is_left_out(link: Connection, books: Books) -> None:
    factories.supplier_invoice(number="B-1")
    books.documents.append(foreign("B-2", kind=DocumentKind.SUPPLIER_INVOICE))
    assert november(link).verdicts["missing_in_books"] == 0
    chosen = service.run(
        link, start=START, end=END, kinds=[DocumentKind.SUPPLIER_INVOICE]
    )
    assert {row.number for row in chosen.rows.all()} == {"B-1", "B-2"}


def test_the_statements_do_not_grow_with_the_documents(
    link: Connection, books: Books
) -> None:
    from django.db import connection as database

    counts = []
    for more in (2, 20):
        for _ in range(more):
            sent(link, books)
        with CaptureQueriesContext(
            database,
        ) as caught:
            november(link)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 30


def test_it_reads_and_changes_nothing_over_there(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    link_before = document_link(link, document, external_id="R1", status="open")
    books.documents.append(booked(document, id="R1", status=RemoteStatus.PAID))
    november(link)
    assert {call[0] for call in books.calls} <= {"list", "find", "get"}
    link_before.refresh_from_db()
    assert link_before.status == "open"


def test_a_copy_never_takes_the_place_of_the_linked_one(
    link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents += [
        booked(document, id="R1", date=BEFORE),
        booked(document, id="R2"),
    ]
    found = {row.external_id: row.verdict for row in november(link).rows.all()}
    assert found == {"R1": "date_differs", "R2": "duplicate_in_books"}
