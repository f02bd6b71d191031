"""What is peculiar to Reckon One."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.errors import InDoubt, NotFound, Reauthorise, Retry, Unsupported
from connectors.reckon_one.connector import ReckonOne
from connectors.records import (
    Allocation,
    DocumentKind,
    Item,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.services import Services
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.examples import wire
from tests.connectors.spec_check.recorder import recording

D = Decimal
SLUG = "reckon_one"
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE
REDIRECT = "https://finsync.example/callback"
KEY = "Ocp-Apim-Subscription-Key"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def told(at: Bench, **values: str) -> ReckonOne:
    """Another connector of the connection, with more of its settings."""
    made = at.open(values={**at.grant.values, **values})
    assert isinstance(made, ReckonOne)
    return made


# Getting in


def test_the_consent_keeps_the_redirect_address(at: Bench) -> None:
    asked = at.connector.authorize(state="s", redirect_uri=REDIRECT)
    assert {"scope", "state", "nonce"} <= dict(
        parse_qsl(urlsplit(asked.url).query)
    ).keys()
    answer = requests.post(
        asked.url, data={"decision": "allow"}, allow_redirects=False, timeout=5
    )
    callback = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    grant = at.connector.grant(callback=callback, redirect_uri=REDIRECT)
    assert grant.values == {"redirect_uri": REDIRECT}
    assert [each.id for each in grant.organisations] == [at.credentials["book_id"]]


def test_a_renewal_names_the_redirect_address(at: Bench) -> None:
    at.server.face.expire_tokens()
    with recording() as sent:
        at.connector.organisation()
    [renewal] = [s for s in sent if s.url.endswith("/connect/token")]
    assert b"redirect_uri=https" in renewal.body
    assert renewal.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("key", ["", "wrong"])
def test_a_wrong_key_is_told_apart_from_a_wrong_token(at: Bench, key: str) -> None:
    with told(at, subscription_key=key) as connector, recording() as sent:
        with pytest.raises(Reauthorise, match="subscription key"):
            connector.organisation()
    assert [s.method for s in sent] == ["GET"] and at.tokens.renewals == 0


def test_the_key_goes_to_no_other_than_the_gateway(at: Bench) -> None:
    at.server.face.expire_tokens()
    with recording() as sent:
        at.connector.organisation()
    keyed = {"/r1/" in s.url: KEY in s.headers for s in sent}
    assert keyed == {True: True, False: False}


def test_no_key_is_seen_in_the_log(at: Bench) -> None:
    at.pushed("LOG-1")
    assert at.credentials["subscription_key"] not in repr(at.log.exchanges)


def test_the_gateway_says_how_long_in_words(at: Bench) -> None:
    body = wire(SLUG, "throttled.json").decode()
    spent = {"body": body, "content_type": "application/json"}
    at.fault("status", status=429, answer=spent)
    with pytest.raises(Retry) as caught:
        at.connector.organisation()
    assert caught.value.after == 23


def test_the_currency_is_of_the_country_unless_it_was_entered(at: Bench) -> None:
    assert at.connector.organisation().home_currency == "GBP"
    with told(at, home_currency="AUD") as connector:
        assert connector.organisation().home_currency == "AUD"
        [result] = connector.push([at.document("CUR-1")])
    assert result.error and "AUD" in str(result.error)


# Documents


def test_its_number_is_read_back(at: Bench) -> None:
    _, remote = at.pushed("OURS-1")
    assert remote.reference == "OURS-1" and remote.number.startswith("INV")
    for name in ("OURS-1", remote.number):
        [found] = at.connector.find_documents(SALE, [name])
        assert found.id == remote.id


def test_what_cannot_be_read_back_is_in_doubt_and_found(at: Bench) -> None:
    document = at.document("BLIND-1")
    at.fault("status", status=503, method="GET", path="/invoices/")
    [result] = at.connector.push([document])
    assert isinstance(result.error, InDoubt)
    at.clear_faults()
    [found] = at.connector.find_sent([document])
    assert found and found.reference == "BLIND-1"


def test_what_was_merely_taken_up_is_in_doubt(at: Bench) -> None:
    taken = {"body": "", "content_type": "text/plain"}
    at.fault("status", status=202, answer=taken, method="POST")
    [result] = at.connector.push([at.document("LATER-1")])
    assert isinstance(result.error, InDoubt)


def test_it_is_known_again_where_reckon_rounds_otherwise(at: Bench) -> None:
    document, remote = at.pushed("ODD-1")
    odd = replace(document.lines[0], tax=document.lines[0].tax + D("0.01"))
    sent = replace(document, lines=(odd,), tax=odd.tax, gross=odd.net + odd.tax)
    [found] = at.connector.find_sent([sent])
    assert found and found.id == remote.id
    assert at.connector.find_sent([replace(sent, date=DAY.replace(day=1))]) == [None]


def test_with_approvals_on_a_draft_is_approved(at: Bench) -> None:
    for kind in (SALE, CREDIT, BILL):
        [result] = at.connector.push([at.document(f"APP-{kind[:6]}", kind=kind)])
        assert result.remote and result.remote.status is RemoteStatus.DRAFT
        done = at.connector.finalise(kind, result.remote)
        assert done.status is RemoteStatus.OPEN
        assert at.connector.finalise(kind, done).status is RemoteStatus.OPEN


def test_a_draft_that_is_approved_is_not_read_again(at: Bench) -> None:
    [result] = at.connector.push([at.document("CALLS-1")])
    assert result.remote
    with recording() as sent:
        at.connector.finalise(SALE, result.remote)
        at.connector.finalise(SALE, replace(result.remote, number=""))
    assert [s.method for s in sent] == ["PATCH", "PATCH", "GET"]


def test_without_approvals_nothing_is_left_to_do(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"approvals": False})
    [result] = at.connector.push([at.document("NOAPP-1")])
    assert result.remote and result.remote.status is RemoteStatus.OPEN


def test_a_tax_of_ours_is_told_where_it_differs(at: Bench) -> None:
    document = at.document("TAX-1", tax_override=D("4.26"))
    [result] = at.connector.push([document])
    assert result.remote and result.remote.tax == D("4.26")
    assert result.remote.gross == at.connector.forecast(document).gross


def test_a_book_that_fixes_the_tax_names_it(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"tax_editable": False})
    [result] = at.connector.push([at.document("TAX-2", tax_override=D("4.26"))])
    error: Any = result.error
    assert (error.status_code, error.field) == ("NO_TAX", "lines")


def test_a_mark_is_set_without_a_mail(at: Bench) -> None:
    document, remote = at.pushed("MARK-2")
    with recording() as sent:
        at.connector.mark_sent(SALE, remote)
    assert [s.url.rpartition("/")[2] for s in sent] == ["markAsSent"]
    assert at.connector.get_document(SALE, remote.id).sent


def test_credit_notes_and_bills_have_no_such_mark(at: Bench) -> None:
    for kind in (CREDIT, BILL):
        _, remote = at.pushed(f"NOMARK-{kind[:6]}", kind=kind)
        with pytest.raises(Unsupported):
            at.connector.mark_sent(kind, remote)


def test_pages_may_be_smaller_than_was_asked(at: Bench) -> None:
    sent = {at.pushed(f"SMALL-{n}")[1].id for n in range(3)}
    connector = told(at)
    connector.api.page_size = 1
    found = connector.find_documents(SALE, [f"SMALL-{n}" for n in range(3)])
    assert {d.id for d in found} == sent


def test_an_item_is_made_once(at: Bench) -> None:
    item = Item(name="Reckon item", income_account_id=at.sample["account"])
    made = at.connector.ensure_item(item)
    assert at.connector.ensure_item(item).id == made.id


# Bills


def test_bills_are_off_until_they_are_turned_on(at: Bench) -> None:
    with told(at, bills="false") as connector, recording() as sent:
        [result] = connector.push([at.document("OFF-1", kind=BILL)])
        assert isinstance(result.error, Unsupported)
        for call in (
            lambda: connector.find_documents(BILL, ["OFF-1"]),
            lambda: list(connector.list_documents(BILL, None, None)),
            lambda: connector.get_document(BILL, at.sample["supplier"]),
        ):
            with pytest.raises(Unsupported, match="older API"):
                call()
    assert not [s for s in sent if "/bills" in s.url]


def test_bills_are_listed_page_by_page(at: Bench) -> None:
    sent = {at.pushed(f"B-{n}", kind=BILL)[1].id for n in range(51)}
    listed = [d.id for d in at.connector.list_documents(BILL, DAY, DAY)]
    assert sent <= set(listed) and len(listed) == len(set(listed))


def test_a_bill_is_changed_and_deleted(at: Bench) -> None:
    document, remote = at.pushed("BILL-1", kind=BILL)
    changed = at.document("BILL-1", at.line("99.00"), kind=BILL, id=remote.id)
    assert at.connector.update(changed).gross == changed.gross
    there = replace(document, id=remote.id)
    at.connector.delete(there)
    with pytest.raises(NotFound):
        at.connector.get_document(BILL, remote.id)


def test_a_correction_of_nothing_is_named(at: Bench) -> None:
    with told(at, field_names="bill.Nothing = X") as connector:
        with pytest.raises(Reauthorise, match="corrects nothing"):
            connector.push([at.document("FIX-1", kind=BILL)])


# Payments


def test_one_receipt_settles_several_and_leaves_some(at: Bench) -> None:
    remotes = [at.pushed(f"MANY-{n}")[1] for n in range(2)]
    both = tuple(at.payment(remote).allocations[0] for remote in remotes)
    amount = sum(each.amount for each in both) + D("7.50")
    payment = at.payment(remotes[0], allocations=both, amount=amount)
    [result] = at.connector.record_payments([payment])
    assert result.remote, result.error
    listed = {p.id: p for p in at.connector.list_payments(DAY, DAY)}
    assert listed[result.remote.id].allocations == both
    assert listed[result.remote.id].amount == amount


def test_a_receipt_that_is_taken_back_leaves_the_invoice_open(at: Bench) -> None:
    _, remote = at.pushed("BACK-2")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    assert at.connector.get_document(SALE, remote.id).balance == remote.gross


def test_what_stands_already_is_not_linked_anew(at: Bench) -> None:
    remotes = [at.pushed(f"LINK-{n}")[1] for n in range(2)]
    first, second = (at.payment(remote).allocations[0] for remote in remotes)
    amount = first.amount + second.amount
    payment = at.payment(remotes[0], allocations=(first,), amount=amount)
    [result] = at.connector.record_payments([payment])
    assert result.remote
    moved = replace(payment, allocations=(first, second))
    with recording() as sent:
        done = at.connector.move_payment(moved, result.remote)
    assert done.allocations == (first, second)
    assert [s.method for s in sent] == ["GET", "POST", "GET"]


def test_payments_made_over_there_come_back(at: Bench) -> None:
    found = [
        p
        for p in at.connector.list_payments(None, None)
        if p.direction is PaymentDirection.MADE
    ]
    [settled] = found[0].allocations
    assert (settled.kind, settled.amount) == (BILL, D("254.88"))
    with pytest.raises(Unsupported):
        at.connector.void_payment(found[0])


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


def test_a_credit_that_is_too_large_is_refused_by_name(at: Bench) -> None:
    _, invoice = at.pushed("OVER-1")
    _, credit = at.pushed("OVER-2", at.line("1.00"), kind=CREDIT)
    both = (
        Allocation(document_id=invoice.id, kind=SALE, amount=invoice.gross),
        Allocation(document_id=credit.id, kind=CREDIT, amount=invoice.gross),
    )
    result = at.connector.allocate_credit(
        at.payment(invoice, amount=D(0), allocations=both)
    )
    error: Any = result.error
    assert error.field == "amount"


def test_it_needs_no_store_of_tokens_to_be_made() -> None:
    with bench(SLUG) as at, ReckonOne(at.connector.config, Services()) as connector:
        with pytest.raises(Reauthorise):
            connector.find_parties(PartyRole.CUSTOMER, ["Nobody"])
