"""Values at the edge, and what changed (behaviours 7 and 9)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.records import DocumentKind, RemoteStatus
from tests.connectors.contract_parts.bench import Bench

D = Decimal
EUR = "EUR"


class EdgesContract:
    # How much of a line's text the platform keeps; None: all of it.
    text_length: int | None = None

    def test_text_of_any_script_comes_back(self, at: Bench) -> None:
        text = 'Čištění – 2× Düse „40 mm“, 修理 & <b>O\'Hara</b> \\ "x"'
        document, remote = at.pushed("TEXT-1", at.line(text=text))
        found = at.connector.get_document(document.kind, remote.id)
        assert found.lines[0].text == text[: self.text_length]

    def test_edges_of_blank_do_not_break_a_line(self, at: Bench) -> None:
        document, remote = at.pushed("BLANK-1", at.line(text="  Filter, small \t"))
        found = at.connector.get_document(document.kind, remote.id)
        assert found.lines[0].text.strip() == "Filter, small"

    def test_a_number_of_the_greatest_length_is_kept(self, at: Bench) -> None:
        length = at.kind.capabilities.number_length or 30
        number = "N" * (length - 2) + "-1"
        _, remote = at.pushed(number)
        found = at.connector.find_documents(DocumentKind.SALES_INVOICE, [number])
        assert [d.id for d in found] == [remote.id]

    def test_a_number_that_is_too_long_is_refused_by_name(self, at: Bench) -> None:
        length = at.kind.capabilities.number_length
        if length is None:
            return
        [result] = at.connector.push([at.document("N" * (length + 1))])
        assert isinstance(result.error, Rejected)

    def test_quantities_have_three_places(self, at: Bench) -> None:
        line = at.line("10.01", quantity=D("1.001"), unit_price=D("10.00"))
        document, remote = at.pushed("QTY-1", line)
        found = at.connector.get_document(document.kind, remote.id).lines[0]
        assert found.net == D("10.01")
        assert found.quantity in (D("1.001"), None)

    def test_a_line_without_tax(self, at: Bench) -> None:
        free = at.line(
            "12.00", tax=D(0), tax_rate=D(0), tax_code_id=at.sample["tax_code"]
        )
        _, remote = at.pushed("FREE-1", free)
        assert (remote.gross, remote.tax) in [(D("12.00"), D(0)), (D("12.00"), None)]

    def test_negative_lines(self, at: Bench) -> None:
        less = at.line("-5.00", position=2, quantity=D(-1), unit_price=D("5.00"))
        document = at.document("NEG-1", at.line("20.00"), less)
        [result] = at.connector.push([document])
        if at.kind.capabilities.negative_lines:
            assert result.remote and result.remote.gross == document.gross, result.error
        else:
            assert isinstance(result.error, Rejected)

    def test_totals_of_zero(self, at: Bench) -> None:
        document = at.document("ZERO-1", at.line("0.00"))
        [result] = at.connector.push([document])
        if at.kind.capabilities.zero_documents:
            assert result.remote and result.remote.gross == 0, result.error
        else:
            assert isinstance(result.error, Rejected)

    def test_a_second_currency(self, at: Bench) -> None:
        if not at.kind.capabilities.multi_currency:
            [result] = at.connector.push([at.document("EUR-1", currency=EUR)])
            assert isinstance(result.error, Rejected)
            return
        party = at.connector.create_party(at.party("Contract GmbH", currency=EUR))
        document, remote = at.pushed(
            "EUR-1", party_id=party.id, currency=EUR, rate=D("0.85")
        )
        assert (remote.currency, remote.gross) == (EUR, document.gross)

    def test_the_change_feed_begins_now(self, at: Bench) -> None:
        if not at.kind.capabilities.change_feed:
            with pytest.raises(Unsupported):
                at.connector.changed_since("")
            return
        at.pushed("EARLY-1")
        changes = at.connector.changed_since("")
        assert changes.cursor and changes.complete and not changes.documents

    def test_the_change_feed_misses_nothing_at_its_edge(self, at: Bench) -> None:
        if not at.kind.capabilities.change_feed:
            return
        cursor, seen = at.connector.changed_since("").cursor, set()
        sent = set()
        for n in range(4):
            sent.add(at.pushed(f"EDGE-{n}")[1].id)
            changes = at.connector.changed_since(cursor)
            cursor = changes.cursor
            seen |= {d.id for d in changes.documents}
        assert sent <= seen

    def test_the_change_feed_tells_the_state_as_it_is(self, at: Bench) -> None:
        if not at.kind.capabilities.change_feed:
            return
        cursor = at.connector.changed_since("").cursor
        document, remote = at.pushed("STATE-1")
        expected = at.connector.get_document(document.kind, remote.id)
        changes = at.connector.changed_since(cursor)
        [found] = [d for d in changes.documents if d.id == remote.id]
        assert (found.status, found.gross) == (expected.status, expected.gross)

    def test_the_change_feed_tells_deletions(self, at: Bench) -> None:
        can = at.kind.capabilities
        if not (can.change_feed and can.delete and can.feed_tells_deletions):
            return
        cursor = at.connector.changed_since("").cursor
        document, remote = at.pushed("GONE-1")
        there = replace(document, id=remote.id, version=remote.version, key="gone-1")
        at.connector.delete(there)
        changes = at.connector.changed_since(cursor)
        [found] = [d for d in changes.documents if d.id == remote.id]
        assert found.status is RemoteStatus.DELETED
