from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from connectors.records import Address, Allocation, DocumentKind, PartyRole
from connectors.sage_intacct.connector import SageIntacct
from tests.connectors.contract_parts.bench import DAY, Bench, D, bench
from tests.connectors.sage_intacct import traffic
from tests.connectors.spec_check.recorder import recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "sage_intacct"


@pytest.fixture
def schema() -> etree.XMLSchema:
    return traffic.load(needed_specs_of(SLUG))


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each function of the connector once, with every element that it knows."""
    assert isinstance(at.connector, SageIntacct)
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="UK")
    party = at.party("Schema Ltd", email="a@b.example", phone="1", address=address)
    at.connector.create_parties([party, replace(party, role=PartyRole.SUPPLIER)])
    at.connector.style = replace(
        at.connector.style,
        location="UK",
        department="D1",
        tax_solution="United Kingdom - VAT",
    )
    kinds = sorted(at.kind.capabilities.kinds)
    documents = [
        at.document(f"S-{k}", kind=k, note="N", job_code="J1", credited_number="X")
        for k in kinds
    ]
    remotes = {
        r.remote.kind: r.remote for r in at.connector.push(documents) if r.remote
    }
    pay(at, remotes[DocumentKind.SALES_INVOICE].id)
    bill = remotes[DocumentKind.SUPPLIER_INVOICE]
    for document, remote in ((documents[-1], bill), at.pushed("S-VOID", job_code="J")):
        at.connector.void(replace(document, id=remote.id))
    at.connector.changed_since(at.connector.changed_since("").cursor)
    list(at.connector.list_documents(DocumentKind.SALES_INVOICE, DAY, DAY))


def pay(at: Bench, invoice_id: str) -> None:
    _, remote = at.pushed("S-PAY", currency="EUR", rate=D("0.85"))
    part = Allocation(document_id=invoice_id, kind=remote.kind, amount=D(5))
    payment = at.payment(remote, amount=D(7), allocations=(part,))
    [paid] = at.connector.record_payments([payment])
    assert paid.remote, paid.error
    at.connector.void_payment(paid.remote)


def test_every_request_is_known_to_the_schema(
    at: Bench, schema: etree.XMLSchema
) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(schema, sent) == []
    assert traffic.functions_sent(sent) >= {
        "create_invoice",
        "create_aradjustment",
        "create_bill",
        "create",
        "reverse_invoice",
        "reverse_bill",
        "reverse_arpayment",
        "read",
        "query",
    }


def test_the_check_sees_a_wrong_order(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        at.pushed("ORDER-1")
    body = next(each.body for each in sent if b"create_invoice" in each.body)
    action = b"<action>Submit</action>"
    swapped = body.replace(action, b"").replace(
        b"</invoiceno>", b"</invoiceno>" + action
    )
    assert swapped != body
    assert any("action" in found for found in traffic.of_request(schema, swapped))
