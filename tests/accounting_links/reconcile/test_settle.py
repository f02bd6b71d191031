"""Each difference is settled from its row, and the next run is clean."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounting_links.actions import send_anew as anew
from accounting_links.actions.base import Refused
from accounting_links.actions.unlink_document import unlink
from accounting_links.actions.void_there import void_there
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    Operation,
    Reconciliation,
    SyncItem,
    SyncRun,
)
from accounting_links.reconcile.remedies import ALL, Standing, remedies
from connectors.records import DocumentKind, RemoteStatus
from invoicing.models import Event, Lifecycle
from invoicing.services import lifecycle
from tests import base, factories
from tests.accounting_links.reconcile.books import Books, booked, foreign
from tests.accounting_links.reconcile.month import november, row, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return base.client_of(base.grant(base.bookkeeper()))


def offered(done: Reconciliation, number: str) -> list[str]:
    return [each.verb for each in remedies(Standing.of(row(done, number)))]


def press(
    client: Client, done: Reconciliation, number: str, verb: str, reason: str = ""
) -> str:
    args = done.pk, row(done, number).pk, verb
    url = reverse("admin:reconciliation_settle", args=args)
    answer = client.post(url, {"reason": reason}, follow=True)
    return answer.content.decode()


def clean(link: Connection) -> bool:
    verdicts = november(link).verdicts
    return bool(verdicts["matched"] == sum(verdicts.values()))


def test_what_is_missing_is_sent(
    client: Client, link: Connection, books: Books
) -> None:
    factories.approved(number="WAIT-1")
    done = november(link)
    assert offered(done, "WAIT-1") == ["send", "accept"]
    assert "goes now" in press(client, done, "WAIT-1", "send")
    assert SyncItem.objects.get().marked_why == "reconciliation"
    assert SyncRun.objects.get().only == [row(done, "WAIT-1").document_id]
    assert offered(done, "WAIT-1") == ["accept"]


def test_a_document_with_our_number_is_adopted(
    client: Client, link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    books.documents.append(booked(document, reference=""))
    done = november(link)
    theirs = done.rows.get(verdict="posted_outside")
    url = reverse("admin:reconciliation_settle", args=(done.pk, theirs.pk, "adopt"))
    assert "is the one in the books" in client.post(url, follow=True).content.decode()
    assert DocumentLink.objects.get().how == DocumentLinkHow.ADOPTED
    assert clean(link)


def test_a_suppliers_number_alone_is_not_ours(link: Connection, books: Books) -> None:
    factories.approved("supplier_invoice", number="7")
    books.documents.append(foreign("7", kind=DocumentKind.SUPPLIER_INVOICE))
    link.served_kinds.create(kind="supplier_invoice")
    done = november(link)
    theirs = done.rows.get(verdict="posted_outside")
    assert remedies(Standing.of(theirs)) == []


def test_a_lost_link_is_made_again(
    client: Client, link: Connection, books: Books
) -> None:
    document = factories.approved(number="A-1")
    books.documents.append(booked(document, gross=Decimal(130)))
    done = november(link)
    assert offered(done, "A-1") == ["link", "accept"]
    press(client, done, "A-1", "link")
    assert DocumentLink.objects.get().document == document


def test_ours_is_voided_as_theirs_is(
    client: Client, link: Connection, books: Books
) -> None:
    document, _ = sent(link, books, "A-1", status=RemoteStatus.VOID)
    done = november(link)
    assert offered(done, "A-1") == ["void-here", "accept"]
    press(client, done, "A-1", "void-here")
    document.refresh_from_db()
    assert document.lifecycle == Lifecycle.APPROVED  # it says why, or nothing is done
    press(client, done, "A-1", "void-here", "Cancelled there")
    assert clean(link)


def test_theirs_is_voided_as_ours_is(
    client: Client, link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, _ = sent(link, books, "A-1")
    lifecycle.void(document, reason="Wrong")
    able = replace(Books.capabilities, void=True)
    monkeypatch.setattr(Books, "capabilities", able)
    done = november(link)
    assert offered(done, "A-1") == ["send-void", "accept"]
    press(client, done, "A-1", "send-void")
    assert SyncItem.objects.get().operation == Operation.VOID


def test_ours_takes_their_date(client: Client, link: Connection, books: Books) -> None:
    document, _ = sent(link, books, "A-1", date=dt.date(2026, 11, 20))
    done = november(link)
    assert offered(done, "A-1") == ["redate", "accept"]
    assert "20 Nov 2026" in press(client, done, "A-1", "redate")
    document.refresh_from_db()
    assert document.original_date == dt.date(2026, 11, 2)
    assert clean(link)


def test_a_difference_is_accepted_with_a_reason(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    assert "Say why" in press(client, done, "A-1", "accept")
    text = press(client, done, "A-1", "accept", "Rounded there")
    assert "is accepted" in text
    assert offered(done, "A-1") == ["take-back"]
    press(client, done, "A-1", "take-back")
    assert offered(done, "A-1") == ["accept"]


def test_what_is_gone_there_is_sent_anew(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    sent(link, books, "A-2")
    books.documents.pop()
    done = november(link)
    assert offered(done, "A-2") == ["send-anew", "accept"]
    press(client, done, "A-2", "send-anew", "Deleted by mistake")
    item = SyncItem.objects.get()
    assert (item.generation, item.document.number, item.key) == (1, "A-2", "")
    assert DocumentLink.objects.filter(ended_at=None).count() == 1


def test_what_is_still_there_is_not_sent_anew(link: Connection, books: Books) -> None:
    document, _ = sent(link, books, "A-1")
    held = DocumentLink.objects.get()
    with pytest.raises(Refused, match="after all"):
        anew.send_anew(held, reason="Gone", connector=books)
    held.refresh_from_db()
    assert (held.ended_at, held.missing_since) == (None, None)
    assert not SyncItem.objects.filter(document=document).exists()


def test_a_wrong_adoption_is_unlinked(
    client: Client, link: Connection, books: Books
) -> None:
    document, remote = sent(link, books, "A-1", number="Z-9", reference="")
    DocumentLink.objects.update(how=DocumentLinkHow.ADOPTED)
    done = november(link)
    assert offered(done, "A-1") == ["unlink", "accept"]
    press(client, done, "A-1", "unlink", "Another one")
    verdicts = november(link).verdicts
    assert (verdicts["missing_in_books"], verdicts["posted_outside"]) == (1, 1)


def test_what_finsync_sent_is_not_unlinked(link: Connection, books: Books) -> None:
    sent(link, books, "A-1")
    with pytest.raises(Refused, match="sent"):
        unlink(DocumentLink.objects.get(), reason="Another one")


def test_what_does_not_fit_any_more_is_refused(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "SAME")
    done = november(link)
    assert "does not fit any more" in press(client, done, "SAME", "send")
    url = reverse(
        "admin:reconciliation_settle", args=(done.pk, row(done, "SAME").pk, "burn")
    )
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("verb", sorted(ALL))
def test_each_button_asks_for_its_permission_and_post(
    link: Connection, books: Books, verb: str
) -> None:
    factories.approved(number="WAIT-1")
    done = november(link)
    user = base.grant(base.stranger(), "accounting_links.run_reconciliation")
    args = done.pk, row(done, "WAIT-1").pk, verb
    url = reverse("admin:reconciliation_settle", args=args)
    asker = base.client_of(user)
    assert asker.get(url).status_code == 405
    assert asker.post(url, {"reason": "x"}).status_code == 403


def test_the_page_signs_and_checks(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    done = november(link)
    page = reverse("admin:accounting_links_reconciliation_change", args=(done.pk,))
    assert "Sign off" in client.get(page).content.decode()
    url = reverse("admin:reconciliation_sign", args=(done.pk,))
    assert client.get(url).status_code == 405
    text = client.post(url, {"note": "All seen"}, follow=True).content.decode()
    assert "Signed off by Bea Bookkeeper" in text
    check = reverse("admin:reconciliation_check", args=(done.pk,))
    assert "as it was signed" in client.post(check, follow=True).content.decode()
    lifecycle.void(row(done, "A-1").document, reason="Wrong")  # type: ignore[arg-type]  # it is there
    text = client.post(check, follow=True).content.decode()
    assert "is broken" in text
    assert "What changed since it was signed" in text


def test_the_page_says_why_it_cannot_be_signed(
    client: Client, link: Connection, books: Books
) -> None:
    factories.approved(number="WAIT-1")
    done = november(link)
    page = reverse("admin:accounting_links_reconciliation_change", args=(done.pk,))
    assert "1 difference is open" in client.get(page).content.decode()
    url = reverse("admin:reconciliation_sign", args=(done.pk,))
    assert "is open" in client.post(url, follow=True).content.decode()


def test_signing_asks_for_its_permission(link: Connection, books: Books) -> None:
    done = november(link)
    user = base.grant(base.stranger(), "accounting_links.run_reconciliation")
    url = reverse("admin:reconciliation_sign", args=(done.pk,))
    assert base.client_of(user).post(url).status_code == 403


def able(monkeypatch: pytest.MonkeyPatch, **flags: bool) -> None:
    able = replace(Books.capabilities, **flags)  # type: ignore[arg-type]  # flags alone
    monkeypatch.setattr(Books, "capabilities", able)


def press_many(
    client: Client, done: Reconciliation, numbers: list[str], verb: str, reason: str
) -> str:
    rows = [row(done, number).pk for number in numbers]
    url = reverse("admin:reconciliation_settle_many", args=(done.pk,))
    values = {"rows": rows, "verb": verb, "reason": reason, "back": "verdict=all"}
    return client.post(url, values, follow=True).content.decode()


def test_an_edit_over_there_is_overwritten(
    client: Client, link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    able(monkeypatch, update=True)
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    assert offered(done, "A-1") == ["send-change", "accept"]
    assert "goes now" in press(client, done, "A-1", "send-change")
    item = SyncItem.objects.get()
    assert (item.operation, item.overwrite) == (Operation.UPDATE, True)


def test_payments_go_where_fewer_are_known(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "THERE", status=RemoteStatus.PAID)
    document, _ = sent(link, books, "HERE")
    factories.payment(document)
    done = november(link)
    assert offered(done, "THERE") == ["fetch", "accept"]
    assert offered(done, "HERE") == ["send-payments", "accept"]
    assert "is being fetched" in press(client, done, "THERE", "fetch")
    assert "goes now" in press(client, done, "HERE", "send-payments")
    assert SyncRun.objects.get().only == [document.pk]


@pytest.fixture
def copied(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> Reconciliation:
    """A document of ours that is there twice, in books that can void."""
    able(monkeypatch, void=True)
    _, remote = sent(link, books, "A-1")
    books.documents.append(replace(remote, id="COPY"))
    return november(link)


def press_copy(client: Client, done: Reconciliation, reason: str) -> str:
    copy = done.rows.get(verdict="duplicate_in_books")
    url = reverse("admin:reconciliation_settle", args=(done.pk, copy.pk, "void-there"))
    return client.post(url, {"reason": reason}, follow=True).content.decode()


def test_a_further_copy_is_voided_there(
    client: Client,
    link: Connection,
    books: Books,
    copied: Reconciliation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voided = books.voiding(monkeypatch)
    assert "Say why" in press_copy(client, copied, "")
    assert voided == []
    assert "was voided over there" in press_copy(client, copied, "Sent twice by hand")
    assert voided == ["COPY"]
    assert "is void in" in press_copy(client, copied, "Once more")
    assert voided == ["COPY"]
    said = Event.objects.filter(verb="reconciliation.copy_voided").order_by("pk")
    assert [each.sentence.partition(") ")[2].split(" in ")[0] for each in said] == [
        "is being voided",
        "was voided",
    ]
    assert november(link).verdicts["duplicate_in_books"] == 0


def test_a_copy_with_payments_is_left_alone(
    client: Client,
    books: Books,
    copied: Reconciliation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voided = books.voiding(monkeypatch)
    books.documents[-1] = replace(books.documents[-1], status=RemoteStatus.PAID)
    assert "has payments" in press_copy(client, copied, "Sent twice")
    assert voided == []


def test_what_finsync_did_not_send_is_never_voided(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    able(monkeypatch, void=True)
    books.documents.append(foreign("X"))
    theirs = november(link).rows.get()
    assert remedies(Standing.of(theirs)) == []
    with pytest.raises(Refused, match="only what it has sent"):
        void_there(theirs, actor=None, reason="Looks wrong", connector=books)


def test_many_are_accepted_at_once(
    client: Client, link: Connection, books: Books
) -> None:
    for number in ("A-1", "A-2", "A-3"):
        sent(link, books, number, gross=Decimal(130))
    sent(link, books, "SAME")
    done = november(link)
    text = press_many(client, done, ["A-1", "A-2", "SAME"], "accept", "Rounded there")
    assert "Accept: done for 2 documents." in text
    assert "1 could not. SAME: That does not fit any more" in text
    done.refresh_from_db()
    assert done.accepted == 2
    assert offered(done, "A-3") == ["accept"]


def test_many_are_sent_in_one_run(
    client: Client, link: Connection, books: Books
) -> None:
    made = [factories.approved(number=f"W-{number}") for number in range(3)]
    done = november(link)
    text = press_many(client, done, [each.number for each in made], "send", "")
    assert "3 documents go now" in text
    assert SyncRun.objects.get().only == [each.pk for each in made]
    assert {each.settled for each in done.rows.all()} == {"Send, Bea Bookkeeper"}


def test_only_what_is_meant_for_many_is_done_to_many(
    client: Client, link: Connection, books: Books
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    url = reverse("admin:reconciliation_settle_many", args=(done.pk,))
    chosen = {"rows": [row(done, "A-1").pk], "verb": "unlink"}
    assert client.post(url, chosen).status_code == 404
    nothing = client.post(url, {"verb": "accept"}, follow=True).content.decode()
    assert "Tick the documents first." in nothing
