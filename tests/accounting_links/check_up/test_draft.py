from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting_links.actions import check_up
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.check_up import standing
from accounting_links.check_up.draft import Wanted
from accounting_links.check_up.standing import Standing
from accounting_links.check_up.steps import Step
from accounting_links.models import Connection
from accounting_links.verbs import Verb
from connectors.errors import InDoubt, NotFound, PlatformDown, Rejected
from connectors.records import DocumentKind, RemoteStatus
from invoicing.models import Event
from tests import base
from tests.accounting_links.check_up.conftest import Install
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
WANTED = Wanted(
    party_id="customer-1",
    party_name="Acme Ltd",
    account_id="A4000",
    tax_id="T20",
    tax_rate=Decimal(20),
    currency="GBP",
)


def send(connection: Connection) -> Standing:
    return check_up.send(connection, WANTED, actor=None)


def finish(
    connection: Connection, *, right: bool = True, by_hand: bool = False
) -> bool:
    return check_up.finish(connection, right=right, by_hand=by_hand, actor=None)


def named(found: Standing) -> dict[str, Step]:
    return {step.name: step for step in found.draft_steps}


def verbs(connection: Connection) -> list[str]:
    rows = Event.objects.filter(
        connection_id=connection.pk, verb__startswith="check_up"
    )
    return list(rows.order_by("pk").values_list("verb", flat=True))


def test_one_document_arrives_and_is_looked_at(
    connection: Connection, books: Books
) -> None:
    found = send(connection)
    [made] = books.documents.values()
    assert made.number.startswith("CHECK-") and made.gross == Decimal("1.20")
    assert made.kind is DocumentKind.SALES_INVOICE
    assert all(step.passed for step in found.draft_steps), found.draft_steps
    assert list(named(found)) == [
        *("Sent", "Read back", "Total", "Date", "Customer", "Left to pay"),
        *("Found by its number", "Found after a lost answer"),
    ]


def test_its_intent_is_kept_before_it_leaves(
    connection: Connection, books: Books, install: Install
) -> None:
    kept: list[str] = []
    kind = install()
    push = kind.push

    def watched(self: Any, documents: Any) -> Any:
        kept.extend(verbs(connection))
        return push(self, documents)

    kind.push = watched  # type: ignore[method-assign]  # a class of this test alone
    send(connection)
    assert kept == ["check_up.sending"]


def test_reads_and_a_right_document_prove_the_platform(
    connection: Connection, books: Books
) -> None:
    assert not standing.is_proven(connection)
    check_up.read(connection, actor=None)
    send(connection)
    assert finish(connection)
    assert standing.is_proven(connection)
    assert not books.documents
    assert verbs(connection)[-1] == Verb.CHECK_UP_FINISHED


def test_without_reads_nothing_is_proven(connection: Connection) -> None:
    send(connection)
    assert not finish(connection)


def test_what_a_person_finds_wrong_proves_nothing(
    connection: Connection, books: Books
) -> None:
    check_up.read(connection, actor=None)
    send(connection)
    assert not finish(connection, right=False)
    assert not books.documents and not standing.is_proven(connection)


def test_a_total_that_differs_proves_nothing(
    connection: Connection, books: Books
) -> None:
    books.surcharge = Decimal("0.05")
    check_up.read(connection, actor=None)
    step = named(send(connection))["Total"]
    assert not step.passed
    assert step.sentence == "1.20 expected, 1.25 there."
    assert not finish(connection)


def test_no_second_one_is_made_while_one_is_there(
    connection: Connection, books: Books
) -> None:
    send(connection)
    with pytest.raises(Refused, match="there already"):
        send(connection)
    assert len(books.documents) == 1


def test_what_the_platform_refuses_is_told(
    connection: Connection, books: Books
) -> None:
    books.before["push"] = [Rejected("Unknown account.")]
    found = send(connection)
    assert found.draft is None
    assert named(found)["Sent"].sentence == "Unknown account."
    assert not books.documents


