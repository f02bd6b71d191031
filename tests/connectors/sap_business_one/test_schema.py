from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.records import (
    Address,
    DocumentKind,
    PartyRole,
    PaymentDirection,
)
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.sap_business_one import traffic
from tests.connectors.sap_business_one.test_contract import METADATA
from tests.connectors.spec_check import edmx
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "sap_business_one"


@pytest.fixture
def schema() -> edmx.Edmx:
    return edmx.load(needed_specs_of(SLUG) / METADATA)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each write of the connector with every field that it knows, and each read."""
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="GB")
    full = at.party(
        "Schema Ltd",
        email="a@b.example",
        phone="1",
        tax_number="GB1",
        company_number="7",
        currency=at.home,
        address=address,
    )
    supplier = replace(full, role=PartyRole.SUPPLIER, key="other")
    at.connector.create_parties([full, supplier])
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push(
        [at.document(f"S-{k}", kind=k, note="A note", rate=Decimal(1)) for k in kinds]
    )
    remotes = [result.remote for result in pushed if result.remote]
    assert len(remotes) == len(kinds)
    invoices = [r for r in remotes if r.kind is not DocumentKind.CREDIT_NOTE]
    at.connector.record_payments([at.payment(r, method="Card") for r in invoices])
    reads(at)
    for payment in list(at.connector.list_payments(DAY, DAY)):
        at.connector.void_payment(payment)
    invoice = invoices[0]
    at.connector.void(at.document("S-void", kind=invoice.kind, id=invoice.id))


def reads(at: Bench) -> None:
    at.connector.changed_since(at.connector.changed_since("").cursor)
    at.connector.control_balances(at.clock.now().date())
    for rows in (at.connector.items(), at.connector.ledger_accounts()):
        list(rows)


def test_every_request_and_answer_is_known_to_the_schema(
    at: Bench, schema: edmx.Edmx
) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(schema, sent) == []
    assert traffic.sets_sent(sent) >= {
        "Invoices",
        "CreditNotes",
        "PurchaseInvoices",
        "IncomingPayments",
        "VendorPayments",
        "BusinessPartners",
    }
    assert set(PaymentDirection) == at.kind.capabilities.payments


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"CardCod": "1"}, "Invoices.CardCod: unknown to SAPB1.Document"),
        ({"DocTotal": "1.00"}, "Invoices.DocTotal: '1.00' is no Edm.Double"),
        ({"DocDate": "2.11.2026"}, "Invoices.DocDate: '2.11.2026' is no Edm.DateTim"),
        ({"DocEntry": True}, "Invoices.DocEntry: True is no Edm.Int32"),
        ({"DocumentLines": {}}, "Invoices.DocumentLines: no list"),
        (
            {"DocType": "Service"},
            "Invoices.DocType: 'Service' is no SAPB1.BoDocumentTypes",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(
    schema: edmx.Edmx, payload: object, finding: str
) -> None:
    [found] = schema.entity("Invoices", payload)
    assert found.startswith(finding)


def test_the_check_sees_a_wrong_question(schema: edmx.Edmx) -> None:
    url = "https://x/b1s/v2/Invoices?%24filter=Number%20eq%20%271%27"
    sent = Sent(method="GET", url=url, body=b"", status=200, answer=b'{"value": []}')
    assert traffic.findings(schema, [sent]) == ["Invoices?$filter: Number is unknown"]
