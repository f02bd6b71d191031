from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.capabilities import Trigger
from connectors.dynamics_365.connector import Dynamics365
from connectors.dynamics_365.payments import document_number
from connectors.errors import (
    InDoubt,
    Locked,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
    Unsupported,
)
from connectors.records import (
    DocumentKind,
    PartyRole,
    Payment,
    RemoteDocument,
    RemoteStatus,
)
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig
from connectors.webhooks import Delivery, Subscription, What
from tests.connectors.clocks import StillClock
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.dynamics_365.traffic import calls
from tests.connectors.examples import wire
from tests.connectors.scripted_server import ScriptedServer, Seen, Turn, raw
from tests.connectors.spec_check.recorder import Sent, recording

D = Decimal
SLUG = "dynamics_365"
POST = "Microsoft.NAV.post"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def connector(**values: str) -> Dynamics365:
    config = ConnectionConfig(
        platform=SLUG,
        organisation_id="b1231c21-0000-4000-8000-000000000001",
        values={"tenant_id": "t", "client_id": "c", **values},
    )
    return Dynamics365(config, Services(tokens=MemoryTokens(), clock=StillClock()))


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def actions(sent: list[Sent]) -> int:
    return len([s for s in sent if "/oauth2/" not in s.url])


# Sending


def test_ten_documents_take_three_calls(at: Bench) -> None:
    documents = [at.document(f"TEN-{n}") for n in range(10)]
    with recording() as sent:
        results = at.connector.push(documents)
    assert actions(sent) == 3
    numbers = {r.remote.number for r in results if r.remote}
    assert len(numbers) == 10 and all(n.startswith("PS-INV") for n in numbers)


def test_a_draft_that_was_left_is_found_and_posted(at: Bench) -> None:
    document = at.document("LEFT-1")
    at.fault("cut_before", body=POST)
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)
    at.clear_faults()
    [draft] = at.connector.find_sent([document])
    assert draft and draft.status is RemoteStatus.DRAFT
    posted = at.connector.finalise(document.kind, draft)
    assert (posted.id, posted.status) == (draft.id, RemoteStatus.OPEN)
    assert posted.number != draft.number


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}])
def test_a_draft_waits_where_posting_must_wait(
    at: Bench, fault: dict[str, int]
) -> None:
    at.fault("status", body=POST, **fault)
    [result] = at.connector.push([at.document("WAIT-9")])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT


def test_posted_without_being_read_back_is_in_doubt(at: Bench) -> None:
    document = at.document("BLIND-1")
    at.fault("status", status=500, body="select=id,number", count=9)
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)
    at.clear_faults()
    [found] = at.connector.find_sent([document])
    assert found and found.status is RemoteStatus.OPEN


def test_a_refused_posting_leaves_the_draft(at: Bench) -> None:
    less = at.line("-30.00", position=2, quantity=D(-1), unit_price=D("30.00"))
    [result] = at.connector.push([at.document("MINUS-1", at.line("20.00"), less)])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT
    with pytest.raises(Rejected, match="must be 0 or greater"):
        at.connector.finalise(result.remote.kind, result.remote)


def test_a_closed_day_leaves_nothing_behind(at: Bench) -> None:
    closed = date(2026, 10, 31)
    at.server.face.ledger.change_company(closed_until=closed)
    [result] = at.connector.push([at.document("SHUT-1", date=closed)])
    assert isinstance(result.error, Locked)
    assert not at.books("SHUT-1")
    assert at.connector.organisation().locked_before == date(2026, 11, 1)


def test_a_draft_that_could_not_be_taken_away_is_in_doubt(at: Bench) -> None:
    closed = date(2026, 10, 31)
    at.server.face.ledger.change_company(closed_until=closed)
    at.fault("status", status=500, method="DELETE")
    [result] = at.connector.push([at.document("SHUT-2", date=closed)])
    assert isinstance(result.error, InDoubt)


