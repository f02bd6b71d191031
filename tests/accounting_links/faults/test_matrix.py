"""The matrix itself: a sound engine passes, one that is broken on purpose is caught."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import F

from accounting_links import tokens
from accounting_links.engine import (
    claim,
    intent,
    outcome,
    payment_voids,
    payments,
    push,
    retry,
)
from accounting_links.engine.crash_points import Point
from accounting_links.engine.sending import Fate, Outcome
from accounting_links.faults import cases
from accounting_links.faults.cases import Act, Case
from accounting_links.faults.matrix import Plan, PlatformResult, run
from accounting_links.faults.office import Office
from accounting_links.faults.rounds import Round, play, strike_here
from accounting_links.models import (
    DocumentLink,
    ItemState,
    SyncItem,
)
from accounting_links.webhooks import receiving
from connectors.practice import edits

pytestmark = pytest.mark.django_db(transaction=True)
OpenOffice = Callable[[str], Office]

# Has neither keys nor unique numbers: here only the engine stands against duplicates.
NO_HELP = "sage_accounting"
LOST = {"kind": "cut_after", "method": "POST", "nth": 1}


def tried(office: Office, act: Act = Act.CREATE, **how: Any) -> Round:
    case = Case(act=act, name="as told", **how)
    return play(office, case, strike_here, how="test")


def test_a_lost_answer_leaves_no_trace(open_office: OpenOffice) -> None:
    found = tried(open_office(NO_HELP), rules=(LOST,))
    assert found.hit
    assert found.verdict.clean, found.verdict


def test_two_workers_do_not_meet(open_office: OpenOffice) -> None:
    found = tried(open_office("quickbooks_online"), workers=2)
    assert found.verdict.clean, found.verdict


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.CREATE])
def test_every_act_can_be_tried(open_office: OpenOffice, act: Act) -> None:
    office = open_office("quickbooks_online")
    found = tried(office, act)
    assert found.verdict.clean, found.verdict
    assert not office.open_items()


def test_a_point_that_is_never_reached_is_not_counted_as_struck(
    open_office: OpenOffice,
) -> None:
    found = tried(open_office("quickbooks_online"), point=Point.BEFORE_FINALISE)
    assert not found.hit
    assert found.verdict.clean


def test_a_second_copy_in_the_books_is_a_duplicate(open_office: OpenOffice) -> None:
    office = open_office("quickbooks_online")
    tried(office)
    [row, *_] = edits.entries(office.ledger)
    again = {k: v for k, v in row.items() if k in ("kind", "number", "date", "gross")}
    edits.add(office.ledger, {**again, "party": row["party"], "currency": "GBP"})
    first, second = tried(office), tried(office)
    assert len(first.verdict.duplicates) == 1
    assert second.verdict.duplicates == []


def test_a_document_that_is_gone_is_a_loss(open_office: OpenOffice) -> None:
    office = open_office("quickbooks_online")

    def loses(office: Office, case: Case, scene: Any) -> bool:
        office.work(scene.act)
        for row in edits.entries(office.ledger):
            edits.remove(office.ledger, row["id"])
        return True

    case = Case(act=Act.CREATE, name="gone")
    found = play(office, case, loses, how="test")
    assert len(found.verdict.losses) == 3


def test_what_is_blocked_is_stuck(open_office: OpenOffice) -> None:
    office = open_office("quickbooks_online")

    def blocks(office: Office, case: Case, scene: Any) -> bool:
        SyncItem.objects.update(state=ItemState.BLOCKED)
        return True

    case = Case(act=Act.CREATE, name="blocked")
    found = play(office, case, blocks, how="test")
    assert len(found.verdict.stuck) == 3


# Engines that are broken on purpose


def looks_nothing_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(push, "find_sent", lambda connector, asked: [None] * len(asked))


def takes_a_new_key(patch: pytest.MonkeyPatch) -> None:
    looks_nothing_up(patch)
    write_again = intent.write_again

    def renewed(sendings: Sequence[Any], *, owner: str) -> list[Any]:
        sure = write_again(sendings, owner=owner)
        for each in sure:
            each.record = replace(each.record, key=f"{each.record.key[:30]}x")
        return sure

    patch.setattr(intent, "write_again", renewed)


def adopts_nothing(patch: pytest.MonkeyPatch) -> None:
    record = outcome.record

    def kept(connection: Any, outcomes: Sequence[Outcome], **rest: Any) -> Any:
        left = [each for each in outcomes if each.fate is not Fate.ADOPTED]
        return record(connection, left, **rest)

    patch.setattr(outcome, "record", kept)


def forgets_what_left(patch: pytest.MonkeyPatch) -> None:
    def waits(lost: Any) -> int:
        count: int = lost.update(
            state=ItemState.WAITING, key="", payload=None, lease_owner=""
        )
        return count

    patch.setattr(claim, "_into_doubt", waits)


def forgets_links(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        DocumentLink.objects, "bulk_create", lambda links, **options: list(links)
    )


def pays_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(payments, "_find", lambda *args: {})


def asks_too_soon(patch: pytest.MonkeyPatch) -> None:
    """By the clock of the worker that sent it."""

    def at_once(lost: Any) -> int:
        count: int = lost.update(
            state=ItemState.IN_DOUBT,
            lease_owner="",
            lease_until=None,
            next_attempt_at=F("left_at") + retry.quiet(),
        )
        return count

    patch.setattr(claim, "_into_doubt", at_once)


def pays_what_others_took(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(payments, "_write_again", lambda sendings, *, owner: sendings)


def notices_no_revocation(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tokens, "needs_attention", lambda *args, **options: False)


def leaves_payments_there(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(payment_voids, "_tell", lambda *args: None)


def keeps_each_copy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(receiving, "_identity", lambda *args: uuid.uuid4().hex)


def caught(platform: str, case: str) -> PlatformResult:
    plan = Plan(
        platforms=[platform],
        rounds=120,
        kill_rounds=0,
        seed=1,
        case=case,
        stop_at_failure=True,
    )
    [result] = run(plan, lambda line: None)
    return result


@pytest.mark.parametrize(
    ("broken", "platform", "case", "told"),
    [
        (looks_nothing_up, NO_HELP, "create:", "duplicates"),
        (takes_a_new_key, "quickbooks_online", "create:", "stuck"),
        (adopts_nothing, NO_HELP, "create:", "stuck"),
        (forgets_what_left, NO_HELP, "create:", "duplicates"),
        (forgets_what_left, NO_HELP, "database restarted", "duplicates"),
        (forgets_links, "quickbooks_online", "create:", "losses"),
        (pays_again, NO_HELP, "payment:", "duplicates"),
        (asks_too_soon, NO_HELP, "create: clock", "duplicates"),
        (pays_what_others_took, NO_HELP, "payment: request lost", "duplicates"),
        (notices_no_revocation, NO_HELP, "revoked grant", "stuck"),
        (leaves_payments_there, NO_HELP, "payment void", "losses"),
        (keeps_each_copy, "quickbooks_online", "message", "duplicates"),
    ],
)
def test_a_broken_engine_is_caught(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    broken: Callable[[pytest.MonkeyPatch], None],
    platform: str,
    case: str,
    told: str,
) -> None:
    # Another worker must not ask at once: the matrix itself skips waits between passes.
    settings.FINSYNC_IN_DOUBT_QUIET = 30
    monkeypatch.setattr(cases, "MANY_COPIES", 20)
    broken(monkeypatch)
    result = caught(platform, case)
    assert not result.clean
    assert result.count(told), result.failures
