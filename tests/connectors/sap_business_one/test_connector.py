from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.capabilities import Trigger
from connectors.errors import DuplicateParty, InDoubt, PlatformDown, Rejected
from connectors.practice.sap_business_one.face import SapBusinessOne as Face
from connectors.records import DocumentKind, PartyRole, RemoteStatus
from connectors.sap_business_one.connector import SapBusinessOne
from connectors.sap_business_one.reading import document_from
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig
from connectors.transport.json_codec import decode
from tests.connectors.clocks import StillClock
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.scripted_server import ScriptedServer, answer
from tests.connectors.transport.certificates import private_authority

D = Decimal
WIRE = Path(__file__).parent / "wire"
LOGIN = (WIRE / "login.json").read_bytes()
EMPTY = answer(200, b'{"value": []}')


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("sap_business_one") as made:
        yield made


def face(at: Bench) -> Face:
    assert isinstance(at.server.face, Face)
    return at.server.face


def connector(**options: str) -> SapBusinessOne:
    url = options.pop("practice_url", "")
    values = {"company_db": "SBO", "user": "u", "password": "secret-1"}
    config = ConnectionConfig(
        platform="sap_business_one", practice_url=url, values=values | options
    )
    services = Services(tokens=MemoryTokens(), clock=StillClock())
    return SapBusinessOne(config, services)


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
    while len(face(at).sessions) < 10:
        face(at).sessions.open()
    with pytest.raises(PlatformDown):
        at.connect(at.credentials)


def test_both_cookies_travel_with_each_call() -> None:
    cookies = "B1SESSION=x; HttpOnly, ROUTEID=.node7; path=/"
    entered = answer(200, LOGIN, Set_Cookie=cookies)
    with ScriptedServer(entered, EMPTY) as server:
        with connector(practice_url=server.url) as made:
            list(made.items())
        sent = server.requests[1].headers["cookie"]
    assert sent.startswith("B1SESSION=5f7c2a0e-") and sent.endswith("ROUTEID=.node7")


def test_a_private_authority_is_taken_from_the_settings(tmp_path: Path) -> None:
    pem, tls = private_authority(tmp_path)
    with ScriptedServer(answer(200, LOGIN), tls=tls) as server:
        with connector(practice_url=server.url) as made:
            with pytest.raises(PlatformDown, match="not trusted"):
                made.organisation()
    with ScriptedServer(answer(200, LOGIN), EMPTY, tls=tls) as server:
        with connector(practice_url=server.url, ca_pem=pem) as made:
            made.organisation()
            made.logout()
        assert server.requests[-1].target == "/b1s/v2/Logout"


def test_the_vendors_own_sample_is_read() -> None:
    row = decode((WIRE / "invoice_created.json").read_bytes())
    found = document_from(DocumentKind.SALES_INVOICE, row)
    assert (found.id, found.number, found.reference) == (
        "951",
        "INV-2041",
        "FinSync-0a1b2c",
    )
    assert (found.gross, found.net, found.status) == (D(180), D(150), "open")
    assert found.lines[0].account_id == "40100"


def test_a_cancelled_document_is_told_once(at: Bench) -> None:
    document, remote = at.pushed("TWICE-2")
    at.connector.void(replace(document, id=remote.id))
    found = at.connector.find_documents(document.kind, ["TWICE-2"])
    assert [(d.id, d.status) for d in found] == [(remote.id, RemoteStatus.VOID)]
    listed = at.connector.list_documents(document.kind, DAY, DAY)
    assert [d.id for d in listed if d.number == "TWICE-2"] == [remote.id]


def test_a_paid_document_is_not_cancelled(at: Bench) -> None:
    document, remote = at.pushed("PAID-2")
    at.connector.record_payments([at.payment(remote)])
    with pytest.raises(Rejected, match="applied"):
        at.connector.void(replace(document, id=remote.id))


def test_taking_a_payment_off_opens_the_invoice(at: Bench) -> None:
    document, remote = at.pushed("OFF-1")
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    at.connector.void_payment(paid.remote)
    found = at.connector.get_document(document.kind, remote.id)
    assert (found.status, found.balance) == (RemoteStatus.OPEN, remote.gross)
    listed = [p.id for p in at.connector.list_payments(DAY, DAY)]
    assert paid.remote.id not in listed


def test_a_partner_made_twice_by_one_intent_is_one(at: Bench) -> None:
    party = at.party("Once Ltd")
    first = at.connector.create_party(party)
    assert at.connector.create_party(party).id == first.id


def test_a_code_that_another_partner_has_is_told(at: Bench) -> None:
    at.connector.create_party(at.party("First Ltd", code="77"))
    with pytest.raises(DuplicateParty, match="C77"):
        at.connector.create_party(at.party("Second Ltd", code="77"))


def test_rows_of_items_come_back_with_quantity_and_product(at: Bench) -> None:
    assert isinstance(at.connector, SapBusinessOne)
    at.connector.style = replace(at.connector.style, items=True)
    line = at.line("17.01", quantity=D("2.125"), unit_price=D("8.005"))
    document, remote = at.pushed("ITEM-1", line)
    [found] = at.connector.get_document(document.kind, remote.id).lines
    assert (found.net, found.item_id) == (D("17.01"), at.sample["item"])
    assert found.quantity == D("2.125")


def test_a_payment_tells_of_the_invoice_that_it_settles(at: Bench) -> None:
    _, remote = at.pushed("FEED-1")
    start = at.connector.changed_since("").cursor
    at.connector.record_payments([at.payment(remote)])
    changes = at.connector.changed_since(start)
    assert changes.payments[-1].allocations[0].document_id == remote.id
    [found] = [d for d in changes.documents if d.id == remote.id]
    assert found.status is RemoteStatus.PAID


def test_a_moment_alone_is_a_cursor_too(at: Bench) -> None:
    _, remote = at.pushed("SINCE-1")
    moment = (at.clock.now() - timedelta(hours=1)).isoformat()
    changes = at.connector.changed_since(moment)
    assert remote.id in {d.id for d in changes.documents}


def test_a_later_payment_of_an_old_day_is_not_missed(at: Bench) -> None:
    _, remote = at.pushed("OLD-2", date=DAY - timedelta(days=100))
    start = at.connector.changed_since("").cursor
    payment = at.payment(remote, date=DAY - timedelta(days=90))
    at.connector.record_payments([payment])
    paid = at.connector.changed_since(start).payments
    assert remote.id in {a.document_id for p in paid for a in p.allocations}


def test_control_balances_are_what_partners_owe(at: Bench) -> None:
    today = at.clock.now().date()
    before = {b.role: b.amount for b in at.connector.control_balances(today)}
    _, remote = at.pushed("OWED-1")
    after = {b.role: b.amount for b in at.connector.control_balances(today)}
    change = after[PartyRole.CUSTOMER] - before[PartyRole.CUSTOMER]
    assert change == remote.gross
    assert at.connector.control_balances(DAY - timedelta(days=3000)) == []


def test_a_batch_that_the_server_broke_off_is_in_doubt(at: Bench) -> None:
    documents = [at.document(f"LOST-{n}") for n in range(3)]
    at.fault("truncated", path="batch")
    results = at.connector.push(documents)
    assert any(isinstance(r.error, InDoubt) for r in results)
    found = at.connector.find_sent(documents)
    assert all(found)


def test_a_completed_job_is_its_trigger() -> None:
    assert SapBusinessOne.capabilities.default_trigger is Trigger.JOB_COMPLETED
