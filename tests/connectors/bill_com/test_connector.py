from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from threading import Barrier, BoundedSemaphore, Thread
from typing import Any

import pytest

from connectors.bill_com.connector import Bill
from connectors.capabilities import TaxModel, Trigger
from connectors.errors import (
    DuplicateNumber,
    InDoubt,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Unsupported,
)
from connectors.practice.bill_com.face import Bill as Face
from connectors.practice.runner import serve
from connectors.records import (
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.services import MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig
from tests.connectors.clocks import StillClock
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.examples import document, wire
from tests.connectors.scripted_server import ScriptedServer, answer

D = Decimal
BILL, CREDIT = DocumentKind.SUPPLIER_INVOICE, DocumentKind.CREDIT_NOTE
LOGIN = answer(200, wire("bill_com", "login.json"))
EMPTY = answer(200, b'{"results": []}')


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("bill_com") as made:
        yield made


def face(at: Bench) -> Face:
    assert isinstance(at.server.face, Face)
    return at.server.face


def settings(at: Bench, **changes: Any) -> None:
    at.server.face.ledger.change_company(extra=changes)


def connector(url: str, tokens: Tokens | None = None) -> Bill:
    values = {
        "developer_key": "developer-1",
        "username": "u@finsync.example",
        "password": "secret-1",
        "organization_id": "00801",
    }
    config = ConnectionConfig(platform="bill_com", practice_url=url, values=values)
    services = Services(tokens=MemoryTokens(tokens), clock=StillClock())
    return Bill(config, services)


# The session


def test_all_workers_share_one_session(at: Bench) -> None:
    before = len(face(at).sessions)
    for _ in range(3):
        with at.open() as another:
            another.organisation()
    assert len(face(at).sessions) == before


def test_logging_out_ends_the_shared_session(at: Bench) -> None:
    before = len(face(at).sessions)
    at.connector.logout()
    assert len(face(at).sessions) == before - 1
    at.connector.logout()


def test_both_headers_travel_with_each_call() -> None:
    with ScriptedServer(LOGIN, EMPTY) as server:
        with connector(server.url) as made:
            list(made.items())
        entered, asked = server.requests
    assert "sessionid" not in entered.headers
    assert asked.headers["sessionid"] == "5f3c9a1e7b2d4c6f8a0b1c2d3e4f5a6b"
    assert asked.headers["devkey"] == "developer-1"


@pytest.mark.parametrize("status", [400, 401])
def test_a_session_that_is_gone_is_opened_once_more(status: int) -> None:
    gone = answer(status, wire("bill_com", "session_gone.json"))
    with ScriptedServer(gone, LOGIN, EMPTY) as server:
        with connector(server.url, Tokens(session={"sessionId": "old"})) as made:
            assert list(made.items()) == []
    with ScriptedServer(gone, LOGIN, gone) as server:
        with connector(server.url, Tokens(session={"sessionId": "old"})) as made:
            with pytest.raises(Reauthorise):
                list(made.items())


def test_a_place_among_three_is_waited_for() -> None:
    busy = answer(429, wire("bill_com", "too_many_at_once.json"))
    with ScriptedServer(LOGIN, busy, EMPTY) as server:
        with connector(server.url) as made:
            assert list(made.items()) == []
            clock = made.services.clock
    assert isinstance(clock, StillClock)
    [slept] = clock.slept
    assert 1 <= slept <= 2


@pytest.mark.parametrize("status", [400, 429])
def test_a_spent_hour_is_not_pressed_further(status: int) -> None:
    spent = answer(status, wire("bill_com", "hour_spent.json"))
    with ScriptedServer(LOGIN, spent) as server:
        with connector(server.url) as made:
            with pytest.raises(Retry) as caught:
                list(made.items())
    assert caught.value.after == 60 * 60
    assert len(server.requests) == 2


class Places:
    """As many places as the capability declares, for all workers together."""

    def __init__(self) -> None:
        [at_once] = [q for q in Bill.capabilities.quotas if not q.seconds]
        self._free = BoundedSemaphore(at_once.limit)

    @contextmanager
    def spend(self, *, cost: int = 1) -> Iterator[None]:
        with self._free:
            yield

    def observe(self, *, status: int, headers: Mapping[str, str]) -> None:
        assert status != 429


def test_its_places_keep_many_workers_within_bills_limit() -> None:
    with serve("bill_com", limits=True) as server:
        at = Bench(server)
        at.fault("latency", seconds=0.05, method="GET")
        services = Services(tokens=at.tokens, budget=Places())
        config = at.connector.config

        def asked(_: int) -> str:
            with Bill(config, services) as worker:
                return worker.organisation().id

        with ThreadPoolExecutor(6) as workers:
            found = list(workers.map(asked, range(18)))
        at.connector.close()
    assert found == [at.grant.organisations[0].id] * 18


def test_two_that_find_it_gone_open_one(at: Bench) -> None:
    face(at).expire_tokens()
    start = Barrier(2)

    def work() -> None:
        with at.open() as another:
            start.wait(5)
            another.organisation()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    with at.open() as after:
        after.organisation()
    assert 1 <= len(face(at).sessions) <= 2


# The organisation


def test_whoever_is_no_administrator_still_connects(at: Bench) -> None:
    settings(at, role="CLERK")
    found = at.connector.organisation()
    assert found.id == found.name == face(at).ledger.company.id


# Documents


def test_a_taken_number_is_named_where_it_is_refused(at: Bench) -> None:
    settings(at, unique_numbers=True)
    at.pushed("DUP-2")
    [result] = at.connector.push([at.document("DUP-2")])
    assert isinstance(result.error, DuplicateNumber)


def test_one_tax_on_some_of_the_lines_comes_out_as_forecast(at: Bench) -> None:
    few = [at.line("0.03", position=n) for n in (1, 2, 3)]
    free = at.line(
        "9.99", position=4, tax=D(0), tax_rate=D(0), tax_code_id=at.sample["tax_code"]
    )
    document, remote = at.pushed("MIX-1", *few, free)
    forecast = at.connector.forecast(document)
    assert (remote.net, remote.tax, remote.gross) == (
        forecast.net,
        forecast.tax,
        forecast.gross,
    )
    assert (remote.tax, remote.gross) == (D("0.02"), D("10.10"))


@pytest.mark.parametrize("kind", [BILL, CREDIT])
def test_bills_and_credit_memos_are_known_by_our_reference(
    at: Bench, kind: DocumentKind
) -> None:
    sent, remote = at.pushed("REF-1", kind=kind)
    twin = at.document("REF-1", kind=kind, reference="FS-TWIN")
    assert remote.reference == "FS-REF-1"
    found = at.connector.find_sent([twin, sent])
    assert [each and each.id for each in found] == [None, remote.id]


def test_an_invoice_is_not_taken_for_another_customers(at: Bench) -> None:
    sent, _ = at.pushed("WHO-1")
    other = at.connector.create_party(at.party("Somebody Else Ltd"))
    assert at.connector.find_sent([replace(sent, party_id=other.id)]) == [None]


def test_what_was_archived_meanwhile_is_still_found(at: Bench) -> None:
    sent, remote = at.pushed("ARC-1")
    at.connector.void(replace(sent, id=remote.id))
    [found] = at.connector.find_sent([sent])
    assert found and found.status is RemoteStatus.VOID


@pytest.mark.parametrize("kind", [BILL, CREDIT])
def test_archiving_and_replacing_work_for_all_kinds(
    at: Bench, kind: DocumentKind
) -> None:
    sent, remote = at.pushed("ALL-1", kind=kind)
    changed = at.document("ALL-1", at.line("3.00"), kind=kind, id=remote.id)
    assert at.connector.update(changed).gross == changed.gross
    there = replace(sent, id=remote.id)
    assert at.connector.void(there).status is RemoteStatus.VOID
    assert at.connector.void(there).balance == 0


def test_what_was_paid_is_neither_changed_nor_archived(at: Bench) -> None:
    sent, remote = at.pushed("PAID-2")
    at.connector.record_payments([at.payment(remote)])
    there = replace(sent, id=remote.id)
    with pytest.raises(Unsupported, match="paid"):
        at.connector.update(there)
    with pytest.raises(Rejected, match="applied"):
        at.connector.void(there)


def test_an_archive_that_did_nothing_is_told() -> None:
    still = answer(200, wire("bill_com", "invoice.json"))
    with ScriptedServer(LOGIN, still, still) as server:
        with connector(server.url) as made:
            with pytest.raises(Rejected, match="did not archive"):
                made.void(document(id="00e02DTFJUMHHRGKh6zx"))


def test_a_refused_id_is_a_document_that_is_gone() -> None:
    refused = answer(400, b'[{"code": "BDC_1143", "message": "Invalid id."}]')
    with ScriptedServer(LOGIN, refused) as server:
        with connector(server.url) as made:
            with pytest.raises(NotFound):
                made.get_document(DocumentKind.SALES_INVOICE, "00e1")


def test_a_created_document_without_id_is_in_doubt() -> None:
    with ScriptedServer(LOGIN, answer(201, b"{}")) as server:
        with connector(server.url) as made:
            [result] = made.push([document(currency="USD")])
    assert isinstance(result.error, InDoubt)


def test_the_next_page_is_asked_for_by_its_mark_alone() -> None:
    first = answer(200, b'{"results": [], "nextPage": "mark/1=="}')
    with ScriptedServer(LOGIN, first, EMPTY) as server:
        with connector(server.url) as made:
            assert list(made.ledger_accounts()) == []
        [_, asked, following] = server.requests
    assert "filters=archived%3Aeq%3Afalse" in asked.target
    assert following.target.endswith("chart-of-accounts?max=100&page=mark%2F1%3D%3D")


def test_archived_documents_are_listed_once(at: Bench) -> None:
    sent, remote = at.pushed("LIST-1")
    at.connector.void(replace(sent, id=remote.id))
    listed = at.connector.list_documents(sent.kind, DAY, DAY)
    assert [d.status for d in listed if d.id == remote.id] == [RemoteStatus.VOID]


def test_many_names_are_found_in_the_list(at: Bench) -> None:
    names = [f"Listed {n}" for n in range(7)]
    for name in names:
        at.connector.create_party(at.party(name))
    found = at.connector.find_parties(PartyRole.CUSTOMER, names)
    assert sorted(p.name for p in found) == names


# Payments


def test_voiding_a_payment_to_a_supplier_opens_the_bill(at: Bench) -> None:
    _, remote = at.pushed("OFF-1", kind=BILL)
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    at.connector.void_payment(paid.remote)
    found = at.connector.get_document(BILL, remote.id)
    assert (found.status, found.balance) == (RemoteStatus.OPEN, remote.gross)
    assert paid.remote.id not in {p.id for p in at.connector.list_payments(DAY, DAY)}


def test_a_receipt_is_voided_by_people(at: Bench) -> None:
    _, remote = at.pushed("REC-1")
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    with pytest.raises(Unsupported, match="receipt"):
        at.connector.void_payment(paid.remote)


def test_payments_of_both_directions_are_listed(at: Bench) -> None:
    _, sold = at.pushed("IN-1")
    _, bought = at.pushed("OUT-1", kind=BILL)
    start = at.connector.changed_since("").cursor
    results = at.connector.record_payments([at.payment(sold), at.payment(bought)])
    ids = {r.remote.id: r.remote.direction for r in results if r.remote}
    listed = {p.id: p for p in at.connector.list_payments(DAY, DAY)}
    assert {id: listed[id].direction for id in ids} == ids
    assert set(ids.values()) == set(PaymentDirection)
    told = {p.id: p for p in at.connector.changed_since(start).payments}
    assert [told[id].reference for id in ids] == ["BACS 991", "BACS 991"]


def test_what_is_declared_follows_from_bill() -> None:
    able = Bill.capabilities
    assert able.default_trigger is Trigger.PAYMENT
    assert able.tax_model is TaxModel.CODE_PER_DOCUMENT
    assert not able.delete and able.void
