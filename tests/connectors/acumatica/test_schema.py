from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.acumatica.connector import Acumatica
from connectors.records import Address, Allocation, DocumentKind, PartyRole
from tests.connectors.acumatica import traffic
from tests.connectors.contract_parts.bench import DAY, Bench, D, bench
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "acumatica"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each write of the connector with every member that it knows, and each read."""
    address = Address(street="1 Quay", city="Bristol", region="BST", country="GB")
    party = at.party("Schema Ltd", email="a@b.example", tax_number="1", phone="1")
    full = replace(party, currency=at.home, address=address)
    at.connector.create_parties([full, replace(full, role=PartyRole.SUPPLIER)])
    kinds = DocumentKind.SALES_INVOICE, DocumentKind.SUPPLIER_INVOICE
    for kind in kinds:
        _, remote = at.pushed(f"S-{kind}"[:30], kind=kind, note="N", job_code="J")
        [paid] = at.connector.record_payments([at.payment(remote)])
        assert paid.remote, paid.error
        at.connector.void_payment(paid.remote)
    credit(at)
    at.connector.changed_since(at.connector.changed_since("").cursor)
    list(at.connector.list_documents(DocumentKind.SALES_INVOICE, DAY, DAY))
    list(at.connector.list_payments(DAY, DAY))
    list(at.connector.items())


def credit(at: Bench) -> None:
    kind = DocumentKind.CREDIT_NOTE
    _, invoice = at.pushed("S-INV")
    _, memo = at.pushed("S-CRM", kind=kind)
    both = tuple(
        Allocation(document_id=each.id, kind=each.kind, amount=D(5))
        for each in (invoice, memo)
    )
    payment = at.payment(invoice, amount=D(0), allocations=both)
    assert at.connector.allocate_credit(payment).error is None


def sales_invoices(at: Bench) -> None:
    """The other entity of sales, which needs items."""
    assert isinstance(at.connector, Acumatica)
    at.connector.style = replace(at.connector.style, sales="SalesInvoice")
    document, remote = at.pushed("S-SO", at.line("17.01", quantity=D("2.125")))
    [line] = at.connector.get_document(document.kind, remote.id).lines
    assert (line.item_id, line.net) == (at.sample["item"], D("17.01"))


def test_every_request_and_answer_is_known_to_the_document(at: Bench) -> None:
    folder = needed_specs_of(SLUG)
    with recording() as sent:
        everything(at)
        sales_invoices(at)
    assert traffic.findings(folder, sent, answers=False) == []
    assert traffic.findings(folder, sent, answers=True) == []
    assert traffic.operations(sent) >= {
        *("PUT Invoice", "PUT SalesInvoice", "PUT Bill", "PUT Payment", "PUT Check"),
        *("PUT Customer", "PUT Vendor", "POST Invoice", "POST SalesInvoice"),
        *("POST Bill", "POST Payment", "POST Check", "GET Invoice"),
    }


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (b'{"Custmer": {"value": "C1"}}', "PUT /Invoice > Custmer: unknown"),
        (b'{"Customer": "C1"}', "PUT /Invoice > Customer: no object"),
        (
            b'{"Date": {"value": "2026-11-20"}}',
            "PUT /Invoice > Date > value: '2026-11-20' is no date-time",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(body: bytes, finding: str) -> None:
    url = f"http://x{traffic.BASE}/Invoice"
    sent = Sent(method="PUT", url=url, body=body, status=200, answer=b"")
    found = traffic.findings(needed_specs_of(SLUG), [sent], answers=False)
    assert found == [finding]
