import datetime as dt

import pytest
from django.utils import timezone

from accounting_links.models import Connection, ContactLink, RecordType
from accounting_links.preflight.base import Fix
from connectors.errors import PlatformDown
from invoicing.models import Contact, Document, DocumentKind
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import (
    Ledgerly,
    able,
    check,
    codes,
    customer,
    ready,
)
from tests.accounting_links.ledgerly_fixtures import Install


def invoice_of(connection: Connection, name: str = "Acme Ltd") -> Document:
    """Ready but for its contact."""
    document = ready(connection, factories.sent(contact=factories.customer(name=name)))
    ContactLink.objects.all().delete()
    return document


def link(connection: Connection, document: Document, **fields: object) -> ContactLink:
    fields.setdefault("verified_at", None)
    return links.contact_link(connection, document.contact, **fields)


def test_a_contact_without_account_has_no_account(connection: Connection) -> None:
    document = invoice_of(connection)
    [finding] = check(connection, document)
    assert finding.code == "NO_ACCOUNT"
    assert finding.sentence == "Acme Ltd has no account in Ledgerly."
    assert finding.fixes == (Fix.CREATE_CONTACT, Fix.TYPE_ACCSID)
    assert finding.subject == f"contact:{document.contact_id}"


def test_link_this_is_offered_for_the_one_exact_account(connection: Connection) -> None:
    links.remote_record(connection, "Acme Ltd", external_id="58")
    links.remote_record(connection, "ACME Ltd", external_id="59")
    [finding] = check(connection, invoice_of(connection))
    assert finding.fix is Fix.LINK_CONTACT
    assert (finding.data["exact_id"], finding.data["exact_name"]) == ("58", "Acme Ltd")


def test_link_this_is_not_offered_where_two_have_the_name(
    connection: Connection,
) -> None:
    links.remote_record(connection, "Acme Ltd")
    links.remote_record(connection, "Acme Ltd ")
    [finding] = check(connection, invoice_of(connection))
    assert Fix.LINK_CONTACT not in finding.fixes


def test_only_what_the_platform_allows_is_offered(
    connection: Connection, install: Install
) -> None:
    install(able(create_parties=False, typed_account_id=False))
    [finding] = check(connection, invoice_of(connection))
    assert finding.fixes == ()


def test_a_platform_that_makes_accounts_needs_none(
    connection: Connection, install: Install
) -> None:
    install(able(makes_parties=True))
    assert check(connection, invoice_of(connection)) == []


def test_the_role_counts(connection: Connection) -> None:
    contact = factories.customer(is_supplier=True)
    links.contact_link(connection, contact, role="customer")
    bill = factories.approved(DocumentKind.SUPPLIER_INVOICE, contact=contact)
    assert "NO_ACCOUNT" in codes(check(connection, bill))


def test_an_ended_link_does_not_count(connection: Connection) -> None:
    document = invoice_of(connection)
    link(connection, document, ended_at=timezone.now())
    assert codes(check(connection, document)) == ["NO_ACCOUNT"]


def test_an_account_that_is_gone_is_not_known(
    connection: Connection, books: Ledgerly
) -> None:
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    [finding] = check(connection, document, connector=books)
    assert finding.code == "ACCOUNT_WRONG"
    assert finding.sentence == "AccountsID (77) is not known in Ledgerly."


def test_the_sentence_names_the_account_required(
    connection: Connection, books: Ledgerly
) -> None:
    books.parties = [customer("58", "Acme Ltd"), customer("60", "Acme Limited")]
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    [finding] = check(connection, document, connector=books)
    assert finding.sentence == "AccountsID (77) is not correct, Ledgerly requires 58."
    assert finding.fix is Fix.LINK_CONTACT


def test_an_inactive_account_is_wrong(connection: Connection, books: Ledgerly) -> None:
    books.parties = [customer("77", "Acme Ltd", active=False)]
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    [finding] = check(connection, document, connector=books)
    assert finding.sentence == "AccountsID (77) is not known in Ledgerly."


def test_without_a_connector_the_last_answer_counts(connection: Connection) -> None:
    document = invoice_of(connection)
    link(connection, document, external_id="77", missing_since=timezone.now())
    assert codes(check(connection, document)) == ["ACCOUNT_WRONG"]


def test_an_account_that_came_back_is_right_again(
    connection: Connection, books: Ledgerly
) -> None:
    books.parties = [customer("77", "Acme Ltd")]
    document = invoice_of(connection)
    held = link(connection, document, external_id="77", missing_since=timezone.now())
    assert check(connection, document, connector=books) == []
    held.refresh_from_db()
    assert held.missing_since is None


def test_what_the_platform_answered_is_not_asked_again(
    connection: Connection, books: Ledgerly
) -> None:
    books.parties = [customer("77", "Acme Ltd")]
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    check(connection, document, connector=books)
    check(connection, document, connector=books)
    assert books.count("get_parties") == 1


def test_an_account_seen_long_ago_is_asked_for(
    connection: Connection, books: Ledgerly
) -> None:
    before = timezone.now() - dt.timedelta(hours=2)
    links.remote_record(connection, "Acme Ltd", external_id="77", seen_at=before)
    document = invoice_of(connection)
    link(connection, document, external_id="77", verified_at=before)
    assert codes(check(connection, document, connector=books)) == ["ACCOUNT_WRONG"]


def test_an_account_listed_lately_is_not_asked_for(
    connection: Connection, books: Ledgerly
) -> None:
    links.remote_record(connection, "Acme Ltd", external_id="77")
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    assert check(connection, document, connector=books) == []
    assert books.count("get_parties") == 0


def test_an_account_listed_as_inactive_is_wrong(connection: Connection) -> None:
    links.remote_record(
        connection, "Acme Ltd", external_id="77", type=RecordType.CUSTOMER, active=False
    )
    document = invoice_of(connection)
    link(connection, document, external_id="77")
    assert codes(check(connection, document)) == ["ACCOUNT_WRONG"]


def test_what_the_platform_raises_passes_through(connection: Connection) -> None:
    class Down(Ledgerly):
        def get_parties(self, *args: object) -> list[object]:  # type: ignore[override]  # never answers
            raise PlatformDown("Ledgerly does not answer.")

    document = invoice_of(connection)
    link(connection, document, external_id="77")
    with pytest.raises(PlatformDown):
        check(connection, document, connector=Down())


def care_of_invoice(connection: Connection) -> tuple[Document, Contact]:
    payer = factories.customer(name="Insurer plc")
    document = invoice_of(connection)
    document.care_of = payer
    document.save()
    return document, payer


def test_the_care_of_account_is_billed_where_it_can_be(
    connection: Connection, install: Install
) -> None:
    install(able(care_of=True))
    document, payer = care_of_invoice(connection)
    [finding] = check(connection, document)
    assert finding.code == "NO_CARE_OF"
    assert finding.sentence == (
        "The care-of contact Insurer plc has no account in Ledgerly."
    )
    links.contact_link(connection, payer)
    assert check(connection, document) == []


def test_elsewhere_the_contact_is_billed(connection: Connection) -> None:
    document, payer = care_of_invoice(connection)
    links.contact_link(connection, payer)
    [finding] = check(connection, document)
    assert (finding.code, finding.subject) == (
        "NO_ACCOUNT",
        f"contact:{document.contact_id}",
    )
