from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.acumatica.connection import BEARER
from connectors.acumatica.connector import Acumatica
from connectors.acumatica.reading import document_from
from connectors.capabilities import Trigger
from connectors.errors import DuplicateParty, InDoubt, Locked, Rejected, Retry
from connectors.practice.acumatica.face import Acumatica as Face
from connectors.records import DocumentKind, RemoteStatus
from connectors.settings import ConnectionConfig
from connectors.transport.json_codec import decode
from tests.connectors.contract_parts.bench import DAY, Bench, D, bench

WIRE = Path(__file__).parent / "wire"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("acumatica") as made:
        yield made


def face(at: Bench) -> Face:
    assert isinstance(at.server.face, Face)
    return at.server.face


def payments(at: Bench) -> int:
    listed = at.connector.list_payments(DAY, DAY)
    return len([p for p in listed if p.reference == "BACS 991"])


def test_all_workers_share_one_session(at: Bench) -> None:
    for _ in range(3):
        with at.open() as another:
            another.organisation()
    assert len(face(at).sessions) == 1


def test_logging_out_gives_the_seat_back(at: Bench) -> None:
    at.connector.logout()
    assert len(face(at).sessions) == 0
    at.connector.logout()


def test_no_seat_left_means_later(at: Bench) -> None:
    face(at).sessions.open()
    with pytest.raises(Retry):
        at.connect(at.credentials)


def test_the_other_way_in_is_a_token(at: Bench) -> None:
    grant = at.connect({**at.credentials, "sign_in": "oauth"})
    assert set(grant.tokens.session) == {BEARER}
    assert grant.tokens.expires_at and grant.tokens.expires_at > at.clock.now()


def test_the_vendors_own_sample_is_read() -> None:
    row = decode((WIRE / "invoice_saved.json").read_bytes())
    kind = DocumentKind.SALES_INVOICE
    found = document_from(kind, "Invoice", row, home_currency="GBP")
    assert (found.id, found.number, found.reference) == (
        "AR004321",
        "INV-2041",
        "FinSync-0a1b",
    )
    assert (found.gross, found.net, found.status) == (D(180), D(150), "draft")
    assert [line.net for line in found.lines] == [D(150)]


def test_a_saved_document_counts_when_it_is_released(at: Bench) -> None:
    [result] = at.connector.push([at.document("REL-1")])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT
    released = at.connector.finalise(result.remote.kind, result.remote)
    assert released.status is RemoteStatus.OPEN
    assert at.clock.slept


def test_what_goes_wrong_at_release_is_told_by_its_progress(at: Bench) -> None:
    [result] = at.connector.push([at.document("REL-2")])
    assert result.remote
    face(at).ledger.change_company(closed_until=DAY)
    with pytest.raises(Locked):
        at.connector.finalise(result.remote.kind, result.remote)


