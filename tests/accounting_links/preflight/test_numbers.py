from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounting_links.models import Connection, Operation
from accounting_links.preflight.base import Finding, Fix
from connectors.capabilities import Idempotency
from connectors.records import RemoteStatus
from invoicing.models import Document, DocumentKind
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import Ledgerly, able, check, in_books, ready
from tests.accounting_links.ledgerly_fixtures import Install


@pytest.fixture
def invoice(connection: Connection) -> Document:
    document = factories.sent(number="INV-1")
    links.contact_link(connection, document.contact, external_id="58")
    return ready(connection, document)


def duplicate(connection: Connection, document: Document, books: Ledgerly) -> Finding:
    [finding] = check(connection, document, connector=books)
    assert finding.code == "DUPLICATE_NUMBER"
    return finding


def test_a_free_number_may_go(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, number="INV-2", party_id="58")]
    assert check(connection, invoice, connector=books) == []


def test_without_a_connector_nobody_is_asked(
    connection: Connection, invoice: Document
) -> None:
    assert check(connection, invoice) == []


def test_a_taken_number_shows_the_other_document(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [
        in_books(invoice, party_id="9", party_name="Else", gross=Decimal(5))
    ]
    finding = duplicate(connection, invoice, books)
    assert finding.sentence == (
        "The number INV-1 is in Ledgerly already: 5.00 GBP for Else, dated 2026-11-02."
    )
    shown = {name: finding.data[name] for name in ("id", "party", "gross", "same")}
    assert shown == {"id": "B1", "party": "Else", "gross": "5", "same": False}
    assert finding.fixes == (Fix.RENUMBER, Fix.ADOPT)


def test_the_same_document_is_offered_for_adoption(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58")]
    finding = duplicate(connection, invoice, books)
    assert finding.data["same"] is True
    assert finding.fix is Fix.ADOPT


DIFFERENCES: list[dict[str, Any]] = [
    {"party_id": "59"},
    {"gross": Decimal("119.99")},
    {"currency": "EUR"},
    {"date": None},
    {"status": RemoteStatus.VOID},
]


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_it_is_the_same_only_in_everything(
    connection: Connection,
    invoice: Document,
    books: Ledgerly,
    difference: dict[str, Any],
) -> None:
    books.documents = [in_books(invoice, **{"party_id": "58", **difference})]
    assert duplicate(connection, invoice, books).data["same"] is False


def test_a_platform_that_names_no_currency_means_its_own(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58", currency="")]
    assert duplicate(connection, invoice, books).data["same"] is True


def test_of_several_the_same_one_is_shown(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [
        in_books(invoice, id="B1", party_id="9"),
        in_books(invoice, id="B2", party_id="58"),
    ]
    finding = duplicate(connection, invoice, books)
    assert (finding.data["id"], finding.data["count"]) == ("B2", 2)


def test_a_document_linked_to_ours_is_no_duplicate(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58")]
    links.document_link(connection, invoice, external_id="B1")
    assert check(connection, invoice, connector=books) == []


def test_one_linked_to_another_of_ours_cannot_be_adopted(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58")]
    other = factories.sent()
    links.document_link(connection, other, external_id="B1")
    finding = duplicate(connection, invoice, books)
    assert finding.fixes == (Fix.RENUMBER,)
    assert (finding.data["same"], finding.data["linked_document"]) == (False, other.pk)


@pytest.mark.parametrize(
    ("idempotency", "is_duplicate"),
    [
        (Idempotency.REQUEST_KEY, False),
        (Idempotency.EXTERNAL_ID, False),
        # Sending again would make a second one.
        (Idempotency.NONE, True),
    ],
)
def test_what_our_own_intent_made_is_no_duplicate(
    connection: Connection,
    install: Install,
    invoice: Document,
    idempotency: Idempotency,
    is_duplicate: bool,
) -> None:
    books = install(able(idempotency=idempotency))()
    books.documents = [in_books(invoice, party_id="58", reference=invoice.reference)]
    links.sync_item(connection, invoice, key="k1", left_at=timezone.now())
    findings = check(connection, invoice, connector=books)
    assert bool(findings) is is_duplicate
    assert all(finding.data["sent_before"] for finding in findings)


def test_our_reference_without_an_intent_is_a_duplicate(
    connection: Connection, invoice: Document, books: Ledgerly
) -> None:
    books.documents = [in_books(invoice, party_id="58", reference=invoice.reference)]
    links.sync_item(connection, invoice, operation=Operation.CREATE)
    assert duplicate(connection, invoice, books).data["sent_before"] is False


def test_suppliers_may_use_the_same_number(
    connection: Connection, books: Ledgerly
) -> None:
    bill = ready(connection, factories.supplier_invoice(number="88"))
    own = bill.contact.account_links.get().external_id
    books.documents = [in_books(bill, party_id="of another")]
    assert check(connection, bill, connector=books) == []
    books.documents = [in_books(bill, party_id=own)]
    finding = duplicate(connection, bill, books)
    assert finding.fixes == (Fix.ADOPT, Fix.EDIT_DOCUMENT)


def test_numbers_are_looked_up_in_portions(
    connection: Connection, install: Install
) -> None:
    books = install(able(lookup_size=2))()
    documents = [ready(connection, factories.sent()) for _ in range(5)]
    check(connection, *documents, connector=books)
    asked = [each[2] for each in books.asked if each[0] == "find_documents"]
    assert [len(numbers) for numbers in asked] == [2, 2, 1]


def test_each_kind_is_looked_up_once(connection: Connection, books: Ledgerly) -> None:
    kinds = (DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE)
    documents = [
        ready(connection, factories.approved(kind)) for kind in kinds for _ in range(4)
    ]
    check(connection, *documents, connector=books)
    assert books.count("find_documents") == 2


def test_a_number_must_fit(connection: Connection, install: Install) -> None:
    install(able(number_length=6))
    fits = ready(connection, factories.sent(number="ABCDEF"))
    long = ready(connection, factories.sent(number="ABCDEFG"))
    [finding] = check(connection, fits, long)
    assert finding.code == "NUMBER_TOO_LONG"
    assert finding.sentence == (
        "The number ABCDEFG is too long for Ledgerly: 7 characters, and 6 are the most."
    )


def test_a_number_of_a_supplier_may_be_longer(
    connection: Connection, install: Install
) -> None:
    install(able(number_length=6, supplier_number_length=12))
    bills = [
        ready(connection, factories.approved(DocumentKind.SUPPLIER_INVOICE, number=n))
        for n in ("RE-2026-0001", "RE-2026-00001")
    ]
    [finding] = check(connection, *bills)
    assert finding.code == "NUMBER_TOO_LONG"
    assert finding.sentence.startswith("The number RE-2026-00001 is too long")
