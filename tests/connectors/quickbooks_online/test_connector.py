"""The connector's own ways over the practice ledger, beyond the contract."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.base import PushResult
from connectors.errors import (
    DuplicateNumber,
    InDoubt,
    PlatformDown,
    Reauthorise,
    Rejected,
    Unsupported,
)
from connectors.quickbooks_online.api import Creation, batch_key
from connectors.quickbooks_online.connector import QuickBooksOnline
from connectors.quickbooks_online.query import among, select
from connectors.records import DocumentKind, Item, RemoteStatus
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.json_codec import decode
from tests.connectors.clocks import StillClock
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.quickbooks_online.documents import wire
from tests.connectors.scripted_server import ScriptedServer, answer
from tests.connectors.spec_check.recorder import Sent, recording

INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("quickbooks_online") as made:
        yield made


def paths(sent: list[Sent]) -> list[str]:
    return [urlsplit(s.url).path.rpartition("/")[2] for s in sent]


def errors(results: list[PushResult]) -> list[type | None]:
    return [type(r.error) if r.error else None for r in results]


def test_thirty_documents_go_in_one_request(at: Bench) -> None:
    documents = [at.document(f"B-{n}") for n in range(30)]
    with recording() as sent:
        results = at.connector.push(documents)
    assert paths(sent) == ["batch"]
    assert errors(results) == [None] * 30


def test_thirty_customers_are_made_in_one_request(at: Bench) -> None:
    parties = [at.party(f"Customer {n}") for n in range(30)]
    with recording() as sent:
        results = at.connector.create_parties(parties)
    assert paths(sent) == ["batch"]
    assert [r.party and r.party.name for r in results] == [p.name for p in parties]


def test_five_hundred_numbers_are_looked_up_in_one_request(at: Bench) -> None:
    _, remote = at.pushed("LOOK-250")
    with recording() as sent:
        found = at.connector.find_documents(INVOICE, [f"LOOK-{n}" for n in range(500)])
    assert [d.id for d in found] == [remote.id] and len(sent) == 1


def test_kinds_may_be_mixed_in_a_batch(at: Bench) -> None:
    kinds = list(at.kind.capabilities.kinds)
    documents = [at.document(f"MIX-{n}", kind=kind) for n, kind in enumerate(kinds)]
    with recording() as sent:
        results = at.connector.push(documents)
    assert [r.remote and r.remote.kind for r in results] == kinds
    assert len(sent) == 1


def test_a_batch_of_the_same_documents_has_the_same_key(at: Bench) -> None:
    made = [Creation(f"key-{n}", "Invoice", {}) for n in range(3)]
    assert batch_key(made) == batch_key(made[::-1])
    assert batch_key(made) != batch_key(made[:2])
    assert len(batch_key(made)) == 36


def test_a_repeated_batch_is_answered_by_its_own_documents(at: Bench) -> None:
    documents = [at.document(f"R-{n}") for n in range(3)]
    first = at.connector.push(documents)
    again = at.connector.push(documents[::-1])
    ids = [r.remote and r.remote.id for r in first]
    assert [r.remote and r.remote.id for r in again] == ids[::-1]


def test_a_single_document_goes_by_its_own_key(at: Bench) -> None:
    document = at.document("ONE-1")
    with recording() as sent:
        at.connector.push([document])
    query = parse_qs(urlsplit(sent[0].url).query)
    assert query == {"requestid": [document.key], "minorversion": ["75"]}


def test_a_line_without_item_stops_its_own_document_alone(at: Bench) -> None:
    bare = at.document("BARE-1", at.line(item_id=""))
    results = at.connector.push([at.document("OK-1"), bare, at.document("OK-2")])
    assert errors(results) == [None, Rejected, None]


def test_one_item_failing_in_the_platform_is_in_doubt(at: Bench) -> None:
    documents = [at.document(f"I-{n}") for n in range(3)]
    at.fault("batch_error", item=1)
    results = at.connector.push(documents)
    assert errors(results) == [None, InDoubt, None]


def test_a_platform_that_goes_down_between_batches_hides_no_success(at: Bench) -> None:
    documents = [at.document(f"D-{n}") for n in range(31)]
    at.fault("status", status=503, path="/invoice")
    results = at.connector.push(documents)
    assert errors(results) == [None] * 30 + [PlatformDown]


def test_refused_ids_are_explained_by_one_further_request(at: Bench) -> None:
    documents = [
        at.document("W-0", party_id="999"),
        at.document("W-1"),
        at.document("W-2", at.line(item_id="998")),
        at.document("W-3", at.line(tax_code_id="997")),
    ]
    with recording() as sent:
        results = at.connector.push(documents)
    codes = [isinstance(r.error, Rejected) and r.error.status_code for r in results]
    assert codes == ["ACCOUNT_WRONG", False, "NO_NOMINAL", "NO_TAX"]
    assert paths(sent) == ["batch", "batch"]


def test_a_refusal_stays_a_refusal_when_nobody_can_explain_it(at: Bench) -> None:
    at.fault("status", status=503, body="Query")
    [result] = at.connector.push([at.document("W-9", party_id="999")])
    assert isinstance(result.error, Rejected)
    assert result.error.status_code == "REJECTED"


def test_an_update_with_an_unknown_item_is_explained(at: Bench) -> None:
    _, remote = at.pushed("UX-1")
    line = at.line(item_id="998")
    document = at.document("UX-1", line, id=remote.id, version=remote.version)
    with pytest.raises(Rejected) as caught:
        at.connector.update(document)
    assert caught.value.status_code == "NO_NOMINAL"


def test_a_deleted_number_may_be_used_again(at: Bench) -> None:
    document, remote = at.pushed("FREE-1")
    at.connector.delete(replace(document, id=remote.id, version="0", key="d"))
    [result] = at.connector.push([at.document("FREE-1")])
    assert result.remote


def test_a_voided_number_stays_taken(at: Bench) -> None:
    document, remote = at.pushed("KEPT-1")
    at.connector.void(replace(document, id=remote.id, version="0", key="v"))
    [result] = at.connector.push([at.document("KEPT-1")])
    assert isinstance(result.error, DuplicateNumber)


def test_a_voided_document_is_still_known_as_ours(at: Bench) -> None:
    document, remote = at.pushed("OURS-1")
    done = at.connector.void(replace(document, id=remote.id, version="0", key="v"))
    assert done.status is RemoteStatus.VOID
    [found] = at.connector.find_sent([document])
    assert found and found.id == remote.id


def test_credit_notes_and_bills_are_not_voided(at: Bench) -> None:
    for kind in (DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE):
        with pytest.raises(Unsupported):
            at.connector.void(at.document("X", kind=kind, id="1", version="0"))


def test_what_was_sent_is_found_under_a_changed_number(at: Bench) -> None:
    document, remote = at.pushed("SENT-1")
    at.connector.update(
        replace(document, number="OTHER-1", id=remote.id, version="0", key="u")
    )
    [found] = at.connector.find_sent([document])
    assert found and found.number == "OTHER-1"


def test_a_document_without_reference_is_nobodys(at: Bench) -> None:
    at.pushed("NOREF-1", reference="")
    assert at.connector.find_sent([at.document("NOREF-1", reference="")]) == [None]


def test_supplier_numbers_are_narrowed_to_their_supplier(at: Bench) -> None:
    kind = DocumentKind.SUPPLIER_INVOICE
    _, remote = at.pushed("SUP-1", kind=kind)
    ask = at.connector.find_documents
    assert [d.id for d in ask(kind, ["SUP-1"], party_ids=[remote.party_id])]
    assert not ask(kind, ["SUP-1"], party_ids=["999"])


def test_an_item_that_carries_the_account_is_used(at: Bench) -> None:
    item = Item(name="General sales", income_account_id=at.sample["account"], key="k")
    assert at.connector.ensure_item(item).id == at.sample["item"]


def test_an_item_is_made_once_with_both_accounts(at: Bench) -> None:
    item = Item(
        name="Call-out",
        code="4900",
        key="item-key",
        income_account_id=at.sample["account"],
        expense_account_id=at.sample["expense_account"],
    )
    made = at.connector.ensure_item(item)
    assert made.expense_account_id == at.sample["expense_account"]
    assert at.connector.ensure_item(replace(item, key="other")).id == made.id


def test_an_item_name_of_another_account_is_left_alone(at: Bench) -> None:
    [other] = [a for a in at.connector.ledger_accounts() if a.code == "4900"]
    item = Item(name="General sales", code="4900", key="k", income_account_id=other.id)
    made = at.connector.ensure_item(item)
    assert (made.name, made.income_account_id) == ("General sales (4900)", other.id)


def test_balances_are_told_for_today_alone(at: Bench) -> None:
    today = datetime.now(UTC).date()
    roles = {b.role.value for b in at.connector.control_balances(today)}
    assert roles == {"customer", "supplier"}
    assert at.connector.control_balances(today - timedelta(days=1)) == []


def test_a_cursor_beyond_thirty_days_is_not_complete(at: Bench) -> None:
    at.pushed("OLD-1")
    cursor = (datetime.now(UTC) - timedelta(days=45)).isoformat()
    changes = at.connector.changed_since(cursor)
    assert not changes.complete and changes.documents


def test_a_full_feed_is_completed_by_queries(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.quickbooks_online.changes._MOST", 2)
    cursor = at.connector.changed_since("").cursor
    sent = {at.pushed(f"FULL-{n}")[1].id for n in range(3)}
    changes = at.connector.changed_since(cursor)
    assert sent <= {d.id for d in changes.documents}
    assert not changes.complete


def test_the_feed_reads_the_recorded_shape() -> None:
    with ScriptedServer(answer(200, wire("changes.json"))) as server:
        changes = scripted(server).changed_since("2026-11-20T00:00:00+00:00")
    statuses = [(d.id, d.status) for d in changes.documents]
    assert statuses == [("239", RemoteStatus.PAID), ("240", RemoteStatus.DELETED)]
    assert [(p.id, p.deleted) for p in changes.payments] == [("300", True)]
    assert changes.cursor == "2026-11-25T03:00:00-08:00"


def test_an_answer_of_fifty_megabytes_is_not_swallowed(at: Bench) -> None:
    document = at.document("HUGE-1")
    at.fault("huge", body=document.number, bytes=50_000_000)
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)


def test_a_person_is_led_to_the_document() -> None:
    config = ConnectionConfig(platform="quickbooks_online", organisation_id="93")
    sandbox = replace(config, environment="sandbox")
    live, trial = QuickBooksOnline(config), QuickBooksOnline(sandbox)
    page = "app/invoice?txnId=239&deeplinkcompanyid=93"
    assert live.document_url(INVOICE, "239") == f"https://app.qbo.intuit.com/{page}"
    assert trial.document_url(INVOICE, "239").startswith("https://app.sandbox.qbo.")


def test_a_practice_document_has_no_page(at: Bench) -> None:
    _, remote = at.pushed("PAGE-1")
    assert remote.url == ""


# Getting in


def consented(at: Bench, answer: str) -> dict[str, str]:
    """What a person's browser brings back from the consent page."""
    back = "https://us.example/callback"
    request = at.connector.authorize(state="state-1", redirect_uri=back)
    url, _, query = request.url.partition("?")
    asked = {k: v[0] for k, v in parse_qs(query).items()}
    response = requests.post(
        url, data=asked | {"decision": answer}, allow_redirects=False, timeout=5
    )
    query = urlsplit(response.headers["Location"]).query
    return {k: v[0] for k, v in parse_qs(query).items()}


