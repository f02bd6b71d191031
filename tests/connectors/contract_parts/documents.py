"""Documents out and back (behaviours 3, 4, 5, 8 and 9)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connectors.capabilities import Idempotency
from connectors.errors import (
    DuplicateNumber,
    Locked,
    NotFound,
    Rejected,
    StaleVersion,
    Unsupported,
)
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
    Totals,
    signed,
)
from tests.connectors.contract_parts.bench import DAY, Bench

D = Decimal
UNKNOWN_ID = "987654321"


class DocumentsContract:
    unknown_id = UNKNOWN_ID
    # The field and the code that an unknown party, and an unknown nominal, give.
    party_refused = ("party_id", "ACCOUNT_WRONG")
    nominal_refused = ("lines", "NO_NOMINAL")

    def test_each_document_gets_its_result_in_order(self, at: Bench) -> None:
        documents = [at.document(f"ORD-{n}") for n in range(5)]
        documents[2] = replace(documents[2], party_id=self.unknown_id)
        results = at.connector.push(documents)
        numbers = [r.remote and self.ours(r.remote) for r in results]
        assert numbers == [self.mark("ORD-0"), self.mark("ORD-1"), None] + [
            self.mark("ORD-3"),
            self.mark("ORD-4"),
        ]
        assert isinstance(results[2].error, Rejected)

    def mark(self, number: str) -> str:
        """What `ours` answers for the document of that number."""
        return f"FS-{number}"

    def ours(self, remote: object) -> str:
        """By what a document is known again as ours."""
        return str(getattr(remote, "reference"))  # noqa: B009 - remote is checked above

    def test_the_same_intent_twice_leaves_one_document(self, at: Bench) -> None:
        document = at.document("TWICE-1")
        [first] = at.connector.push([document])
        if at.kind.capabilities.idempotency is Idempotency.NONE:
            [found] = at.connector.find_sent([document])
            assert found and first.remote and found.id == first.remote.id
        else:
            [second] = at.connector.push([document])
            assert first.remote and second.remote
            assert first.remote.id == second.remote.id
        assert len(at.books(document.number)) == 1

    def test_totals_are_those_forecast_to_the_cent(self, at: Bench) -> None:
        lines = [
            at.line("0.03", position=1, quantity=D(3), unit_price=D("0.01")),
            at.line("8.33", position=2),
            at.line("8.33", position=3),
            at.line("17.01", position=4, quantity=D("2.125"), unit_price=D("8.005")),
            at.line("9.50", position=5, unit_price=D(10), discount_percent=D(5)),
        ]
        document, remote = at.pushed("CENT-1", *lines)
        forecast = at.connector.forecast(document)
        found = at.connector.get_document(document.kind, remote.id)
        assert found.gross == forecast.gross
        assert (found.net, found.tax) in [(forecast.net, forecast.tax), (None, None)]
        assert isinstance(forecast, Totals)

    def test_a_document_comes_back_as_it_was_sent(self, at: Bench) -> None:
        document, remote = at.pushed("BACK-1")
        found = at.connector.get_document(document.kind, remote.id)
        assert found.party_id == document.party_id
        assert (found.date, found.currency) == (document.date, document.currency)
        assert found.gross == document.gross
        assert [line.net for line in found.lines] == [
            line.net for line in document.lines
        ]

    def test_it_is_found_by_its_number(self, at: Bench) -> None:
        document, remote = at.pushed("FIND-1")
        at.pushed("FIND-2")
        found = at.connector.find_documents(document.kind, ["FIND-1", "FIND-9"])
        assert [d.id for d in found] == [remote.id]

    def test_what_was_sent_is_found_again_and_nothing_else(self, at: Bench) -> None:
        sent, remote = at.pushed("SENT-1")
        found = at.connector.find_sent([at.document("SENT-2"), sent])
        assert [d and d.id for d in found] == [None, remote.id]

    def test_a_foreign_document_of_our_number_is_not_ours(self, at: Bench) -> None:
        document, _ = at.pushed("MINE-1")
        stranger = replace(document, reference="FS-OTHER", gross=D("1.00"))
        assert at.connector.find_sent([stranger]) == [None]

    def test_a_number_that_is_taken(self, at: Bench) -> None:
        _, first = at.pushed("DUP-1")
        [result] = at.connector.push([at.document("DUP-1", reference="FS-DUP-2")])
        if at.kind.capabilities.unique_numbers:
            assert isinstance(result.error, DuplicateNumber)
            assert result.error.field == "number"
            assert result.error.existing_id in ("", first.id)
        else:
            assert result.remote and result.remote.id != first.id

    def test_an_unknown_party_is_named(self, at: Bench) -> None:
        [result] = at.connector.push([at.document("UNK-1", party_id=self.unknown_id)])
        assert isinstance(result.error, Rejected)
        assert (result.error.field, result.error.status_code) == self.party_refused

    def test_an_unknown_nominal_is_named(self, at: Bench) -> None:
        if not at.kind.capabilities.nominal_codes:
            return
        line = at.line(account_id=self.unknown_id, item_id=self.unknown_id)
        document = at.document("UNK-2", line)
        can = at.kind.capabilities
        if not (can.sales_line_accounts or can.items_carry_accounts):
            # A sale carries no account there, but a purchase does.
            bill = at.document("UNK-2", kind=DocumentKind.SUPPLIER_INVOICE)
            lost = replace(bill.lines[0], account_id=self.unknown_id)
            document = replace(bill, lines=(lost,))
        [result] = at.connector.push([document])
        assert isinstance(result.error, Rejected)
        assert (result.error.field, result.error.status_code) == self.nominal_refused

    def test_a_closed_period_is_named(self, at: Bench) -> None:
        at.server.face.ledger.change_company(closed_until=date(2026, 10, 31))
        closed = date(2026, 10, 31)
        [result] = at.connector.push([at.document("OLD-1", date=closed, due_date=DAY)])
        assert isinstance(result.error, Locked)
        assert result.error.field == "date"

    def test_each_declared_kind_is_taken_and_no_other(self, at: Bench) -> None:
        for kind in DocumentKind:
            document = at.document(f"KIND-{kind.value[:6]}", kind=kind)
            [result] = at.connector.push([document])
            if kind in at.kind.capabilities.kinds:
                assert result.remote and result.remote.kind is kind, result.error
                assert result.remote.gross == document.gross
            else:
                assert isinstance(result.error, Unsupported)

    def test_credit_notes_count_as_negative(self, at: Bench) -> None:
        kind = DocumentKind.CREDIT_NOTE
        if kind in at.kind.capabilities.kinds:
            _, remote = at.pushed("CN-1", kind=kind)
            assert signed(kind, remote.gross) < 0

    def test_updating(self, at: Bench) -> None:
        document, remote = at.pushed("UPD-1")
        changed = at.document(
            "UPD-1", at.line("99.00"), id=remote.id, version=remote.version
        )
        if not at.kind.capabilities.update:
            with pytest.raises(Unsupported):
                at.connector.update(changed)
            return
        updated = at.connector.update(changed)
        assert updated.id == remote.id and updated.gross == changed.gross
        assert len(at.books(document.number)) == 1

    def test_updating_what_changed_meanwhile(self, at: Bench) -> None:
        if not at.kind.capabilities.update:
            return
        _, remote = at.pushed("STALE-1")
        first = at.document("STALE-1", at.line("1.00"), id=remote.id)
        at.connector.update(replace(first, version=remote.version))
        if not remote.version:
            return
        late = replace(first, version=remote.version, key="stale-2")
        with pytest.raises(StaleVersion):
            at.connector.update(late)

    def test_voiding(self, at: Bench) -> None:
        document, remote = at.pushed("VOID-1")
        there = replace(document, id=remote.id, version=remote.version, key="void-1")
        if not at.kind.capabilities.void:
            with pytest.raises(Unsupported):
                at.connector.void(there)
            return
        at.connector.void(there)
        found = at.connector.get_document(document.kind, remote.id)
        assert found.status is RemoteStatus.VOID

    def test_deleting(self, at: Bench) -> None:
        document, remote = at.pushed("DEL-1")
        there = replace(document, id=remote.id, version=remote.version, key="del-1")
        if not at.kind.capabilities.delete:
            with pytest.raises(Unsupported):
                at.connector.delete(there)
            return
        at.connector.delete(there)
        with pytest.raises(NotFound):
            at.connector.get_document(document.kind, remote.id)
        assert not at.connector.find_documents(document.kind, ["DEL-1"])

    def test_marking_as_sent(self, at: Bench) -> None:
        document, remote = at.pushed("MARK-1")
        if not at.kind.capabilities.mark_sent:
            with pytest.raises(Unsupported):
                at.connector.mark_sent(document.kind, remote)
            return
        assert at.connector.mark_sent(document.kind, remote).sent

    def test_finalising(self, at: Bench) -> None:
        document, remote = at.pushed("FIN-1")
        if not at.kind.capabilities.finalise:
            with pytest.raises(Unsupported):
                at.connector.finalise(document.kind, remote)
            return
        again = at.connector.finalise(document.kind, remote)
        assert again.status is not RemoteStatus.DRAFT

    def test_payments_settle_what_they_pay(self, at: Bench) -> None:
        kinds = {
            PaymentDirection.RECEIVED: DocumentKind.SALES_INVOICE,
            PaymentDirection.MADE: DocumentKind.SUPPLIER_INVOICE,
        }
        for direction, kind in kinds.items():
            if direction not in at.kind.capabilities.payments:
                continue
            _, remote = at.pushed(f"PAY-{direction.value}", kind=kind)
            [result] = at.connector.record_payments([at.payment(remote)])
            assert result.remote and result.remote.amount == remote.gross, result.error
            paid = at.connector.get_document(kind, remote.id)
            assert (paid.status, paid.balance) == (RemoteStatus.PAID, D(0))

    def test_a_part_payment_leaves_the_rest_open(self, at: Bench) -> None:
        if PaymentDirection.RECEIVED not in at.kind.capabilities.payments:
            return
        document, remote = at.pushed("PART-1")
        part = Allocation(document_id=remote.id, kind=remote.kind, amount=D("5.00"))
        payment = at.payment(remote, amount=D("5.00"), allocations=(part,))
        [result] = at.connector.record_payments([payment])
        assert result.error is None
        found = at.connector.get_document(document.kind, remote.id)
        assert found.status is RemoteStatus.PART_PAID
        assert found.balance == remote.gross - 5

    def test_payments_that_are_not_declared(self, at: Bench) -> None:
        _, remote = at.pushed("NOPAY-1")
        for direction in set(PaymentDirection) - at.kind.capabilities.payments:
            payment = at.payment(remote, direction=direction)
            try:
                [result] = at.connector.record_payments([payment])
            except Unsupported:
                continue
            assert isinstance(result.error, Unsupported)

    def test_the_same_payment_twice_pays_once(self, at: Bench) -> None:
        keyed = at.kind.capabilities.idempotency is Idempotency.REQUEST_KEY
        if not keyed or PaymentDirection.RECEIVED not in at.kind.capabilities.payments:
            return
        document, remote = at.pushed("ONCE-1")
        half = Allocation(document_id=remote.id, kind=remote.kind, amount=D("2.00"))
        payment = at.payment(remote, amount=D("2.00"), allocations=(half,))
        for _ in range(2):
            at.connector.record_payments([payment])
        found = at.connector.get_document(document.kind, remote.id)
        assert found.balance == remote.gross - 2
