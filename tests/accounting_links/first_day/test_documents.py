"""Documents that were in both places are matched by spreadsheet, and taken back."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounting_links import outbox
from accounting_links.actions.base import Refused
from accounting_links.first_day import document_rounds as rounds
from accounting_links.first_day import documents
from accounting_links.first_day.sheet import Decision
from accounting_links.models import (
    Connection,
    DocumentLink,
    DocumentLinkHow,
    ItemState,
    MatchRound,
    Reconciliation,
    SyncItem,
)
from connectors.records import DocumentKind, RemoteStatus
from invoicing.models import Document, Event
from tests import base, factories
from tests.accounting_links.factories import connection
from tests.accounting_links.reconcile.books import Books, booked, open_instead
from tests.accounting_links.reconcile.month import november

pytestmark = pytest.mark.django_db
GRADES = {"A-0100": "exact", "A-0200": "likely", "A-0300": "weak", "A-0400": "none"}


@pytest.fixture
def link(db: None) -> Connection:
    return connection(
        DocumentKind.SALES_INVOICE,
        DocumentKind.CREDIT_NOTE,
        go_live=dt.date(2026, 11, 15),
    )


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    made = Books()
    open_instead(monkeypatch, made)
    return made


@pytest.fixture
def both(link: Connection, books: Books) -> Reconciliation:
    """One of each grade, from before the go-live date, as people had typed them."""
    changes: dict[str, dict[str, Any]] = {
        "A-0100": {"number": "a 0100", "reference": ""},
        "A-0200": {
            "number": "A-0200",
            "party_name": "Somebody",
            "reference": "",
            "date": dt.date(2026, 11, 20),
        },
        "A-0300": {"number": "77", "reference": ""},
    }
    for number in GRADES:
        document = factories.approved(number=number)
        if number in changes:
            books.documents.append(booked(document, **changes[number]))
    return november(link)


def grades(done: Reconciliation) -> dict[str, str]:
    return {each.document.number: each.grade.value for each in documents.plan(done)}


def yes(*numbers: str) -> list[Decision]:
    made = []
    for row, number in enumerate(numbers, start=2):
        document = Document.objects.get(number=number)
        made.append(Decision(row, str(document.pk), f"R{document.pk}"))
    return made


def test_each_document_gets_its_grade(both: Reconciliation) -> None:
    assert grades(both) == GRADES


def test_a_match_says_why(both: Reconciliation) -> None:
    found = {each.document.number: each for each in documents.plan(both)}
    assert found["A-0100"].reasons == (
        *("the same number", "the same total", "the same contact", "the same day"),
    )
    assert found["A-0200"].reasons == ("the same number", "the same total")
    assert found["A-0300"].score == 50


def test_two_that_could_be_it_are_left_to_a_person(
    both: Reconciliation, books: Books, link: Connection
) -> None:
    books.documents.append(replace(books.documents[0], id="TWIN"))
    assert grades(november(link))["A-0100"] == "weak"


def test_a_credit_note_is_matched_with_a_credit_note(
    link: Connection, books: Books
) -> None:
    note = factories.credit_note(number="C-0100")
    books.documents.append(booked(note, reference=""))
    invoice = factories.approved(number="C-0100X", lines=[factories.line(100)])
    done = november(link)
    assert grades(done) == {note.number: "exact", invoice.number: "none"}


def test_planning_costs_two_statements(
    both: Reconciliation, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        documents.plan(both)


def test_a_confirmed_round_links_without_sending(
    both: Reconciliation, books: Books
) -> None:
    books.calls.clear()
    made, left_out = rounds.apply(both, yes("A-0100", "A-0200"), actor=None)
    assert left_out == []
    links = DocumentLink.objects.filter(ended_at=None)
    assert {each.document.number for each in links} == {"A-0100", "A-0200"}
    assert {each.how for each in links} == {DocumentLinkHow.ADOPTED}
    assert [call[0] for call in books.calls] == ["list"]
    assert Event.objects.filter(verb="document.adopted").count() == 2
    assert grades(both) == {"A-0300": "weak", "A-0400": "none"}
    assert made.role == ""


def test_what_waits_to_be_sent_is_done_with(
    both: Reconciliation, link: Connection
) -> None:
    Connection.objects.update(go_live=None)
    [decision] = yes("A-0100")
    outbox.mark([int(decision.code)], connection=Connection.objects.get())
    rounds.apply(both, [decision], actor=None)
    assert SyncItem.objects.get().state == ItemState.DONE


def test_what_is_on_its_way_is_left_out(both: Reconciliation) -> None:
    Connection.objects.update(go_live=None)
    [decision] = yes("A-0100")
    outbox.mark([int(decision.code)], connection=Connection.objects.get())
    SyncItem.objects.update(state=ItemState.SENDING, key="k")
    [(_, why)] = rounds.check(both, [decision]).refused
    assert why.endswith("is being sent just now.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": RemoteStatus.VOID}, "is no longer there"),
        ({"gross": Decimal(1)}, "changed over there"),
    ],
)
def test_what_changed_over_there_meanwhile_is_left_out(
    both: Reconciliation, books: Books, change: dict[str, Any], said: str
) -> None:
    books.documents[0] = replace(books.documents[0], **change)
    _, [why] = rounds.apply(both, yes("A-0100", "A-0200"), actor=None)
    assert said in why
    assert DocumentLink.objects.get().document.number == "A-0200"


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision(2, "999999", "R1"), "without a link"),
        (Decision(2, "first", "NOBODY"), "is free"),
    ],
)
def test_a_row_that_fits_nothing_is_refused(
    both: Reconciliation, decision: Decision, said: str
) -> None:
    [first] = yes("A-0100")
    code = decision.code.replace("first", first.code)
    [(row, why)] = rounds.check(both, [replace(decision, code=code)]).refused
    assert row == 2
    assert said in why


def test_a_round_is_undone_at_once(both: Reconciliation) -> None:
    anna = base.accountant()
    made, _ = rounds.apply(both, yes("A-0100", "A-0200"), actor=anna)
    assert rounds.undo(made, actor=anna) == 2
    assert not DocumentLink.objects.filter(ended_at=None).exists()
    assert DocumentLink.objects.filter(unlinked=True).count() == 2
    with pytest.raises(Refused, match="undone already"):
        rounds.undo(made, actor=anna)


def address(done: Reconciliation, name: str = "", *more: object) -> str:
    return reverse(f"admin:reconciliation_documents{name}", args=(done.pk, *more))


def test_nothing_is_written_until_it_is_confirmed(both: Reconciliation) -> None:
    client: Client = base.client_of(base.accountant())
    text = client.get(address(both)).content.decode()
    assert "Exact: 1, Likely: 1, Weak: 1, None: 1" in text
    file = b"".join(client.get(address(both, "_file")).streaming_content)  # type: ignore[attr-defined]  # a FileResponse
    upload = SimpleUploadedFile("m.xlsx", file)
    answer = client.post(address(both), {"decisions": upload})
    assert "1 would be linked" in answer.content.decode()
    assert not DocumentLink.objects.exists()
    confirmed = client.post(
        address(both), {"plan": answer.context["plan"]}, follow=True
    )
    assert "1 document is linked. Nothing was sent." in confirmed.content.decode()
    made = MatchRound.objects.get()
    undone = client.post(address(both, "_undo", made.pk), follow=True)
    assert "1 links were ended" in undone.content.decode()


def test_each_page_asks_for_its_permission(both: Reconciliation) -> None:
    client = base.client_of(base.stranger())
    assert client.get(address(both)).status_code == 403
    assert client.get(address(both, "_file")).status_code == 403
    assert client.post(address(both, "_undo", 1)).status_code == 403
    accountant = base.client_of(base.accountant())
    assert accountant.get(address(both, "_undo", 1)).status_code == 405