def test_consent_opens_the_company_that_was_chosen(at: Bench) -> None:
    callback = consented(at, "allow")
    assert callback["state"] == "state-1"
    grant = at.connector.grant(
        callback=callback, redirect_uri="https://us.example/callback"
    )
    assert grant.organisations[0].id == callback["realmId"]
    assert grant.tokens.access and grant.tokens.refresh and grant.tokens.expires_at


def test_a_code_is_good_once(at: Bench) -> None:
    callback, back = consented(at, "allow"), "https://us.example/callback"
    at.connector.grant(callback=callback, redirect_uri=back)
    with pytest.raises(Reauthorise):
        at.connector.grant(callback=callback, redirect_uri=back)


def test_a_person_may_say_no(at: Bench) -> None:
    with pytest.raises(Reauthorise):
        at.connector.grant(
            callback=consented(at, "deny"), redirect_uri="https://us.example/callback"
        )


def test_a_callback_without_company_is_refused(at: Bench) -> None:
    callback = consented(at, "allow")
    callback.pop("realmId")
    with pytest.raises(Reauthorise, match="which company"):
        at.connector.grant(
            callback=callback, redirect_uri="https://us.example/callback"
        )


def test_another_companys_tokens_do_not_open_this_one(at: Bench) -> None:
    config = replace(at.connector.config, organisation_id="93999")
    services = Services(tokens=at.tokens, clock=at.clock)
    with QuickBooksOnline(config, services) as connector:
        with pytest.raises(Reauthorise):
            connector.organisation()


