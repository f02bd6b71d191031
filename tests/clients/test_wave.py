"""gql 4, a client for any GraphQL, against the practice Wave; Wave has no SDK.

It asks the schema of the face first, and holds each document against that by itself.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from gql import Client, gql
from gql.client import SyncClientSession
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.requests import RequestsHTTPTransport
from graphql import GraphQLError

from tests.clients.practice import Practice

SLUG = "wave"
CUSTOMERS = """query Customers($business: ID!, $page: Int!) {
  business(id: $business) {
    customers(page: $page, pageSize: 5) {
      pageInfo { totalPages }
      edges { node { id name } }
    }
  }
}"""
CREATE = """mutation Create($input: InvoiceCreateInput!) {
  invoiceCreate(input: $input) {
    didSucceed
    inputErrors { path message code }
    invoice { id }
  }
}"""
INVOICE = """query Invoice($business: ID!, $id: ID!) {
  business(id: $business) {
    invoice(id: $id) {
      invoiceNumber
      status
      customer { id }
      total { value currency { code } }
      items { description quantity product { id } }
    }
  }
}"""


def client(practice: Practice, token: str, *, schema: bool) -> Client:
    transport = RequestsHTTPTransport(
        f"{practice.url}/graphql/public",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    return Client(transport=transport, fetch_schema_from_transport=schema)


@pytest.fixture(scope="module")
def session(practice: Practice) -> Iterator[SyncClientSession]:
    with client(practice, practice.told["access_token"], schema=True) as found:
        yield found


def ask(session: SyncClientSession, text: str, **variables: Any) -> Any:
    asked = gql(text)
    asked.variable_values = variables
    return session.execute(asked)


def customers(session: SyncClientSession, practice: Practice) -> dict[str, str]:
    """Name by id, over all pages."""
    found: dict[str, str] = {}
    page, pages = 0, 1
    while page < pages:
        page += 1
        business = practice.told["business_id"]
        answer = ask(session, CUSTOMERS, business=business, page=page)
        listed = answer["business"]["customers"]
        pages = listed["pageInfo"]["totalPages"]
        found |= {e["node"]["id"]: e["node"]["name"] for e in listed["edges"]}
    return found


def create(session: SyncClientSession, practice: Practice, **fields: Any) -> Any:
    item = {
        "productId": practice.sample["item"],
        "description": "Replace door seal",
        "quantity": "3",
        "unitPrice": "19.90",
    }
    sent = {
        "businessId": practice.told["business_id"],
        "customerId": practice.sample["customer"],
        "invoiceDate": "2026-11-02",
        "items": [item],
    }
    return ask(session, CREATE, input=sent | fields)["invoiceCreate"]


def test_it_finds_a_customer_by_name(
    session: SyncClientSession, practice: Practice
) -> None:
    listed = customers(session, practice)
    name = listed[practice.sample["customer"]]
    same = [id for id, each in listed.items() if each == name]
    assert same == [practice.sample["customer"]] and len(listed) > 5


def test_it_creates_an_invoice_and_reads_it_back(
    session: SyncClientSession, practice: Practice
) -> None:
    made = create(session, practice, invoiceNumber="9001")
    assert made["didSucceed"] and not made["inputErrors"]
    business, id = practice.told["business_id"], made["invoice"]["id"]
    back = ask(session, INVOICE, business=business, id=id)["business"]["invoice"]
    assert (back["invoiceNumber"], back["status"]) == ("9001", "DRAFT")
    assert back["customer"]["id"] == practice.sample["customer"]
    assert back["items"][0]["product"]["id"] == practice.sample["item"]
    assert back["total"]["currency"]["code"] == "GBP"
    gross = practice.in_the_books("9001")["gross"]
    assert Decimal(back["total"]["value"]) == gross == Decimal("59.70")


def test_a_taken_number_is_an_input_error(
    session: SyncClientSession, practice: Practice
) -> None:
    create(session, practice, invoiceNumber="9002")
    refused = create(session, practice, invoiceNumber="9002")
    assert not refused["didSucceed"] and refused["invoice"] is None
    assert refused["inputErrors"][0]["message"]


def test_the_schema_of_the_face_refuses_an_unknown_field(
    session: SyncClientSession, practice: Practice
) -> None:
    with pytest.raises(GraphQLError, match="isPurple"):
        ask(session, "query { user { isPurple } }")
    unchecked = client(practice, practice.told["access_token"], schema=False)
    with unchecked as other, pytest.raises(TransportQueryError, match="isPurple"):
        ask(other, "query { user { isPurple } }")


def test_a_wrong_token_is_refused(practice: Practice) -> None:
    with client(practice, "wrong", schema=False) as stranger:
        with pytest.raises((TransportServerError, TransportQueryError)):
            ask(stranger, "query { user { id } }")
