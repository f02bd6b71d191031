import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.practice import errors
from connectors.practice.books import Kind, Party, Role, State, Status
from connectors.practice.ledger import Ledger
from connectors.practice.policies import Guids, Policies, Scope
from tests.connectors.practice.shop import DAY, bill, invoice, ledger, line, tax_id


def test_it_computes_totals_of_a_document() -> None:
    books = ledger()
    lines = (line(books, "60.00", quantity=Decimal(2), tax_code=tax_id(books, "S")),)
    made = books.documents.create(invoice(books, lines=lines))
    assert (made.net, made.tax, made.gross) == (Decimal(120), Decimal(24), Decimal(144))
    assert made.status is Status.OPEN


def test_it_refuses_a_number_that_is_taken() -> None:
    books = ledger()
    first = books.documents.create(invoice(books, "INV-7"))
    with pytest.raises(errors.DuplicateNumber) as caught:
        books.documents.create(invoice(books, "inv-7"))
    assert caught.value.existing == first.id
    assert len(books.documents.table) == 1


def test_supplier_numbers_are_unique_for_each_supplier() -> None:
    books = ledger()
    other = books.parties.create(Party(name="Other Ltd", roles=(Role.SUPPLIER,)))
    books.documents.create(bill(books, "88"))
    books.documents.create(replace(bill(books, "88"), party=other.id))
    with pytest.raises(errors.DuplicateNumber):
        books.documents.create(bill(books, "88"))


def test_a_voided_number_stays_taken_and_a_deleted_one_is_free() -> None:
    books = ledger()
    voided = books.documents.create(invoice(books, "1"))
    deleted = books.documents.create(invoice(books, "2"))
    books.documents.void(voided.id)
    books.documents.delete(deleted.id)
    books.documents.create(invoice(books, "2"))
    with pytest.raises(errors.DuplicateNumber):
        books.documents.create(invoice(books, "1"))


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"party": "999"}, errors.UnknownParty, "party"),
        ({"currency": "XXX"}, errors.Invalid, "currency"),
        ({"lines": ()}, errors.Missing, "lines"),
        ({"number": "N" * 22}, errors.Invalid, "number"),
    ],
)
def test_it_refuses_what_a_document_may_not_hold(
    change: dict[str, object], error: type[errors.LedgerError], field: str
) -> None:
    books = ledger(Policies(number_length=21))
    with pytest.raises(error) as caught:
        books.documents.create(replace(invoice(books), **change))  # type: ignore[arg-type] # the table is mixed
    assert caught.value.field == field
    assert not list(books.documents.table)


@pytest.mark.parametrize(
    ("field", "error"),
    [
        ("account", errors.UnknownAccount),
        ("item", errors.UnknownItem),
        ("tax_code", errors.UnknownTax),
    ],
)
def test_it_names_the_line_of_an_unknown_reference(
    field: str, error: type[errors.LedgerError]
) -> None:
    books = ledger()
    lines = (line(books), line(books, **{field: "999"}))
    with pytest.raises(error) as caught:
        books.documents.create(invoice(books, lines=lines))
    assert caught.value.field == f"lines.1.{field}"


def test_it_refuses_an_inactive_customer() -> None:
    books = ledger()
    books.parties.update(books.recall("sample")["customer"], active=False)
    with pytest.raises(errors.UnknownParty) as caught:
        books.documents.create(invoice(books))
    assert caught.value.inactive


def test_a_supplier_is_no_customer() -> None:
    books = ledger()
    supplier = books.recall("sample")["supplier"]
    with pytest.raises(errors.UnknownParty):
        books.documents.create(invoice(books, party=supplier))


def test_it_refuses_a_stale_version() -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    changed = books.documents.update(made.id, version=0, memo="first")
    assert changed.version == 1
    with pytest.raises(errors.StaleVersion):
        books.documents.update(made.id, version=0, memo="second")
    assert books.documents.get(made.id).memo == "first"


Change = Callable[[Ledger, str], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda books, _: books.documents.create(invoice(books, "INV-2")),
        lambda books, made: books.documents.update(made, memo="late"),
        lambda books, made: books.documents.void(made),
        lambda books, made: books.documents.delete(made),
    ],
)
def test_a_closed_period_takes_nothing(change: Change) -> None:
    books = ledger()
    made = books.documents.create(invoice(books))
    books.change_company(closed_until=DAY)
    with pytest.raises(errors.PeriodClosed):
        change(books, made.id)
    assert list(books.documents.table) == [made]
    later = DAY + dt.timedelta(days=1)
    assert books.documents.create(invoice(books, "INV-2", date=later)).date == later


def test_a_draft_is_posted_and_reopened() -> None:
    books = ledger()
    draft = books.documents.create(invoice(books, state=State.DRAFT, lines=()))
    with pytest.raises(errors.Missing):
        books.documents.post(draft.id)
    books.documents.update(draft.id, lines=(line(books),))
    assert books.documents.post(draft.id).status is Status.OPEN
    with pytest.raises(errors.WrongState):
        books.documents.post(draft.id)
    assert books.documents.reopen(draft.id).status is Status.DRAFT


def test_it_numbers_documents_where_the_vendor_does() -> None:
    books = ledger(Policies(numbering={Kind.SALES_INVOICE: "A-"}))
    books.documents.create(invoice(books, "A-1"))
    assert books.documents.create(invoice(books, "")).number == "A-2"
    assert books.documents.create(invoice(books, "")).number == "A-3"


def test_a_callers_own_key_is_unique() -> None:
    books = ledger()
    first = books.documents.create(invoice(books, external_id="k1"))
    assert books.documents.by_external_id("k1") == first
    with pytest.raises(errors.DuplicateExternalId):
        books.documents.create(invoice(books, "INV-2", external_id="k1"))


def test_names_share_one_space_where_the_vendor_says_so() -> None:
    apart, shared = ledger(), ledger(Policies(names=Scope.ALL))
    supplier = Party(name="practice  CUSTOMER", roles=(Role.SUPPLIER,))
    assert apart.parties.create(supplier).roles == (Role.SUPPLIER,)
    with pytest.raises(errors.DuplicateName):
        shared.parties.create(supplier)


def test_ids_are_made_by_the_faces_scheme() -> None:
    books = ledger(Policies(ids=Guids()))
    assert len(books.documents.create(invoice(books)).id) == 36


def test_it_finds_each_of_many_by_number() -> None:
    books = ledger()
    with books.store.change():
        for number in range(3000):
            books.documents.create(invoice(books, f"N{number}"))
    found = [books.documents.numbered(Kind.SALES_INVOICE, f"n{n}") for n in range(3000)]
    assert all(len(rows) == 1 for rows in found)
    assert len(books.documents.of_party(found[0][0].party)) == 3000