def test_numbers_are_known_in_capitals_too(at: Bench) -> None:
    document, remote = at.pushed("inv-7b")
    assert remote.id and at.books("INV-7B")
    [found] = at.connector.find_documents(document.kind, ["inv-7b"])
    assert found.reference == "inv-7b"
    assert at.connector.find_sent([document])[0] == replace(found, reference="inv-7b")
    [by_theirs] = at.connector.find_documents(document.kind, [found.number])
    assert by_theirs.id == found.id


def test_what_was_cancelled_is_not_taken_for_what_was_sent(at: Bench) -> None:
    document, remote = at.pushed("ANEW-1")
    at.connector.void(replace(document, id=remote.id))
    assert at.connector.find_sent([document]) == [None]


def test_a_rounding_of_theirs_does_not_hide_a_document(at: Bench) -> None:
    document, remote = at.pushed("CENTS-1")
    near = replace(document, gross=document.gross + D("0.01"))
    assert at.connector.find_sent([near])[0]
    far = replace(document, gross=document.gross + D("0.02"))
    assert at.connector.find_sent([far]) == [None]
    assert remote


def test_bills_cannot_be_cancelled_by_the_api(at: Bench) -> None:
    document, remote = at.pushed("BILL-1", kind=DocumentKind.SUPPLIER_INVOICE)
    with pytest.raises(Unsupported):
        at.connector.void(replace(document, id=remote.id))


def test_a_bill_of_the_same_number_is_refused_and_stays_a_draft(at: Bench) -> None:
    at.pushed("BILL-2", kind=DocumentKind.SUPPLIER_INVOICE)
    again = at.document("BILL-2", kind=DocumentKind.SUPPLIER_INVOICE)
    [result] = at.connector.push([again])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT


def test_a_credit_note_settles_its_invoice_where_set_so(at: Bench) -> None:
    made = at.open()
    assert isinstance(made, Dynamics365)
    made.style = replace(made.style, apply_credits=True)
    _, invoice = at.pushed("OWED-1")
    kind = DocumentKind.CREDIT_NOTE
    note = at.document("CN-1", kind=kind, credited_id=invoice.id)
    [result] = made.push([note])
    made.close()
    assert result.remote and result.remote.status is RemoteStatus.PAID
    paid = at.connector.get_document(invoice.kind, invoice.id)
    assert paid.status is RemoteStatus.PAID


# Payments


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


# Getting in


def test_by_default_it_sends_after_payment() -> None:
    assert Dynamics365.capabilities.default_trigger is Trigger.PAYMENT


@pytest.mark.parametrize(
    ("values", "base", "page"),
    [
        (
            {"environment_name": "sandbox 1"},
            "https://api.businesscentral.dynamics.com/v2.0/t/sandbox%201/api/v2.0",
            "https://businesscentral.dynamics.com/t/sandbox%201?page=21&filter="
            "%27No.%27%20IS%20%2710000%27",
        ),
        (
            {"base_url": "https://erp.example:7048/BC/api/v2.0/"},
            "https://erp.example:7048/BC/api/v2.0",
            "",
        ),
    ],
)
def test_addresses_are_those_of_the_environment(
    values: dict[str, str], base: str, page: str
) -> None:
    made = connector(**values)
    assert made.environment.base == base
    assert made.party_url(PartyRole.CUSTOMER, "10000") == page
    made.close()


def test_a_person_is_asked_on_a_consent_page(at: Bench) -> None:
    values = {**at.grant.values, "sign_in": "delegated"}
    assert Dynamics365.by_consent(values) and not Dynamics365.by_consent({})
    config = replace(at.connector.config, organisation_id="", values=values)
    here = "http://localhost/back"
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        asked = made.authorize(state="s", redirect_uri=here)
        assert "user_impersonation+offline_access" in asked.url
        assert "code_challenge_method=S256" in asked.url
        with requests.Session() as browser:
            answer = browser.post(
                asked.url, data={"decision": "allow"}, timeout=5, allow_redirects=False
            )
        callback = query_of(answer.headers["Location"])
        grant = made.grant(
            callback=callback, redirect_uri=here, verifier=asked.verifier
        )
        assert grant.tokens.refresh and grant.organisations[0].name
        with pytest.raises(Reauthorise, match="as a person"):
            made.login()


