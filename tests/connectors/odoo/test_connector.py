"""What is peculiar to Odoo: steps that can fail apart, and two wires."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import (
    InDoubt,
    Locked,
    NotFound,
    PlatformDown,
    Reauthorise,
    Rejected,
    Unsupported,
)
from connectors.odoo.connector import Odoo
from connectors.records import Allocation, DocumentKind, RemoteStatus
from tests.connectors.contract_parts.bench import DAY, Bench, bench

D = Decimal
JSON2 = "POST /json/2/{model}/{method}"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("odoo") as made:
        yield made


def routes(at: Bench) -> dict[str, int]:
    found: dict[str, int] = at.server.dispatcher.stats.as_json()["by_route"]
    return found


def test_a_batch_costs_three_calls(at: Bench) -> None:
    documents = [at.document(f"B-{n}") for n in range(10)]
    at.connector.push(documents[:1])
    at.server.dispatcher.stats.clear()
    at.connector.push(documents[1:])
    assert routes(at) == {"POST /xmlrpc/2/object": 3}


def test_marking_as_sent_travels_with_the_batch(at: Bench) -> None:
    documents = [at.document("S-1", sent=True), at.document("S-2")]
    results = at.connector.push(documents)
    assert [r.remote and r.remote.sent for r in results] == [True, False]


def test_odoos_number_and_ours_stand_apart(at: Bench) -> None:
    _, remote = at.pushed("OURS-1")
    [entry] = at.books("OURS-1")
    assert entry["number"] == remote.number == "INV/2026/00001"
    assert (entry["reference"], remote.reference) == ("OURS-1", "FS-OURS-1")


def test_what_odoo_will_not_post_is_taken_away_again(at: Bench) -> None:
    at.server.face.ledger.change_company(closed_until=DAY)
    [result] = at.connector.push([at.document("LOCK-1")])
    assert isinstance(result.error, Locked)
    assert not at.books("LOCK-1")


def test_one_that_is_not_posted_keeps_no_other_back(at: Bench) -> None:
    at.server.face.ledger.change_company(closed_until=DAY)
    later = at.document("OK-1", date=DAY.replace(day=21))
    results = at.connector.push([at.document("LOCK-2"), later])
    assert isinstance(results[0].error, Locked)
    assert results[1].remote and results[1].remote.status is RemoteStatus.OPEN


@pytest.mark.parametrize("kind", ["cut_after", "cut_before"])
def test_a_draft_left_behind_is_finished(at: Bench, kind: str) -> None:
    document = at.document("HALF-1")
    at.fault(kind, body="action_post", nth=1)
    [result] = at.connector.push([document])
    at.clear_faults()
    assert isinstance(result.error, InDoubt)
    [found] = at.connector.find_sent([document])
    assert found is not None
    done = at.connector.finalise(document.kind, found)
    assert done.status is RemoteStatus.OPEN
    assert len(at.books("HALF-1")) == 1


def test_an_invoice_that_was_credited_whole_counts_as_paid(at: Bench) -> None:
    _, invoice = at.pushed("CRED-1")
    kind = DocumentKind.CREDIT_NOTE
    at.pushed("CRED-2", kind=kind, credited_id=invoice.id)
    found = at.connector.get_document(invoice.kind, invoice.id)
    assert (found.status, found.balance) == (RemoteStatus.PAID, D(0))


def test_a_credit_that_is_laid_on_already_is_left(at: Bench) -> None:
    _, invoice = at.pushed("CRED-3")
    kind = DocumentKind.CREDIT_NOTE
    _, credit = at.pushed("CRED-4", kind=kind, credited_id=invoice.id)
    both = (
        Allocation(document_id=invoice.id, kind=invoice.kind, amount=invoice.gross),
        Allocation(document_id=credit.id, kind=kind, amount=invoice.gross),
    )
    payment = at.payment(invoice, amount=D(0), allocations=both)
    assert at.connector.allocate_credit(payment).error is None


def test_part_of_a_credit_cannot_be_laid_on(at: Bench) -> None:
    _, invoice = at.pushed("CRED-5")
    _, credit = at.pushed("CRED-6", kind=DocumentKind.CREDIT_NOTE)
    both = (
        Allocation(document_id=invoice.id, kind=invoice.kind, amount=D(1)),
        Allocation(document_id=credit.id, kind=credit.kind, amount=D(1)),
    )
    payment = at.payment(invoice, amount=D(0), allocations=both)
    assert isinstance(at.connector.allocate_credit(payment).error, Unsupported)


def test_a_payment_settles_several_documents_whole(at: Bench) -> None:
    remotes = [at.pushed(f"MANY-{n}")[1] for n in range(2)]
    parts = tuple(
        Allocation(document_id=r.id, kind=r.kind, amount=r.gross) for r in remotes
    )
    total = sum((r.gross for r in remotes), D(0))
    payment = at.payment(remotes[0], amount=total, allocations=parts)
    [result] = at.connector.record_payments([payment])
    assert result.error is None
    found = [at.connector.get_document(r.kind, r.id).balance for r in remotes]
    assert found == [0, 0]


def test_a_payment_of_several_in_part_is_refused_before(at: Bench) -> None:
    remotes = [at.pushed(f"PART-{n}")[1] for n in range(2)]
    parts = tuple(
        Allocation(document_id=r.id, kind=r.kind, amount=D(5)) for r in remotes
    )
    payment = at.payment(remotes[0], amount=D(10), allocations=parts)
    [result] = at.connector.record_payments([payment])
    assert isinstance(result.error, Unsupported)
    assert not [p for p in at.connector.list_payments(None, None) if p.amount == 10]


def test_a_payment_without_an_answer_is_in_doubt(at: Bench) -> None:
    _, remote = at.pushed("PAYDOUBT-1")
    at.fault("cut_after", body="action_create_payments", nth=1)
    [result] = at.connector.record_payments([at.payment(remote)])
    assert isinstance(result.error, InDoubt)


def test_a_payment_that_cannot_be_read_back_is_in_doubt(at: Bench) -> None:
    _, remote = at.pushed("PAYDOUBT-2")
    at.fault("status", status=503, body=r"account\.payment</string>")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert isinstance(result.error, InDoubt)


def test_a_voided_payment_opens_the_document_again(at: Bench) -> None:
    _, remote = at.pushed("VOIDPAY-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    found = at.connector.get_document(remote.kind, remote.id)
    assert found.status is RemoteStatus.OPEN


@pytest.mark.parametrize("verb", ["update", "void"])
def test_a_paid_document_is_not_touched(at: Bench, verb: str) -> None:
    document, remote = at.pushed("PAID-1")
    at.connector.record_payments([at.payment(remote)])
    with pytest.raises(Rejected, match="Payments or credit notes"):
        getattr(at.connector, verb)(replace(document, id=remote.id))


def test_an_update_goes_on_where_it_was_cut(at: Bench) -> None:
    document, remote = at.pushed("CUT-1")
    changed = at.document("CUT-1", at.line("5.00"), id=remote.id)
    at.fault("status", status=503, body="<string>write</string>", nth=1, count=3)
    at.fault("status", status=503, body="<string>write</string>")
    with pytest.raises(PlatformDown):
        at.connector.update(changed)
    at.clear_faults()
    done = at.connector.update(changed)
    assert (done.gross, done.number) == (changed.gross, remote.number)
    assert done.status is RemoteStatus.OPEN


def test_an_id_of_another_kind_is_not_found(at: Bench) -> None:
    _, remote = at.pushed("KIND-1")
    with pytest.raises(NotFound):
        at.connector.get_document(DocumentKind.CREDIT_NOTE, remote.id)


@pytest.mark.parametrize("id", ["99", "another"])
def test_another_company_is_refused(at: Bench, id: str) -> None:
    with pytest.raises(Reauthorise, match="company"):
        at.connect(at.credentials | {"company_id": id})


def test_a_database_of_another_name_is_refused(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="no database"):
        at.connect(at.credentials | {"database": "nodb"})


def test_a_server_that_is_too_old_is_named(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"version": 15})
    with pytest.raises(Rejected, match="needs 16 or newer"):
        at.connect(at.credentials)


def test_the_version_chooses_the_interface(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"version": 19})
    at.server.dispatcher.stats.clear()
    at.connect(at.credentials)
    assert routes(at).keys() == {
        "POST /xmlrpc/2/common",
        "POST /json/2/{model}/{method}",
    }


def test_a_person_may_choose_the_interface(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"version": 19})
    at.server.dispatcher.stats.clear()
    at.connect(at.credentials | {"api": "xmlrpc"})
    assert JSON2 not in routes(at)


def test_the_last_day_of_a_key_is_kept(at: Bench) -> None:
    grant = at.connect(at.credentials | {"key_expires": "2026-12-31"})
    ends = grant.tokens.refresh_expires_at
    assert ends and ends.date().isoformat() == "2026-12-31"


def test_parties_are_made_in_one_call(at: Bench) -> None:
    parties = [at.party(f"Batch {n}") for n in range(5)]
    at.server.dispatcher.stats.clear()
    results = at.connector.create_parties(parties)
    assert all(r.party and r.party.id for r in results)
    assert routes(at) == {"POST /xmlrpc/2/object": 1}


def test_pages_of_odoo_are_linked(at: Bench) -> None:
    values = {**at.grant.values, "base_url": "https://acme.odoo.com/"}
    config = replace(at.connector.config, practice_url="", values=values)
    url = Odoo(config).document_url(DocumentKind.SALES_INVOICE, "20")
    assert url == "https://acme.odoo.com/web#id=20&model=account.move&view_type=form"
