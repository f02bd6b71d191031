"""What is peculiar to Zoho Books."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.errors import DuplicateNumber, Reauthorise, Rejected, Retry
from connectors.records import (
    Allocation,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.settings import ConnectionConfig
from connectors.zoho_books.centres import CENTRES, is_api, told_by
from connectors.zoho_books.connector import ZohoBooks
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.examples import wire
from tests.connectors.spec_check.recorder import recording

D = Decimal
SLUG = "zoho_books"
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
REDIRECT = "https://finsync.example/callback"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def told(at: Bench, **values: str) -> ZohoBooks:
    """Another connector of the connection, with more of its settings."""
    made = at.open(values={**at.grant.values, **values})
    assert isinstance(made, ZohoBooks)
    return made


# Getting in


def consented(at: Bench) -> dict[str, str]:
    """What a person's consent brings back."""
    asked = at.connector.authorize(state="s", redirect_uri=REDIRECT)
    assert "scope=ZohoBooks.contacts.ALL%2CZohoBooks.invoices.ALL" in asked.url
    answer = requests.post(
        asked.url, data={"decision": "allow"}, allow_redirects=False, timeout=5
    )
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_the_consent_brings_data_centre_and_address(at: Bench) -> None:
    callback = consented(at)
    assert callback["accounts-server"] == "https://accounts.zoho.eu"
    with told(at, data_centre="us", api_domain="") as connector:
        grant = connector.grant(callback=callback, redirect_uri=REDIRECT)
    assert grant.values == {"data_centre": "eu", "api_domain": at.server.url}
    assert [each.id for each in grant.organisations] == ["10234695"]
    assert grant.tokens.refresh


def test_a_code_goes_to_no_address_but_zohos(at: Bench) -> None:
    callback = consented(at) | {"accounts-server": "https://accounts.zoho.example"}
    with recording() as sent, pytest.raises(Reauthorise, match="not known"):
        at.connector.grant(callback=callback, redirect_uri=REDIRECT)
    assert sent == []


@pytest.mark.parametrize(
    ("callback", "code"),
    [
        ({"accounts-server": "https://accounts.zohocloud.ca"}, "ca"),
        ({"accounts-server": "https://accounts.zoho.com.au/"}, "au"),
        ({"accounts-server": "http://accounts.zoho.eu"}, None),
        ({"location": "jp"}, "jp"),
        ({}, "in"),
    ],
)
def test_the_redirect_names_the_data_centre(
    callback: dict[str, str], code: str | None
) -> None:
    found = told_by(callback, "in")
    assert (found.code if found else None) == code


def test_each_data_centre_has_its_own_api() -> None:
    assert len({each.api for each in CENTRES}) == len(CENTRES) == 9
    assert is_api("https://www.zohoapis.eu/books/v3")
    assert not is_api("https://www.zohoapis.eu.example")


def test_a_code_that_is_refused_answers_as_a_success(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="invalid_code"):
        at.connector.grant(callback={"code": "old"}, redirect_uri=REDIRECT)


def test_too_many_tokens_are_waited_for(at: Bench) -> None:
    said = {"error": "Access Denied", "status": "failure"}
    body = {"body": json.dumps(said), "content_type": "application/json"}
    at.server.face.expire_tokens()
    at.fault("token_error", status=400, answer=body)
    with pytest.raises(Retry) as caught:
        at.connector.organisation()
    assert caught.value.after == 600


def test_logging_out_ends_the_grant(at: Bench) -> None:
    at.connector.logout()
    with pytest.raises(Reauthorise):
        at.connector.organisation()


def test_another_organisation_is_not_opened(at: Bench) -> None:
    with at.open(organisation_id="999") as connector:
        with pytest.raises(Reauthorise):
            connector.organisation()
        with pytest.raises(Reauthorise):
            list(connector.tax_codes())


# Limits


@pytest.mark.parametrize(("plan", "calls"), [("free", 1000), ("", 2000)])
def test_the_plan_says_how_many_calls_a_day(plan: str, calls: int) -> None:
    found = {q.seconds: q.limit for q in ZohoBooks.quotas_of({"plan": plan})}
    assert found == {60: 100, 86_400: calls, 0: 5}


def test_a_day_that_is_used_up_is_asked_for_by_the_hour(at: Bench) -> None:
    body = wire(SLUG, "day_limit.json").decode()
    spent = {"body": body, "content_type": "application/json"}
    at.fault("status", status=429, answer=spent)
    with pytest.raises(Retry) as caught:
        at.connector.organisation()
    assert caught.value.after == 3600


# Documents


