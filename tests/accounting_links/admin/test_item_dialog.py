import pytest
from django.test import Client
from django.urls import reverse

from accounting_links.models import Connection, ContactLink, ItemState, SyncItem
from invoicing.models import Document, Event
from tests import base, factories
from tests.accounting_links.factories import (
    connection,
    contact_link,
    remote_record,
    sync_item,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Connection:
    return connection("sales_invoice")


@pytest.fixture
def client() -> Client:
    return base.client_of(base.bookkeeper())


def finding(code: str, *fixes: str, **fields: object) -> dict[str, object]:
    sentence = f"The sentence of {code}."
    common = {"code": code, "sentence": sentence, "fixes": fixes, "data": {}}
    return common | fields


def blocked(
    books: Connection, *findings: dict[str, object], document: Document | None = None
) -> SyncItem:
    return sync_item(
        books,
        document or factories.approved(),
        state=ItemState.BLOCKED,
        status_code=findings[0]["code"],
        findings=list(findings),
    )


def no_account(document: Document) -> dict[str, object]:
    return finding(
        "NO_ACCOUNT",
        *("link_contact", "create_contact", "type_accsid"),
        subject=f"contact:{document.contact_id}",
    )


def opened(client: Client, item: SyncItem, *, as_dialog: bool = True) -> str:
    headers = {"X-Requested-With": "fetch"} if as_dialog else {}
    url = reverse("admin:sync_item", args=(item.pk,))
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, item: SyncItem, verb: str, **fields: object) -> str:
    """The messages on the page that it leads back to."""
    url = reverse("admin:sync_item_act", args=(item.pk, verb))
    response = client.post(url, fields, follow=True)
    assert response.status_code == 200
    return " ".join(str(each) for each in response.context["messages"])


def test_it_shows_all_that_fails_not_only_the_first(
    client: Client, books: Connection
) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"), finding("BLANK_LINE"))
    shown = opened(client, item)
    assert "2 things stand against it" in shown
    assert "The sentence of NOT_SENT." in shown
    assert "The sentence of BLANK_LINE." in shown


def test_it_is_a_fragment_for_the_script_and_a_page_without(
    client: Client, books: Connection
) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    assert "<html" not in opened(client, item)
    assert "<html" in opened(client, item, as_dialog=False)


def test_opening_it_changes_nothing(client: Client, books: Connection) -> None:
    document = factories.approved()
    item = blocked(books, no_account(document), document=document)
    events = Event.objects.count()
    opened(client, item)
    item.refresh_from_db()
    assert (item.state, Event.objects.count()) == (ItemState.BLOCKED, events)


def test_mark_as_sent_lets_the_document_go(client: Client, books: Connection) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    assert "is marked as sent" in press(client, item, "mark-sent", how="posted")
    item.refresh_from_db()
    assert item.state == ItemState.WAITING
    assert item.document.sent_how == "posted"


@pytest.mark.parametrize("how", ["", "platform", "pigeon"])
def test_mark_as_sent_asks_how(client: Client, books: Connection, how: str) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    assert "Say how" in press(client, item, "mark-sent", how=how)
    item.document.refresh_from_db()
    assert item.document.sent_at is None


def test_link_this_names_the_suggestion_and_why(
    client: Client, books: Connection
) -> None:
    document = factories.approved()
    remote_record(books, document.contact.name, external_id="58")
    item = blocked(books, no_account(document), document=document)
    shown = opened(client, item)
    assert "the one account of exactly this name" in shown
    assert "is linked with" in press(
        client, item, "link", contact=document.contact_id, record="58"
    )
    assert ContactLink.objects.get().external_id == "58"
    item.refresh_from_db()
    assert item.state == ItemState.WAITING


def test_a_near_name_is_shown_and_not_linked(client: Client, books: Connection) -> None:
    contact = factories.customer(name="Acme Salon Ltd")
    document = factories.approved(contact=contact)
    remote_record(books, "ACME Salon Limited", external_id="9")
    item = blocked(books, no_account(document), document=document)
    shown = opened(client, item)
    assert "ACME Salon Limited" in shown
    assert "the one account of exactly this name" not in shown
    assert not ContactLink.objects.exists()


def test_only_contacts_of_the_document_can_be_linked(
    client: Client, books: Connection
) -> None:
    document, other = factories.approved(), factories.customer()
    remote_record(books, other.name, external_id="58")
    item = blocked(books, no_account(document), document=document)
    said = press(client, item, "link", contact=other.pk, record="58")
    assert "not on this document" in said
    assert not ContactLink.objects.exists()


