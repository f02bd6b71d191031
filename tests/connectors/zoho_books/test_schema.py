from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    Item,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of
from tests.connectors.zoho_books import traffic

D = Decimal
SLUG = "zoho_books"


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


@pytest.fixture
def sent(at: Bench) -> list[Sent]:
    with recording() as sent:
        everything(at)
    return sent


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    parties(at)
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push([full(at, kind) for kind in kinds])
    drafts = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert set(drafts) == set(kinds), pushed
    done = {kind: at.connector.finalise(kind, drafts[kind]) for kind in kinds}
    by_key(at)
    read(at, kinds)
    settle(at, done)
    for kind in kinds:
        change(at, kind)


def parties(at: Bench) -> None:
    address = Address(
        street="1 Quay", city="Bristol", region="BST", postcode="BS1", country="GB"
    )
    for role in PartyRole:
        at.connector.create_party(
            at.party(
                f"Schema {role.value}",
                role=role,
                email="a@b.example",
                phone="1",
                tax_number="GB1",
                currency="EUR",
                address=address,
            )
        )
    item = Item(
        name="Schema item",
        income_account_id=at.sample["account"],
        expense_account_id=at.sample["expense_account"],
    )
    made = at.connector.ensure_item(item)
    assert at.connector.ensure_item(item).id == made.id


def full(at: Bench, kind: DocumentKind, mark: str = "S") -> Document:
    return at.document(
        f"{mark}-{kind.value}",
        at.line(text="A line that is longer than a name may be. " * 4),
        at.line("-1.00", position=2, quantity=D(-1), unit_price=D(1), item_id=""),
        kind=kind,
        currency="EUR",
        rate=D("0.85"),
        note="A note",
    )


def by_key(at: Bench) -> None:
    """The same once more in an organisation that has a unique field, and that wants
    items on sales lines."""
    told = {"key_field": "cf_finsync", "accounts_by": "item"}
    with at.open(values={**at.grant.values, **told}) as connector:
        for kind in sorted(at.kind.capabilities.kinds):
            [result] = connector.push([full(at, kind, "K")])
            assert result.remote, result.error


def read(at: Bench, kinds: list[DocumentKind]) -> None:
    connector = at.connector
    assert connector.organisation().home_currency == "GBP"
    assert next(connector.items()).id and next(connector.bank_accounts()).id
    assert next(connector.ledger_accounts()).id and next(connector.tax_codes()).id
    for role in PartyRole:
        connector.find_parties(role, ["Schema customer", "Nobody"])
        connector.get_parties(role, [at.sample["customer"]])
        assert list(connector.list_parties(role))
    for kind in kinds:
        assert connector.find_documents(kind, [f"S-{kind.value}"])
        assert list(connector.list_documents(kind, DAY, DAY))
        assert connector.find_sent([full(at, kind)])[0]


def settle(at: Bench, done: dict[DocumentKind, RemoteDocument]) -> None:
    connector = at.connector
    invoice = done[DocumentKind.SALES_INVOICE]
    credit = done[DocumentKind.CREDIT_NOTE]
    both = tuple(
        Allocation(document_id=each.id, kind=each.kind, amount=D("1.00"))
        for each in (invoice, credit)
    )
    applied = at.payment(invoice, amount=D(0), allocations=both)
    for _ in range(2):
        laid = connector.allocate_credit(applied).remote
        assert laid is not None
        connector.release_credit(laid)
    assert connector.allocate_credit(applied).error is None
    cursor = connector.changed_since("").cursor
    refund = at.payment(
        credit,
        direction=PaymentDirection.MADE,
        amount=D("2.00"),
        rate=D("0.85"),
        allocations=(replace(both[1], amount=D("2.00")),),
    )
    [back] = connector.record_payments([refund])
    assert back.remote, back.error
    assert back.remote.id in {p.id for p in connector.changed_since(cursor).payments}
    connector.void_payment(back.remote)
    rest = replace(invoice, gross=invoice.gross - 1)
    for each in (rest, done[DocumentKind.SUPPLIER_INVOICE]):
        paying = at.payment(each, method="Card", currency="EUR", rate=D("0.85"))
        [paid] = connector.record_payments([paying])
        assert paid.remote, paid.error
        assert paid.remote in connector.changed_since(cursor).payments
        assert connector.move_payment(paying, paid.remote).id == paid.remote.id
        assert list(connector.list_payments(DAY, DAY))
        connector.void_payment(paid.remote)


def change(at: Bench, kind: DocumentKind) -> None:
    connector = at.connector
    document, now = at.pushed(f"C-{kind.value[:6]}", kind=kind)
    there = replace(document, id=now.id)
    connector.update(there)
    connector.void(there)
    connector.delete(there)


def test_every_request_is_known_to_the_document(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent) == []
    assert traffic.operations(sent) >= {
        *("GET organizations", "GET settings/currencies", "GET settings/taxes"),
        *("GET chartofaccounts", "GET items", "POST items", "POST contacts"),
        *("GET contacts", "GET contacts/*", "POST invoices", "PUT invoices"),
        *("PUT invoices/*", "DELETE invoices/*", "POST invoices/*/status/sent"),
        *("POST invoices/*/status/void", "POST creditnotes", "PUT creditnotes"),
        *("POST creditnotes/*/status/void", "POST creditnotes/*/invoices"),
        *("POST bills", "PUT bills", "PUT bills/*", "POST bills/*/status/void"),
        *("GET creditnotes/*/invoices", "DELETE creditnotes/*/invoices/*"),
        *("POST customerpayments", "PUT customerpayments/*"),
        *("DELETE customerpayments/*", "POST vendorpayments", "PUT vendorpayments/*"),
        *("DELETE vendorpayments/*", "POST creditnotes/*/status/void"),
        *("GET creditnotes/refunds", "GET creditnotes/*/refunds"),
        *("POST creditnotes/*/refunds", "DELETE creditnotes/*/refunds/*"),
        *("GET invoices/*/payments", "GET vendorpayments", "GET customerpayments/*"),
    }


def test_explanations_are_needed(folder: Path, sent: list[Sent]) -> None:
    assert traffic.unused(folder, sent) == []


def test_each_call_names_its_organisation(sent: list[Sent]) -> None:
    calls = [s.url for s in sent if "/books/v3/" in s.url]
    told = [url for url in calls if "organization_id=10234695" in url]
    assert [
        url for url in calls if url not in told and "/organizations" not in url
    ] == []


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"refrence_number": "1"}, "> refrence_number: unknown"),
        ({"is_inclusive_tax": "no"}, "> is_inclusive_tax: 'no' is no boolean"),
        ({"invoice_number": "N" * 101}, "> invoice_number: longer than 100"),
        ({"line_items": [{"item_id": "1", "rate": "1"}]}, "> rate: '1' is no number"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, payload: dict[str, Any], finding: str
) -> None:
    spec = openapi.load(folder / traffic.FILE, "")
    node = spec.document["paths"]["/books/v3/invoices"]["post"]["requestBody"]
    schema = node["content"]["application/json"]["schema"]
    body = {"customer_id": "1", "line_items": []} | payload
    found = list(spec.check(schema, body, "POST", writing=True))
    assert len(found) == 1 and found[0].endswith(finding), found