@pytest.mark.parametrize("operation", ["before", "after"])
def test_a_lost_answer_is_looked_into(
    connection: Connection, books: Books, operation: str
) -> None:
    getattr(books, operation)["push"] = [InDoubt("No answer came.")]
    found = send(connection)
    assert found.unanswered and found.draft is not None
    with pytest.raises(Refused, match="First find out"):
        finish(connection)
    arrived = operation == "after"
    found = check_up.look_again(connection, actor=None)
    assert (found.draft is not None, found.unanswered) == (arrived, False)
    assert named(found)["Sent"].passed is arrived
    assert len(books.documents) == arrived


def test_a_failed_read_back_leaves_it_removable(
    connection: Connection, books: Books
) -> None:
    books.before["get_document"] = [PlatformDown("It does not answer.")]
    found = send(connection)
    assert not named(found)["Read back"].passed
    assert found.draft is not None and found.draft["id"]
    assert not finish(connection)
    assert not books.documents


def test_what_cannot_be_taken_away_stays_open(
    connection: Connection, books: Books
) -> None:
    check_up.read(connection, actor=None)
    send(connection)
    books.before["delete"] = [Rejected("No such path.")]
    assert not finish(connection)
    found = standing.of(connection)
    assert found.draft is not None
    step = named(found)["Taken away"]
    assert step.sentence == "No such path. Take it away over there."
    assert finish(connection)
    assert named(standing.of(connection))["Taken away"].passed


def test_taken_away_by_hand_it_must_be_gone(
    connection: Connection, books: Books
) -> None:
    check_up.read(connection, actor=None)
    send(connection)
    assert not finish(connection, by_hand=True)
    assert named(standing.of(connection))["Taken away"].sentence == "It is still there."
    books.documents.clear()
    # FinSync should have been able to, and that is not proven.
    assert not finish(connection, by_hand=True)
    assert standing.of(connection).draft is None


def test_where_nothing_is_deleted_it_is_voided(
    connection: Connection, books: Books, install: Install
) -> None:
    install(delete=False, void=True)
    check_up.read(connection, actor=None)
    send(connection)
    assert finish(connection)
    [left] = books.documents.values()
    assert left.status is RemoteStatus.VOID


def test_where_nothing_can_be_removed_a_person_does_it(
    connection: Connection, books: Books, install: Install
) -> None:
    install(delete=False, void=False)
    check_up.read(connection, actor=None)
    send(connection)
    assert not finish(connection)
    assert len(books.documents) == 1
    books.documents.clear()
    assert finish(connection, by_hand=True)
    assert standing.is_proven(connection)


def test_removing_what_is_gone_is_no_fault(
    connection: Connection, books: Books
) -> None:
    check_up.read(connection, actor=None)
    send(connection)
    books.before["delete"] = [NotFound("It is not there any more.")]
    assert finish(connection)


def test_without_a_document_there_is_nothing_to_finish(connection: Connection) -> None:
    with pytest.raises(Refused, match="No document"):
        finish(connection)
    with pytest.raises(Refused, match="No document"):
        check_up.look_again(connection, actor=None)


def test_a_party_must_be_chosen(connection: Connection, books: Books) -> None:
    with pytest.raises(Refused, match="Choose whose account"):
        check_up.send(connection, replace(WANTED, party_id=""), actor=None)
    assert not books.asked["push"]


def test_each_verb_asks_for_its_permission(
    connection: Connection, books: Books
) -> None:
    stranger = base.stranger()
    with pytest.raises(NotAllowed):
        check_up.read(connection, actor=stranger)
    with pytest.raises(NotAllowed):
        check_up.send(connection, WANTED, actor=stranger)
    with pytest.raises(NotAllowed):
        check_up.look_again(connection, actor=stranger)
    with pytest.raises(NotAllowed):
        check_up.finish(connection, right=True, actor=stranger)
    assert not books.asked and not verbs(connection)


@pytest.mark.parametrize("flags", [{"proven": True}, {"files": True}])
def test_other_platforms_need_no_check_up(
    connection: Connection, install: Install, flags: Any
) -> None:
    install(**flags)
    assert standing.is_proven(connection)
