from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.capabilities import Trigger
from connectors.errors import DuplicateParty, InDoubt, Unsupported
from connectors.practice.sage_intacct.face import PATH
from connectors.practice.sage_intacct.face import SageIntacct as Face
from connectors.records import (
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from connectors.sage_intacct.connection import GATEWAY
from connectors.sage_intacct.connector import SageIntacct
from connectors.transport.address_guard import AddressGuard, AddressRefused
from tests.connectors.contract_parts.bench import DAY, Bench, D, bench


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("sage_intacct") as made:
        yield made


def face(at: Bench) -> Face:
    assert isinstance(at.server.face, Face)
    return at.server.face


def receipts(at: Bench) -> list[str]:
    """Those of ours: the books have others."""
    listed = at.connector.list_payments(DAY, DAY)
    return [p.reference for p in listed if p.reference == "BACS 991"]


def test_all_workers_share_one_session(at: Bench) -> None:
    for _ in range(3):
        with at.open() as another:
            another.organisation()
    assert len(face(at).sessions) == 1


def test_calls_go_to_the_node_that_the_log_in_named(at: Bench) -> None:
    assert at.tokens.read().session["endpoint"] == f"{at.server.url}{PATH}"
    assert at.log.exchanges[-1].url == "***"
    assert GATEWAY.startswith("https://api.intacct.com/")


def test_a_node_elsewhere_is_not_called() -> None:
    guard = AddressGuard(hosts=(".intacct.com",))
    guard.check_url("https://na12.intacct.com/ia/xml/xmlgw.phtml")
    with pytest.raises(AddressRefused):
        guard.check_url("https://intacct.com.evil.example/ia/xml/xmlgw.phtml")


def test_a_request_that_was_had_before_is_not_carried_out_again(at: Bench) -> None:
    documents = [at.document(f"REP-{n}") for n in range(2)]
    first = at.connector.push(documents)
    second = at.connector.push(documents)
    assert [r.remote and r.remote.id for r in second] == [
        r.remote and r.remote.id for r in first
    ]
    assert [len(at.books(d.number)) for d in documents] == [1, 1]


def test_a_repeated_receipt_is_in_doubt_and_paid_once(at: Bench) -> None:
    _, remote = at.pushed("REC-1")
    payment = at.payment(remote)
    assert at.connector.record_payments([payment])[0].remote
    [again] = at.connector.record_payments([payment])
    assert isinstance(again.error, InDoubt)
    assert receipts(at) == ["BACS 991"]


def test_a_document_that_cannot_be_read_back_still_arrived(at: Bench) -> None:
    document = at.document("UNREAD-1")
    at.fault("status", status=500, body="<read>")
    [result] = at.connector.push([document])
    assert result.remote and result.remote.status is RemoteStatus.UNKNOWN
    assert result.warnings and len(at.books("UNREAD-1")) == 1


def test_lines_of_tax_are_no_lines_of_ours(at: Bench) -> None:
    document, remote = at.pushed("TAX-1", at.line("100.00"))
    found = at.connector.get_document(document.kind, remote.id)
    assert [line.net for line in found.lines] == [D("100.00")]
    assert (found.net, found.tax, found.gross) == (D(100), D(20), D(120))


def test_a_party_made_twice_by_one_intent_is_one(at: Bench) -> None:
    party = at.party("Once Ltd", code="0017")
    first = at.connector.create_party(party)
    assert first.id == "C-0017"
    assert at.connector.create_party(party).id == first.id


def test_an_id_that_another_party_has_is_told(at: Bench) -> None:
    at.connector.create_party(at.party("First Ltd", code="77"))
    with pytest.raises(DuplicateParty, match="C-77"):
        at.connector.create_party(at.party("Second Ltd", code="77"))


def test_credit_memos_are_not_voided(at: Bench) -> None:
    document, remote = at.pushed("CM-1", kind=DocumentKind.CREDIT_NOTE)
    assert remote.gross == document.gross
    with pytest.raises(Unsupported):
        at.connector.void(replace(document, id=remote.id))


def test_bills_are_reversed_too(at: Bench) -> None:
    document, remote = at.pushed("BILL-1", kind=DocumentKind.SUPPLIER_INVOICE)
    void = at.connector.void(replace(document, id=remote.id))
    assert (void.status, void.balance) == (RemoteStatus.VOID, D(0))


def test_taking_a_receipt_off_opens_the_invoice(at: Bench) -> None:
    document, remote = at.pushed("OFF-1")
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    at.connector.void_payment(paid.remote)
    found = at.connector.get_document(document.kind, remote.id)
    assert (found.status, found.balance) == (RemoteStatus.OPEN, remote.gross)
    assert not receipts(at)


def test_receipts_tell_what_they_settle(at: Bench) -> None:
    _, remote = at.pushed("ALLOC-1")
    start = at.connector.changed_since("").cursor
    at.connector.record_payments([at.payment(remote)])
    paid = at.connector.changed_since(start).payments
    told = [a.document_id for payment in paid for a in payment.allocations]
    assert remote.id in told


def test_an_entity_is_an_organisation_of_its_own(at: Bench) -> None:
    config = replace(
        at.connector.config, values={**at.connector.config.values, "entity_id": "UK"}
    )
    with SageIntacct(config, at.connector.services) as other:
        organisation = other.organisation()
    assert organisation.id == "practice-company/UK"
    assert organisation.name.endswith(", UK")


def test_it_waits_for_a_person_and_records_receipts_alone() -> None:
    can = SageIntacct.capabilities
    assert can.default_trigger is Trigger.MANUAL
    assert can.payments == {PaymentDirection.RECEIVED}