def test_an_accsid_is_locked_until_unlocked(client: Client, books: Connection) -> None:
    document = factories.approved()
    contact_link(books, document.contact, external_id="58")
    item = blocked(books, no_account(document), document=document)
    said = press(client, item, "accsid", contact=document.contact_id, accsid="77")
    assert "Unlock it first" in said
    assert ContactLink.objects.get(ended_at=None).external_id == "58"


def test_an_empty_accsid_brings_the_match_by_name_back(
    client: Client, books: Connection
) -> None:
    document = factories.approved()
    contact_link(books, document.contact, external_id="58")
    item = blocked(books, no_account(document), document=document)
    said = press(
        client, item, "accsid", contact=document.contact_id, accsid="", unlock="yes"
    )
    assert "matched by name again" in said
    assert not ContactLink.objects.filter(ended_at=None).exists()


def test_a_nominal_code_is_mapped_from_the_dialog(
    client: Client, books: Connection
) -> None:
    nominal = factories.nominal("4000")
    remote_record(books, "Sales", type="account", external_id="A1", code="400")
    fault = finding("NO_NOMINAL", "map_nominal", subject="nominal:4000")
    item = blocked(books, fault)
    assert "400 Sales" in opened(client, item)
    said = press(client, item, "map-nominal", own=nominal.pk, record="A1")
    assert "4000 Nominal 4000 = Sales" in said
    assert books.nominal_links.get().account_id == "A1"


def test_an_account_that_was_not_offered_is_no_choice(
    client: Client, books: Connection
) -> None:
    nominal = factories.nominal("4000")
    item = blocked(books, finding("NO_NOMINAL", "map_nominal", subject="nominal:4000"))
    said = press(client, item, "map-nominal", own=nominal.pk, record="made up")
    assert "was not seen to have made up" in said
    assert not books.nominal_links.exists()


def test_it_is_taken_off_the_list(client: Client, books: Connection) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    assert "is off the list" in press(client, item, "take-off")
    item.refresh_from_db()
    assert item.state == ItemState.CANCELLED


def test_what_may_have_arrived_stays_on_the_list(
    client: Client, books: Connection
) -> None:
    document = factories.sent()
    item = sync_item(books, document, state=ItemState.IN_DOUBT, key="k")
    assert "it is looked up first" in press(client, item, "take-off")


def test_a_finished_item_is_left_alone(client: Client, books: Connection) -> None:
    item = sync_item(books, factories.sent(), state=ItemState.DONE)
    assert "has left the list meanwhile" in press(client, item, "retry")
    item.refresh_from_db()
    assert item.state == ItemState.DONE


VERBS = {
    "mark-sent": "invoicing.mark_document_sent",
    "link": "accounting_links.link_contact",
    "create-contact": "accounting_links.link_contact",
    "accsid": "accounting_links.unlock_accsid",
    "map-nominal": "accounting_links.change_nominallink",
    "default-nominal": "accounting_links.change_connection",
    "map-tax": "accounting_links.change_taxlink",
    "adopt": "accounting_links.adopt_document",
    "renumber": "invoicing.change_document",
    "move-numbers": "invoicing.change_incrementorgroup",
    "take-off": "accounting_links.sync_document",
    "retry": "accounting_links.sync_document",
    "send": "accounting_links.sync_document",
}


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_needs_its_own_permission(books: Connection, verb: str) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    others = set(VERBS.values()) - {VERBS[verb]}
    user = base.grant(base.stranger(), "accounting_links.use_sync_page", *others)
    url = reverse("admin:sync_item_act", args=(item.pk, verb))
    assert base.client_of(user).post(url).status_code == 403
    item.refresh_from_db()
    assert item.state == ItemState.BLOCKED


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_acts_on_get(client: Client, books: Connection, verb: str) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    url = reverse("admin:sync_item_act", args=(item.pk, verb))
    assert client.get(url).status_code == 405


def test_the_way_back_is_never_taken_from_the_request(
    client: Client, books: Connection
) -> None:
    item = blocked(books, finding("NOT_SENT", "mark_sent"))
    url = reverse("admin:sync_item_act", args=(item.pk, "retry"))
    asked = {"kind": "https://evil.example", "next": "https://evil.example", "q": "//x"}
    response = client.post(url, asked)
    assert response["Location"].startswith(reverse("admin:sync_page"))


def test_both_documents_of_a_number_are_written_alike(
    client: Client, books: Connection
) -> None:
    theirs = {"id": "7", "date": "2026-11-20", "gross": "77.0", "currency": "GBP"}
    item = blocked(books, finding("DUPLICATE_NUMBER", "adopt", data=theirs))
    shown = opened(client, item)
    assert "20 Nov 2026" in shown
    assert "77.00 GBP" in shown