def test_a_service_needs_no_person(at: Bench) -> None:
    config = replace(at.connector.config, organisation_id="")
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        grant = made.login()
    assert grant.tokens.access and not grant.tokens.refresh
    assert grant.organisations == at.grant.organisations


def test_a_company_that_is_not_opened_is_named(at: Bench) -> None:
    values = {**at.grant.values, "company_id": "another"}
    config = replace(at.connector.config, organisation_id="", values=values)
    with Dynamics365(config, Services(tokens=MemoryTokens())) as made:
        with pytest.raises(Reauthorise, match="Microsoft Entra applications"):
            made.login()


# Being told


def endpoint(seen: list[Seen]) -> Turn:
    """Answers the handshake as FinSync's own address does."""

    def turn(connection: Any, stopped: Any) -> bool:
        query = query_of(seen[-1].target)
        told = Dynamics365.webhooks.handshake(Delivery(body=b"", query=query))
        connection.sendall(raw(200, told.body.encode() if told else b""))
        return True

    return turn


@pytest.fixture
def listening() -> Iterator[str]:
    server = ScriptedServer(lambda connection, stopped: True)
    server.turns = [endpoint(server.requests)]
    with server:
        yield f"{server.url}/hooks/1"


def test_three_days_are_renewed_before_they_end(at: Bench, listening: str) -> None:
    wanted = Subscription(address=listening, secret="ours")
    made = at.connector.renew_webhooks(wanted)
    assert set(made.ids) == {"salesInvoices", "salesCreditMemos", "purchaseInvoices"}
    assert made.ends_at is not None
    left = made.ends_at - at.clock.now()
    assert timedelta(days=2, hours=23) < left < timedelta(days=3, hours=1)
    again = at.connector.renew_webhooks(made)
    assert again.ids == made.ids and again.ends_at and again.ends_at >= made.ends_at


def test_what_has_ended_is_made_anew(at: Bench, listening: str) -> None:
    made = at.connector.renew_webhooks(Subscription(address=listening))
    at.connector.end_webhooks(made)
    at.connector.end_webhooks(made)
    again = at.connector.renew_webhooks(made)
    assert not set(again.ids.values()) & set(made.ids.values())


def test_an_address_that_does_not_answer_is_refused(at: Bench) -> None:
    nobody = Subscription(address="http://127.0.0.1:9/hooks")
    with pytest.raises(Rejected, match="does not answer"):
        at.connector.renew_webhooks(nobody)


def test_a_notification_names_documents_of_the_company() -> None:
    webhooks = Dynamics365.webhooks
    delivery = Delivery(body=wire(SLUG, "notification.json"))
    assert webhooks.is_genuine(delivery, ["old", "secret-of-ours"])
    assert not webhooks.is_genuine(delivery, ["another", ""])
    [name] = webhooks.read(delivery).names
    assert (name.what, name.kind) == (What.DOCUMENT, DocumentKind.SALES_INVOICE)
    assert name.id == "9e0f5c9c-36e4-ea11-bb43-000d3a2feca1"
    assert name.organisation_id == "b1231c21-0000-4000-8000-000000000001"


def test_too_many_changes_mean_any_of_them() -> None:
    body = b'{"value": [{"resource": "x", "changeType": "collection"}]}'
    assert Dynamics365.webhooks.read(Delivery(body=body)).anything


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"value": []}', b'{"value": [{"resource": "x"}]}', b"<"]
)
def test_a_delivery_of_another_form_is_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        Dynamics365.webhooks.read(Delivery(body=body))


def test_a_delivery_without_changes_proves_nothing() -> None:
    empty = Delivery(body=b'{"value": []}')
    assert not Dynamics365.webhooks.is_genuine(empty, ["ours"])


def test_each_payment_takes_three_calls_once_its_journal_is_known(at: Bench) -> None:
    _, first, _ = fresh(at, "COST-1")
    paid(at, first)
    _, second, _ = fresh(at, "COST-2")
    with recording() as sent:
        assert paid(at, second).remote
    assert actions(sent) == 3 and list(calls(sent))
