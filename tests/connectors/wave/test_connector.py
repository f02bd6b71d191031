"""What is peculiar to Wave, and what its practice ledger refuses."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from connectors.errors import (
    NotFound,
    Reauthorise,
    Rejected,
    Unsupported,
)
from connectors.records import DocumentKind, PartyRole, PaymentDirection, RemoteStatus
from connectors.wave.connector import TRANSACTION, Wave
from tests.connectors.contract_parts.bench import Bench, bench

D = Decimal
URL = "/graphql/public"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("wave") as made:
        yield made


def ask(at: Bench, query: str, **variables: Any) -> dict[str, Any]:
    """A caller of our own making."""
    token = at.tokens.read().access
    answer = requests.post(
        at.server.url + URL,
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )
    found: dict[str, Any] = answer.json()
    return found


def calls(at: Bench) -> int:
    return int(at.server.dispatcher.stats.as_json()["requests"])


def test_many_numbers_are_looked_up_in_one_call(at: Bench) -> None:
    sent = [at.pushed(f"N-{n}")[1].id for n in range(4)]
    at.server.dispatcher.stats.clear()
    numbers = [f"N-{n}" for n in range(10)]
    found = at.connector.find_documents(DocumentKind.SALES_INVOICE, numbers)
    assert [d.id for d in found] == sent and calls(at) == 1


def test_a_document_that_is_not_marked_arrived_all_the_same(at: Bench) -> None:
    at.fault("status", status=503, body="invoiceMarkSent")
    [result] = at.connector.push([at.document("MARK-9", sent=True)])
    assert result.remote and not result.remote.sent
    assert "could not be marked as sent" in result.warnings[0]


def test_a_draft_that_is_found_is_approved(at: Bench) -> None:
    document, remote = at.pushed("DRAFT-1")
    [entry] = at.books("DRAFT-1")
    at.server.face.ledger.documents.reopen(entry["id"])
    done = at.connector.finalise(document.kind, remote)
    assert done.status is RemoteStatus.OPEN


def transacting(at: Bench) -> Wave:
    values = {**at.connector.config.values, "post_as": "transaction"}
    values["transaction_account"] = at.sample["bank"]
    return Wave(replace(at.connector.config, values=values), at.connector.services)


def test_a_sale_may_go_straight_to_the_ledger(at: Bench) -> None:
    free = at.line("30.00", tax=D(0), tax_rate=D(0), tax_code_id="")
    before = at.server.face.ledger.account_balances()
    with transacting(at) as connector:
        first, again = (connector.push([at.document("TR-1", free)])[0] for _ in "12")
    assert first.remote and again.remote and first.remote.id == again.remote.id
    assert first.remote.id.startswith(TRANSACTION)
    after = at.server.face.ledger.account_balances()
    moved = {id: after[id] - before.get(id, D(0)) for id in after}
    assert sorted(each for each in moved.values() if each) == [D(-30), D(30)]


def test_a_taxed_sale_is_no_transaction(at: Bench) -> None:
    with transacting(at) as connector:
        [result] = connector.push([at.document("TR-2")])
    assert isinstance(result.error, Unsupported)


def test_an_invoice_with_payments_is_not_deleted(at: Bench) -> None:
    document, remote = at.pushed("PAID-1")
    at.connector.record_payments([at.payment(remote)])
    with pytest.raises(Rejected):
        at.connector.delete(replace(document, id=remote.id))


def test_a_payment_that_is_deleted_opens_the_invoice(at: Bench) -> None:
    document, remote = at.pushed("PAID-2")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    found = at.connector.get_document(document.kind, remote.id)
    assert found.status is RemoteStatus.OPEN


def test_money_paid_out_is_refused_with_the_reason(at: Bench) -> None:
    _, remote = at.pushed("OUT-1")
    payment = at.payment(remote, direction=PaymentDirection.MADE)
    [result] = at.connector.record_payments([payment])
    assert isinstance(result.error, Unsupported)
    assert "by hand" in str(result.error)


def test_suppliers_are_not_offered(at: Bench) -> None:
    with pytest.raises(Unsupported):
        at.connector.list_parties(PartyRole.SUPPLIER)
    with pytest.raises(Unsupported):
        at.connector.create_party(at.party("Parts", role=PartyRole.SUPPLIER))


def test_updating_what_is_gone_says_so(at: Bench) -> None:
    document, remote = at.pushed("GONE-1")
    there = replace(document, id=remote.id)
    at.connector.delete(there)
    with pytest.raises(NotFound):
        at.connector.update(there)


def test_a_product_that_carries_the_account_is_used_again(at: Bench) -> None:
    [first, *_] = list(at.connector.items())
    assert at.connector.ensure_item(first).id == first.id


def test_a_full_access_token_is_enough(at: Bench) -> None:
    values = {"full_access_token": at.tokens.read().access}
    with Wave(replace(at.connector.config, values=values)) as connector:
        grant = connector.login()
    assert grant.organisations[0].id == at.grant.organisations[0].id


def test_without_a_token_a_person_is_needed(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="full access token"):
        Wave(replace(at.connector.config, values={})).login()


def test_another_business_is_refused(at: Bench) -> None:
    with pytest.raises(Reauthorise):
        at.connect(at.credentials | {"business_id": "QnVzaW5lc3M6eA=="})


def test_a_refusal_with_http_200_is_renewed_once(at: Bench) -> None:
    body = '{"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}'
    at.fault("status", status=200, answer={"body": body}, nth=1)
    assert at.connector.organisation().name
    assert at.tokens.renewals == 1


def test_the_feed_pages_over_what_changes(at: Bench) -> None:
    assert isinstance(at.connector, Wave)
    cursor = at.connector.changed_since("").cursor
    sent = {at.pushed(f"FEED-{n}")[1].id for n in range(5)}
    at.connector.api.page_size = 2
    changes = at.connector.changed_since(cursor)
    assert sent <= {d.id for d in changes.documents}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ user { nickname } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ user ", "GRAPHQL_PARSE_FAILED"),
        ("query ($p: Int!) { businesses(page: $p) { __typename } }", "BAD_USER_INPUT"),
        ('{ business(id: "nonsense") { id } }', "NOT_FOUND"),
    ],
)
def test_the_practice_ledger_refuses_what_a_schema_refuses(
    at: Bench, query: str, code: str
) -> None:
    assert ask(at, query)["errors"][0]["extensions"]["code"] == code


def test_a_mutation_needs_what_the_schema_requires(at: Bench) -> None:
    query = (
        "mutation ($input: InvoiceCreateInput!) { invoiceCreate(input: $input) "
        "{ didSucceed inputErrors { path code } } }"
    )
    business = at.connector.config.organisation_id
    told = ask(at, query, input={"businessId": business})
    assert told["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    item = {"productId": "bm8="}
    sent = {
        "businessId": business,
        "customerId": at.sample["customer"],
        "items": [item],
    }
    told = ask(at, query, input=sent)
    done = told["data"]["invoiceCreate"]
    assert done["didSucceed"] is False
    assert done["inputErrors"][0]["path"] == ["input", "items", "0", "productId"]
    assert not [e for e in at.books("") if e["status"] == "draft"]


def test_pages_hold_two_hundred_at_most(at: Bench) -> None:
    query = (
        "query ($b: ID!) { business(id: $b) { accounts(pageSize: 1000) "
        "{ pageInfo { totalPages totalCount } edges { node { id } } } } }"
    )
    told = ask(at, query, b=at.connector.config.organisation_id)
    listed = told["data"]["business"]["accounts"]
    assert len(listed["edges"]) == listed["pageInfo"]["totalCount"]