def test_what_arrives_is_a_draft_until_it_is_finished(at: Bench) -> None:
    [result] = at.connector.push([at.document("DRAFT-1")])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT
    done = at.connector.finalise(SALE, result.remote)
    assert (done.status, done.sent) == (RemoteStatus.OPEN, True)
    assert [entry["status"] for entry in at.books("DRAFT-1")] == ["open"]
    assert at.connector.finalise(SALE, done).status is RemoteStatus.OPEN


def test_a_draft_that_counts_is_not_read_again(at: Bench) -> None:
    [result] = at.connector.push([at.document("CALLS-1")])
    assert result.remote
    with recording() as sent:
        at.connector.finalise(SALE, result.remote)
    assert [s.method for s in sent] == ["POST"]


def test_a_number_that_is_ours_already_is_a_duplicate(at: Bench) -> None:
    document, _ = at.pushed("TWICE-1")
    [again] = at.connector.push([document])
    assert isinstance(again.error, DuplicateNumber)


@pytest.mark.parametrize("kind", sorted(ZohoBooks.capabilities.kinds))
def test_with_a_unique_field_a_document_sent_twice_is_one(
    at: Bench, kind: DocumentKind
) -> None:
    document = at.document("KEY-1", kind=kind)
    with told(at, key_field="cf_finsync") as connector:
        [first], [second] = connector.push([document]), connector.push([document])
    assert first.remote and second.remote and first.remote.id == second.remote.id
    assert len(at.books("KEY-1")) == 1


def test_with_a_unique_field_a_lost_answer_is_asked_for_again(at: Bench) -> None:
    document = at.document("KEY-2")
    at.fault("cut_after", body="KEY-2", nth=1)
    with told(at, key_field="cf_finsync") as connector:
        [result] = connector.push([document])
    assert result.remote and len(at.books("KEY-2")) == 1


def test_a_field_that_is_not_there_is_refused(at: Bench) -> None:
    with told(at, key_field="cf_other") as connector:
        [result] = connector.push([at.document("KEY-3")])
    assert isinstance(result.error, Rejected) and not at.books("KEY-3")


def labour(at: Bench) -> Any:
    """A line on an account that is not the first one."""
    account = at.server.face.ledger.accounts.coded("4010")
    assert account is not None
    return at.line(account_id=account.id, item_id="")


def accounts(remote: Any) -> list[str]:
    return [line.account_id for line in remote.lines]


def test_an_account_that_is_not_heeded_is_carried_by_an_item(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"line_accounts": False})
    line = labour(at)
    [result] = at.connector.push([at.document("STRAY-1", line)])
    assert result.remote and accounts(result.remote) == [line.account_id]
    [said] = result.warnings
    assert "line 1" in said and "By item" in said
    assert "4010 Labour" in [item.name for item in at.connector.items()]


def test_what_cannot_be_corrected_is_there_and_told(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"line_accounts": False})
    at.fault("status", status=503, method="GET", path="/chartofaccounts")
    [result] = at.connector.push([at.document("STRAY-2", labour(at))])
    assert result.remote and len(at.books("STRAY-2")) == 1
    [said] = result.warnings
    assert "correct this invoice there" in said


def test_items_carry_the_accounts_from_the_start(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"line_accounts": False})
    line = labour(at)
    with told(at, accounts_by="item") as connector:
        documents = [at.document("ITEM-1", line), at.document("ITEM-2", line)]
        with recording() as sent:
            results = connector.push(documents)
    assert [(accounts(r.remote), r.warnings) for r in results] == [
        ([line.account_id], ()),
        ([line.account_id], ()),
    ]
    asked = [s.url.partition("?")[0].rpartition("/")[2] for s in sent]
    assert asked.count("items") == 2 and asked.count("chartofaccounts") == 1


def test_an_account_without_item_is_named(at: Bench) -> None:
    with told(at, accounts_by="item") as connector:
        [result] = connector.push([at.document("ITEM-3", at.line(account_id="123"))])
    assert isinstance(result.error, Rejected)
    assert result.error.status_code == "NO_NOMINAL"


def test_extra_fields_go_along(at: Bench) -> None:
    extra = json.dumps({"contacts": {"vat_treatment": "uk"}, "bills": {}})
    with told(at, extra_fields=extra) as connector, recording() as sent:
        connector.create_party(at.party("Extra Ltd"))
    assert b'"vat_treatment":"uk"' in sent[-1].body


@pytest.mark.parametrize("wrong", ["{", "[]", '{"contacts": 5}'])
def test_extra_fields_that_are_no_json_are_named(at: Bench, wrong: str) -> None:
    with told(at, extra_fields=wrong) as connector:
        with pytest.raises(Rejected, match="extra fields"):
            connector.create_party(at.party("Extra Ltd"))