def test_logging_out_ends_the_grant(at: Bench) -> None:
    at.connector.logout()
    with pytest.raises(Reauthorise):
        at.connector.organisation()


def test_a_bad_day_of_the_token_endpoint_costs_no_connection(at: Bench) -> None:
    at.server.face.expire_tokens()
    at.fault("token_error")
    with pytest.raises(PlatformDown):
        at.connector.organisation()
    at.clear_faults()
    assert at.connector.organisation().name


def test_rotated_tokens_are_kept(at: Bench) -> None:
    before = at.tokens.read().refresh
    at.server.face.expire_tokens()
    at.connector.organisation()
    assert at.tokens.read().refresh not in ("", before)


# Queries


@pytest.mark.parametrize(
    ("name", "written"),
    [("O'Hara", r"'O\'Hara'"), (r"a\b", r"'a\\b'"), ("x') or (1", r"'x\') or (1'")],
)
def test_a_name_cannot_leave_its_quotes(name: str, written: str) -> None:
    query = select("Customer", among("DisplayName", [name]))
    assert query.partition(" where ")[2] == f"DisplayName in ({written})"


def scripted(server: ScriptedServer) -> QuickBooksOnline:
    config = ConnectionConfig(
        platform="quickbooks_online", practice_url=server.url, organisation_id="93"
    )
    services = Services(clock=StillClock())
    tokens: Any = services.tokens
    tokens.tokens = replace(tokens.tokens, access="token-1")
    return QuickBooksOnline(config, services)


def test_a_batch_that_leaves_one_out_leaves_it_in_doubt(at: Bench) -> None:
    documents = [at.document(f"L-{n}") for n in range(2)]
    body = b'{"BatchItemResponse": []}'
    with ScriptedServer(answer(200, body)) as server:
        results = scripted(server).push(documents)
        items = decode(server.requests[0].body)["BatchItemRequest"]
    assert errors(results) == [InDoubt, InDoubt]
    assert len({item["bId"] for item in items}) == 2
    assert all(item["Invoice"]["TxnDate"] == DAY.isoformat() for item in items)
