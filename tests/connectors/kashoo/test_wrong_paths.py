"""Where a path was guessed wrong: nothing is taken for gone that is there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.errors import NotFound, Rejected
from connectors.records import DocumentKind, RemotePayment
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.kashoo.test_access import opened

KIND = DocumentKind.SALES_INVOICE
WRONG = "invoice = nowhere/{id}"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("kashoo") as made:
        yield made


@pytest.mark.parametrize("paths", [WRONG, "invoice ="])
def test_a_document_is_read_from_the_list(at: Bench, paths: str) -> None:
    _, remote = at.pushed("LIST-1")
    with opened(at, paths=paths) as connector:
        found = connector.get_document(KIND, remote.id)
        assert (found.number, found.gross) == ("LIST-1", remote.gross)
        with pytest.raises(Rejected):
            connector.get_document(KIND, "987654321")


def test_a_deletion_that_found_nothing_is_no_deletion(at: Bench) -> None:
    document, remote = at.pushed("STAY-1")
    there = replace(document, id=remote.id)
    with opened(at, paths=WRONG) as connector:
        with pytest.raises(Rejected, match="still") as caught:
            connector.delete(there)
    assert not isinstance(caught.value, NotFound)
    assert at.books("STAY-1")


def test_what_is_really_gone_is_not_found(at: Bench) -> None:
    document, remote = at.pushed("GONE-1")
    there = replace(document, id=remote.id)
    at.connector.delete(there)
    with pytest.raises(NotFound):
        at.connector.delete(there)


def test_a_change_that_found_nothing_is_refused(at: Bench) -> None:
    _, remote = at.pushed("EDIT-1")
    changed = at.document("EDIT-1", at.line("9.00"), id=remote.id)
    with opened(at, paths=WRONG) as connector:
        with pytest.raises(Rejected, match="could not be changed") as caught:
            connector.update(changed)
    assert not isinstance(caught.value, NotFound)


def paid(at: Bench) -> RemotePayment:
    _, remote = at.pushed("PAID-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    return result.remote


def test_a_payment_that_stays_is_not_taken_for_voided(at: Bench) -> None:
    payment = paid(at)
    with opened(at, paths="invoice_payment = nowhere/{id}") as connector:
        with pytest.raises(Rejected, match="still") as caught:
            connector.void_payment(payment)
    assert not isinstance(caught.value, NotFound)
    at.connector.void_payment(payment)
    with pytest.raises(NotFound):
        at.connector.void_payment(payment)
    left = {each.id for each in at.connector.list_payments(DAY, DAY)}
    assert payment.id not in left


def test_nothing_is_made_at_a_path_that_is_none(at: Bench) -> None:
    with opened(at, paths="customers = nowhere") as connector:
        with pytest.raises(Rejected, match="Nothing could be made") as caught:
            connector.create_party(at.party("Nobody Ltd"))
    assert not isinstance(caught.value, NotFound)