def test_a_currency_that_is_not_there_is_named(at: Bench) -> None:
    with pytest.raises(Rejected) as caught:
        at.connector.create_party(at.party("Zürich AG", currency="CHF"))
    assert caught.value.status_code == "CURRENCY"


def test_what_is_void_already_stays_void(at: Bench) -> None:
    document, remote = at.pushed("VOID-2")
    there = replace(document, id=remote.id)
    for _ in range(2):
        assert at.connector.void(there).status is RemoteStatus.VOID


def test_what_is_paid_is_neither_voided_nor_deleted(at: Bench) -> None:
    document, remote = at.pushed("PAID-2")
    at.connector.record_payments([at.payment(remote)])
    there = replace(document, id=remote.id)
    with pytest.raises(Rejected):
        at.connector.void(there)
    with pytest.raises(Rejected):
        at.connector.delete(there)


# Payments


def test_one_payment_settles_several_and_leaves_some(at: Bench) -> None:
    remotes = [at.pushed(f"MANY-{n}")[1] for n in range(2)]
    both = [at.payment(remote).allocations[0] for remote in remotes]
    amount = sum(each.amount for each in both) + D("7.50")
    payment = at.payment(remotes[0], allocations=tuple(both), amount=amount)
    cursor = at.connector.changed_since("").cursor
    [result] = at.connector.record_payments([payment])
    assert result.remote and result.remote.amount == amount
    seen = {p.id: p for p in at.connector.changed_since(cursor).payments}
    assert seen[result.remote.id].allocations == tuple(both)
    listed = {p.id: p for p in at.connector.list_payments(DAY, DAY)}
    assert listed[result.remote.id].allocations == tuple(both)


def test_a_payment_that_is_taken_back_leaves_the_document_open(at: Bench) -> None:
    _, remote = at.pushed("BACK-2")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    assert at.connector.get_document(SALE, remote.id).balance == remote.gross


def test_what_somebody_else_laid_on_stays(at: Bench) -> None:
    _, invoice = at.pushed("LAID-1")
    _, credit = at.pushed("LAID-2", kind=CREDIT)
    laid = []
    for amount in (D("2.00"), D("3.00")):
        both = tuple(
            Allocation(document_id=each.id, kind=each.kind, amount=amount)
            for each in (invoice, credit)
        )
        payment = at.payment(invoice, amount=D(0), allocations=both)
        laid.append(at.connector.allocate_credit(payment).remote)
    assert laid[1]
    for _ in range(2):
        at.connector.release_credit(laid[1])
    found = at.connector.get_document(SALE, invoice.id)
    assert found.balance == invoice.gross - 2


def test_a_refund_stands_on_its_credit_note(at: Bench) -> None:
    _, credit = at.pushed("REF-1", kind=CREDIT)
    refund = at.payment(credit, direction=PaymentDirection.MADE)
    cursor = at.connector.changed_since("").cursor
    [result] = at.connector.record_payments([refund])
    assert result.remote, result.error
    for seen in (
        at.connector.list_payments(DAY, DAY),
        at.connector.changed_since(cursor).payments,
    ):
        [found] = [p for p in seen if p.id == result.remote.id]
        assert (found.direction, found.amount) == (refund.direction, refund.amount)
        assert found.allocations == refund.allocations
    at.connector.void_payment(result.remote)
    assert at.connector.get_document(CREDIT, credit.id).balance == credit.gross


def test_a_refund_is_of_one_credit_note_and_of_all_that_it_names(at: Bench) -> None:
    _, credit = at.pushed("REF-2", kind=CREDIT)
    refund = at.payment(credit, direction=PaymentDirection.MADE)
    more = replace(refund, amount=refund.amount + 1)
    two = replace(refund, allocations=refund.allocations * 2)
    for each in (more, two):
        [result] = at.connector.record_payments([each])
        assert isinstance(result.error, Rejected)
        assert result.error.status_code == "UNSUPPORTED"


# Where people look


def test_links_lead_to_the_data_centre_of_the_account() -> None:
    config = ConnectionConfig(
        platform=SLUG, organisation_id="10", values={"data_centre": "eu"}
    )
    with ZohoBooks(config) as connector:
        page = "https://books.zoho.eu/app/10#"
        assert connector.document_url(SALE, "5") == f"{page}/invoices/5"
        assert connector.party_url(PartyRole.CUSTOMER, "6") == f"{page}/contacts/6"
