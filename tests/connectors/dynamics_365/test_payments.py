from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.dynamics_365.payments import document_number
from connectors.errors import (
    InDoubt,
    Rejected,
    Retry,
    Unsupported,
)
from connectors.records import (
    Payment,
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import DAY, Bench
from tests.connectors.dynamics_365.traffic import calls
from tests.connectors.spec_check.recorder import Sent, recording

D = Decimal


def actions(sent: list[Sent]) -> int:
    return len([s for s in sent if "/oauth2/" not in s.url])


def paid(at: Bench, payment: Payment) -> Any:
    [result] = at.connector.record_payments([payment])
    return result


def payments_there(at: Bench) -> list[Decimal]:
    return [p.amount for p in at.server.face.ledger.settlements.payments]


def fresh(at: Bench, number: str) -> tuple[RemoteDocument, Payment, int]:
    """An invoice, its payment, and how many payments were there before."""
    _, remote = at.pushed(number)
    return remote, at.payment(remote), len(payments_there(at))


def test_the_same_payment_again_is_posted_once(at: Bench) -> None:
    _, payment, before = fresh(at, "ONCE-2")
    first, second = paid(at, payment), paid(at, payment)
    assert first.remote and first.remote == second.remote
    assert len(payments_there(at)) == before + 1


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_journal_whose_posting_was_lost_is_gone_on_with(at: Bench, kind: str) -> None:
    _, payment, before = fresh(at, "LOST-2")
    at.fault(kind, path="journals.*post", nth=1)
    assert isinstance(paid(at, payment).error, InDoubt)
    assert paid(at, payment).remote
    assert len(payments_there(at)) == before + 1


def test_lines_that_were_half_written_are_written_anew(at: Bench) -> None:
    remote, payment, before = fresh(at, "HALF-2")
    more = replace(payment, amount=remote.gross + 5)
    at.fault("cut_inside", items=1, body=document_number(more), skip=1, count=1)
    assert isinstance(paid(at, more).error, InDoubt)
    assert paid(at, more).remote
    assert payments_there(at)[before:] == [remote.gross + 5]


def test_a_refused_payment_leaves_no_lines(at: Bench) -> None:
    remote, payment, before = fresh(at, "TWICE-2")
    assert paid(at, payment).remote
    result = paid(at, replace(payment, key="another"))
    assert isinstance(result.error, Rejected)
    assert len(payments_there(at)) == before + 1
    other = at.payment(at.pushed("AFTER-2")[1])
    assert paid(at, other).remote and remote


def test_a_journal_that_another_worker_posted_is_no_refusal(at: Bench) -> None:
    _, payment, before = fresh(at, "RACE-2")
    journals = at.connector.journals  # type: ignore[attr-defined]
    journal = journals._journal(payment)
    journals._write(payment, journal, begun=False)
    path = f"journals({journal})/Microsoft.NAV.post"
    journals.api.call("record_payments", "POST", path)
    journals._post(payment, journal)
    assert len(payments_there(at)) == before + 1


def test_a_journal_that_another_worker_made_is_used(at: Bench) -> None:
    _, payment, before = fresh(at, "RACE-3")
    journals = at.connector.journals  # type: ignore[attr-defined]
    assert journals._made(payment) == journals._made(payment)
    assert paid(at, payment).remote and len(payments_there(at)) == before + 1


def test_lines_that_may_stand_there_still_are_in_doubt(at: Bench) -> None:
    """Under another key they would be posted beside those of this one."""
    remote, payment, _ = fresh(at, "LEFT-2")
    too_much = replace(payment, amount=remote.gross, allocations=())
    assert paid(at, replace(payment, key="before")).remote
    at.fault("status", status=503, body="generalLedgerEntries", skip=1)
    assert isinstance(paid(at, payment).error, InDoubt)
    at.clear_faults()
    assert isinstance(paid(at, payment).error, Rejected)
    assert paid(at, replace(too_much, key="after")).remote


def test_others_lines_make_a_payment_wait(at: Bench) -> None:
    remote, payment, before = fresh(at, "STUCK-2")
    journals = at.connector.journals  # type: ignore[attr-defined]
    journal = journals._journal(payment)
    wrong = {
        "customerNumber": remote.party_id,
        "documentNumber": "HAND-1",
        "amount": D(5),
    }
    path = f"customerPaymentJournals({journal})/customerPayments"
    journals.api.call("record_payments", "POST", path, json=wrong)
    with pytest.raises(Retry, match="must be negative"):
        at.connector.record_payments([payment])
    assert len(payments_there(at)) == before
    rows = list(journals.api.rows("record_payments", path, {}))
    assert [row["documentNumber"] for row in rows] == ["HAND-1"]


def test_a_bank_account_that_is_not_there_is_named(at: Bench) -> None:
    _, payment, _ = fresh(at, "NOBANK-2")
    result = paid(at, replace(payment, bank_account_id="9999"))
    assert isinstance(result.error, Rejected)
    assert result.error.status_code == "NO_BANK"


def test_payments_are_told_by_the_invoices_alone(at: Bench) -> None:
    with pytest.raises(Unsupported):
        at.connector.list_payments(DAY, DAY)


def test_each_payment_takes_three_calls_once_its_journal_is_known(at: Bench) -> None:
    _, first, _ = fresh(at, "COST-1")
    paid(at, first)
    _, second, _ = fresh(at, "COST-2")
    with recording() as sent:
        assert paid(at, second).remote
    assert actions(sent) == 3 and list(calls(sent))
