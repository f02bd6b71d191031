from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.records import (
    Address,
    Document,
    DocumentKind,
    Item,
    PartyRole,
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.quickbooks_online import traffic, xsd
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "quickbooks_online"


@pytest.fixture
def schema() -> xsd.Schema:
    return xsd.load(needed_specs_of(SLUG))


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each write of the connector once, with every field that it knows."""
    parties(at)
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push([full(at, kind) for kind in kinds])
    remotes = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert set(remotes) == set(kinds)
    paid = [at.payment(r, method="Card", rate=Decimal("1.5")) for r in remotes.values()]
    at.connector.record_payments([p for p in paid if p.allocations])
    invoice = remotes[DocumentKind.SALES_INVOICE]
    at.connector.mark_sent(
        invoice.kind, at.connector.get_document(invoice.kind, invoice.id)
    )
    for payment in list(at.connector.list_payments(None, None)):
        if payment.reference == "BACS 991":
            at.connector.void_payment(payment)
    change(at, invoice)


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
                code="C1",
                currency=at.home,
                address=address,
            )
        )
    at.connector.ensure_item(
        Item(
            name="Schema item",
            key="schema-item-1",
            code="4010",
            income_account_id=at.sample["account"],
            expense_account_id=at.sample["expense_account"],
        )
    )


def full(at: Bench, kind: DocumentKind) -> Document:
    return at.document(
        f"S-{kind.value}"[:21],
        at.line(),
        at.line("-1.00", position=2, quantity=Decimal(-1), unit_price=Decimal(1)),
        kind=kind,
        note="A note",
        email="ap@acme.example",
        sent=True,
        tax_override=Decimal("4.05"),
    )


def change(at: Bench, invoice: RemoteDocument) -> None:
    now = at.connector.get_document(invoice.kind, invoice.id)
    document = at.document(now.number, id=now.id, version=now.version)
    updated = at.connector.update(document)
    at.connector.void(replace(document, version=updated.version, key="void-key"))
    _, other = at.pushed("S-DELETE")
    gone = replace(document, id=other.id, version=other.version, key="delete-key")
    at.connector.delete(gone)


def test_every_request_is_known_to_the_schema(at: Bench, schema: xsd.Schema) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(schema, sent) == []
    assert traffic.entities_sent(sent) == set(traffic.ENTITIES.values())


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"DocNumbr": "1"}, "Invoice.DocNumbr: unknown to Invoice"),
        ({"TotalAmt": "1.00"}, "Invoice.TotalAmt: '1.00' is no decimal"),
        ({"TxnDate": "2.11.2026"}, "Invoice.TxnDate: '2.11.2026' is no date"),
        ({"CustomerRef": "58"}, "Invoice.CustomerRef: not a reference"),
        ({"Line": {}}, "Invoice.Line: one given"),
        ({"Line": [{"Amount": True}]}, "Invoice.Line.Amount: True is no decimal"),
        (
            {"EmailStatus": "Sent"},
            "Invoice.EmailStatus: 'Sent' is no word of EmailStatusEnum",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(
    schema: xsd.Schema, payload: object, finding: str
) -> None:
    assert list(schema.findings("Invoice", payload, "Invoice")) == [finding]


def test_the_check_sees_a_wrong_batch(schema: xsd.Schema) -> None:
    body = b'{"BatchItemRequest": [{"bId": "12345678901", "Invoyce": {}}]}'
    url = "https://x/v3/company/1/batch?minorversion=75"
    sent = Sent(method="POST", url=url, body=body, status=200, answer=b"")
    assert traffic.findings(schema, [sent]) == [
        "BatchItemRequest.Invoyce: unknown",
        "BatchItemRequest.bId: not of 1 to 10 characters",
    ]


def test_explanations_are_needed(at: Bench, schema: xsd.Schema) -> None:
    with recording() as sent:
        everything(at)
    places = {f.partition(":")[0] for s in sent for f in traffic._of_request(schema, s)}
    assert set(traffic.EXPLAINED) <= places
