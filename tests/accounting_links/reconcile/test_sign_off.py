import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounting_links import tasks
from accounting_links.actions.accept_row import accept, take_back
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.actions.sign_off import sign
from accounting_links.models import AcceptedDifference, Connection, SignOff
from accounting_links.reconcile import service, signatures
from accounting_links.verbs import Verb
from connectors.records import RemoteLine, RemoteStatus
from invoicing.models import Document, Event
from invoicing.services import documents, events, lifecycle
from tests import base, factories
from tests.accounting_links.reconcile.books import Books, foreign
from tests.accounting_links.reconcile.month import november, row, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return base.accountant()


@pytest.fixture
def invoice(link: Connection, books: Books) -> Document:
    return sent(link, books, "A-1")[0]


def edit(books: Books, **fields: Any) -> None:
    books.documents[0] = replace(books.documents[0], **fields)


def fallen(sign_off: SignOff) -> list[tuple[str, str, str, str]]:
    sign_off.refresh_from_db()
    return [
        (each["side"], each["field"], each["before"], each["after"])
        for each in sign_off.changes
    ]


def test_a_clean_month_is_signed(
    link: Connection, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna, note=" Seen ")
    assert (made.stands, made.documents, made.note) == (True, 1, "Seen")
    assert len(made.fingerprint) == 64
    event = Event.objects.get(verb=Verb.SIGNED_OFF)
    assert (event.actor, event.after["documents"]) == (anna, 1)


def test_only_a_person_with_the_right_signs(
    link: Connection, invoice: Document
) -> None:
    done = november(link)
    for actor in (None, base.stranger()):
        with pytest.raises(NotAllowed):
            sign(done, actor=actor)
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("cents", ["0.01", "-0.01"])
def test_an_unexplained_cent_cannot_be_signed(
    link: Connection, invoice: Document, anna: User, cents: str
) -> None:
    done = november(link)
    done.totals["EUR"] = {**done.totals["GBP"], "unexplained": cents}
    done.save()
    with pytest.raises(Refused, match=f"{cents} EUR stays unexplained"):
        sign(done, actor=anna)