def test_a_release_that_takes_long_is_asked_for_again(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.acumatica.api._POLLS", 1)
    [result] = at.connector.push([at.document("REL-3")])
    assert result.remote
    with pytest.raises(Retry):
        at.connector.finalise(result.remote.kind, result.remote)
    monkeypatch.undo()
    again = at.connector.finalise(result.remote.kind, result.remote)
    assert again.status is RemoteStatus.OPEN


def test_a_release_without_answer_is_in_doubt_and_safe_to_repeat(at: Bench) -> None:
    [result] = at.connector.push([at.document("REL-4")])
    assert result.remote
    at.fault("cut_after", path="ReleaseInvoice$", nth=1)
    with pytest.raises(InDoubt):
        at.connector.finalise(result.remote.kind, result.remote)
    again = at.connector.finalise(result.remote.kind, result.remote)
    assert again.status is RemoteStatus.OPEN


@pytest.mark.parametrize("path", ["/Payment\\?", "ReleasePayment$"])
def test_a_payment_goes_on_where_it_stopped(at: Bench, path: str) -> None:
    document, remote = at.pushed("PAY-1")
    payment = at.payment(remote)
    at.fault("cut_after", path=path, method="PUT", nth=1)
    at.fault("cut_before", path=path, method="POST", nth=1)
    [first] = at.connector.record_payments([payment])
    assert isinstance(first.error, InDoubt)
    at.clear_faults()
    [second] = at.connector.record_payments([payment])
    assert second.remote, second.error
    found = at.connector.get_document(document.kind, remote.id)
    assert (found.status, payments(at)) == (RemoteStatus.PAID, 1)


def test_not_now_at_the_release_is_not_nothing_done(at: Bench) -> None:
    _, remote = at.pushed("PAY-3")
    payment = at.payment(remote)
    at.fault("status", status=429, path="ReleasePayment$")
    [first] = at.connector.record_payments([payment])
    assert isinstance(first.error, InDoubt)
    at.clear_faults()
    [second] = at.connector.record_payments([payment])
    assert (second.remote is not None, payments(at)) == (True, 1)


def test_a_recorded_payment_is_not_recorded_again(at: Bench) -> None:
    _, remote = at.pushed("PAY-2")
    payment = at.payment(remote)
    results = [at.connector.record_payments([payment])[0].remote for _ in range(2)]
    assert results[0] and results[1] and results[0].id == results[1].id
    assert payments(at) == 1


def test_taking_a_payment_off_opens_the_invoice(at: Bench) -> None:
    document, remote = at.pushed("OFF-1")
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    at.connector.void_payment(paid.remote)
    found = at.connector.get_document(document.kind, remote.id)
    assert (found.status, payments(at)) == (RemoteStatus.OPEN, 0)


def test_payments_tell_what_they_settle(at: Bench) -> None:
    _, remote = at.pushed("FEED-1")
    start = at.connector.changed_since("").cursor
    at.connector.record_payments([at.payment(remote)])
    changes = at.connector.changed_since(start)
    told = [a.document_id for p in changes.payments for a in p.allocations]
    assert remote.id in told
    [found] = [d for d in changes.documents if d.id == remote.id]
    assert found.status is RemoteStatus.PAID


def test_a_party_made_twice_by_one_intent_is_one(at: Bench) -> None:
    party = at.party("Once Ltd", code="0017")
    first = at.connector.create_party(party)
    assert first.id == "C0017"
    assert at.connector.create_party(party).id == first.id


def test_a_put_never_changes_another_party(at: Bench) -> None:
    first = at.connector.create_party(at.party("First Ltd", code="77"))
    with pytest.raises(DuplicateParty, match="C77"):
        at.connector.create_party(at.party("Second Ltd", code="77"))
    [found] = at.connector.get_parties(first.role, [first.id])
    assert found.name == "First Ltd"


def test_an_unknown_cash_account_is_named(at: Bench) -> None:
    _, remote = at.pushed("BANK-1")
    payment = at.payment(remote, bank_account_id="99999")
    [result] = at.connector.record_payments([payment])
    assert isinstance(result.error, Rejected)
    assert result.error.status_code == "NO_BANK"


def test_a_document_has_a_page_on_the_real_site() -> None:
    values = {"base_url": "https://erp.example/Instance"}
    config = ConnectionConfig(platform="acumatica", values=values)
    with Acumatica(config) as made:
        url = made.document_url(DocumentKind.SALES_INVOICE, "AR004321")
    assert url == (
        "https://erp.example/Instance/Main?ScreenId=AR301000&DocType=INV&RefNbr=AR004321"
    )


def test_practice_ledgers_have_no_pages(at: Bench) -> None:
    _, remote = at.pushed("URL-1")
    assert remote.url == ""


def test_an_unknown_party_of_a_sales_invoice_is_named(at: Bench) -> None:
    assert isinstance(at.connector, Acumatica)
    at.connector.style = replace(at.connector.style, sales="SalesInvoice")
    [result] = at.connector.push([at.document("SO-1", party_id="NOBODY")])
    assert isinstance(result.error, Rejected)
    assert result.error.field == "party_id"


def test_a_completed_job_is_its_trigger() -> None:
    assert Acumatica.capabilities.default_trigger is Trigger.JOB_COMPLETED