def test_the_database_refuses_an_unexplained_cent_too(
    link: Connection, invoice: Document, anna: User
) -> None:
    whole: dict[str, Any] = {"person": anna, "fingerprint": "f", "event_id": 0}
    for wrong in ({"unexplained": Decimal("0.01")}, {"open_differences": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignOff.objects.create(
                reconciliation=november(link), documents=1, **whole, **wrong
            )


def test_an_open_difference_cannot_be_signed(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    with pytest.raises(Refused, match="1 difference is open"):
        sign(november(link), actor=anna)


def test_an_accepted_difference_can_be_signed(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    accept(row(done, "A-1"), actor=anna, reason="Rounded there")
    done.refresh_from_db()
    assert sign(done, actor=anna).accepted == 1


def test_what_was_signed_stays_as_it_is(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    accept(row(done, "A-1"), actor=anna, reason="Rounded there")
    sign(done, actor=anna)
    with pytest.raises(Refused, match="signed"):
        take_back(row(done, "A-1"), actor=anna)
    with pytest.raises(Refused, match="signed already"):
        sign(done, actor=anna)


def test_what_changed_after_the_books_were_read_is_not_signed(
    link: Connection, invoice: Document, anna: User
) -> None:
    done = november(link)
    documents.redate(invoice, dt.date(2026, 11, 9), actor=anna)
    with pytest.raises(Refused, match=r"A-1 changed .*date"):
        sign(done, actor=anna)


def test_the_same_again_leaves_the_signature(
    link: Connection, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    november(link)
    assert tasks.check_signatures() == 0
    assert fallen(made) == []
    assert made.stands


def test_a_payment_leaves_the_signature(
    link: Connection, books: Books, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    factories.payment(invoice)
    edit(books, status=RemoteStatus.PAID)
    november(link)
    tasks.check_signatures()
    assert fallen(made) == []


@pytest.mark.parametrize(
    ("there", "change"),
    [
        ({"gross": Decimal(121)}, ("there", "total", "120.00", "121.00")),
        ({"tax": Decimal(21)}, ("there", "tax", "20.00", "21.00")),
        (
            {"date": dt.date(2026, 11, 5)},
            ("there", "date", "2026-11-02", "2026-11-05"),
        ),
        ({"number": "B-1"}, ("there", "number", "A-1", "B-1")),
        ({"status": RemoteStatus.VOID}, ("there", "status", "open", "void")),
    ],
)
def test_a_later_run_breaks_it_and_names_the_field(
    link: Connection,
    books: Books,
    invoice: Document,
    anna: User,
    there: dict[str, Any],
    change: tuple[str, ...],
) -> None:
    made = sign(november(link), actor=anna)
    edit(books, **there)
    later = november(link)
    assert change in fallen(made)
    assert made.broken_by == later
    assert made.changes[0]["who"] == str(later)


def test_a_line_changed_there_breaks_it_though_the_total_is_the_same(
    link: Connection, books: Books, invoice: Document, anna: User
) -> None:
    lines = [RemoteLine(text=text, net=Decimal(50)) for text in ("Drum", "Belt")]
    edit(books, lines=tuple(lines))
    made = sign(november(link), actor=anna)
    edit(books, lines=(lines[0], replace(lines[1], account_id="A9")))
    november(link)
    assert fallen(made) == [("there", "line 2", "", "")]


def test_a_line_changed_here_breaks_it_and_names_who(
    link: Connection, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    bea = base.bookkeeper()
    documents.change(invoice, {}, lines=[factories.line(100, text="Other")], actor=bea)
    assert tasks.check_signatures() == 1
    assert [field for _, field, _, _ in fallen(made)] == ["line 1"]
    change = made.changes[0]
    assert change["before"].startswith("Repair of a washing machine, 1 at 100")
    assert change["after"].startswith("Other, 1 at 100, net 100")
    assert (change["who"], change["document"]) == ("Bea Bookkeeper", invoice.pk)


def test_a_later_run_of_another_month_looks_at_what_both_hold(
    link: Connection, books: Books, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    service.run(link, start=dt.date(2026, 12, 1), end=dt.date(2026, 12, 31))
    assert fallen(made) == []
    edit(books, date=dt.date(2026, 12, 3))
    service.run(link, start=dt.date(2026, 12, 1), end=dt.date(2026, 12, 31))
    assert fallen(made) == [("there", "date", "2026-11-02", "2026-12-03")]


def test_a_document_that_went_breaks_it(
    link: Connection, books: Books, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    books.documents.clear()
    november(link)
    assert fallen(made) == [("there", "document", "A-1 120.00 GBP", "gone")]


def test_a_document_that_came_breaks_it_on_either_side(
    link: Connection, books: Books, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    books.documents.append(foreign("OWN-1"))
    november(link)
    assert fallen(made) == [("there", "document", "", "OWN-1 50.00 GBP")]
    books.documents.pop()
    again = sign(november(link), actor=anna)
    factories.approved(number="LATE")
    tasks.check_signatures()
    assert fallen(again) == [("here", "document", "", "LATE 120.00 GBP")]


def test_void_here_breaks_it_by_the_check_alone(
    link: Connection, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    lifecycle.void(invoice, actor=base.bookkeeper(), reason="Wrong")
    assert signatures.check(made)
    assert ("here", "status", "open", "void") in fallen(made)
    broken = Event.objects.get(verb=Verb.SIGNATURE_BROKEN)
    assert "A-1" in broken.sentence
    assert signatures.check_all() == 0


def test_what_the_poller_saw_breaks_it(
    link: Connection, invoice: Document, anna: User
) -> None:
    made = sign(november(link), actor=anna)
    events.record(
        Verb.EDIT_SEEN,
        invoice,
        "Edited",
        connection_id=link.pk,
        actor_name="poller",
        before={"gross": "120.00"},
        after={"gross": "125.00"},
    )
    tasks.check_signatures()
    assert fallen(made) == [("there", "total", "120.00", "125.00")]
    assert made.changes[0]["who"] == "poller"


def test_checking_takes_the_same_statements_for_many(
    link: Connection, books: Books, anna: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        sent(link, books, f"A-{number}")
    made = sign(november(link), actor=anna)
    with django_assert_max_num_queries(12):
        signatures.check(made)


def test_an_acceptance_holds_in_later_runs(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    accept(row(november(link), "A-1"), actor=anna, reason="Rounded there")
    later = november(link)
    assert later.accepted == 1
    assert row(later, "A-1").accepted == AcceptedDifference.objects.get()


def test_an_acceptance_ends_when_a_figure_changes(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    accept(row(november(link), "A-1"), actor=anna, reason="Rounded there")
    edit(books, gross=Decimal(140))
    later = november(link)
    assert (later.accepted, row(later, "A-1").accepted) == (0, None)
    assert "Accepted on" in row(later, "A-1").cause
    assert AcceptedDifference.objects.get().ended_why == "The figures changed."


def test_an_accepted_foreign_document_is_known_by_its_id(
    link: Connection, books: Books, anna: User
) -> None:
    reference = "FinSync-" + "0" * 20
    books.documents.append(foreign("LOST-1", reference=reference))
    done = november(link)
    assert row(done, "LOST-1").verdict == "missing_in_crm"
    accept(row(done, "LOST-1"), actor=anna, reason="Of the old system")
    assert november(link).accepted == 1


@pytest.mark.parametrize(
    ("number", "reason", "why"),
    [("A-1", " ", "Say why"), ("SAME", "Because", "no difference")],
)
def test_it_refuses_to_accept(
    link: Connection, books: Books, anna: User, number: str, reason: str, why: str
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    sent(link, books, "SAME")
    with pytest.raises(Refused, match=why):
        accept(row(november(link), number), actor=anna, reason=reason)


def test_accepting_twice_is_refused_and_can_be_taken_back(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    done = november(link)
    accept(row(done, "A-1"), actor=anna, reason="Rounded there")
    with pytest.raises(Refused, match="accepted already"):
        accept(row(done, "A-1"), actor=anna, reason="Again")
    take_back(row(done, "A-1"), actor=anna)
    done.refresh_from_db()
    assert (done.accepted, november(link).accepted) == (0, 0)


def test_signing_takes_the_same_statements_for_many(
    link: Connection, books: Books, anna: User
) -> None:
    counts = []
    for more in (2, 12):
        for number in range(more):
            sent(link, books, f"{more}-{number}")
        done = november(link)
        with CaptureQueriesContext(database) as asked:
            sign(done, actor=anna)
        counts.append(len(asked))
    # The first time the person's permissions are read too.
    assert counts[1] <= counts[0]
