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
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.sage_accounting import traffic
from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SLUG = "sage_accounting"


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    parties(at)
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push([full(at, kind) for kind in kinds])
    remotes = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert set(remotes) == set(kinds), pushed
    read(at, kinds)
    settle(at, remotes)
    change(at, remotes)


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
                company_number="01234567",
                code="C1",
                currency=at.home,
                address=address,
            )
        )
    item = Item(
        name="Schema item",
        code="4010",
        income_account_id=at.sample["account"],
        expense_account_id=at.sample["expense_account"],
    )
    made = at.connector.ensure_item(item)
    assert at.connector.ensure_item(item).id == made.id


def full(at: Bench, kind: DocumentKind) -> Document:
    return at.document(
        f"S-{kind.value}",
        at.line(),
        at.line("-1.00", position=2, quantity=D(-1), unit_price=D(1)),
        kind=kind,
        currency="EUR",
        rate=D("0.85"),
        note="A note",
        sent=True,
        tax_override=D("4.05"),
    )


def read(at: Bench, kinds: list[DocumentKind]) -> None:
    connector = at.connector
    assert connector.organisation().home_currency == "GBP"
    assert next(connector.items()).id and next(connector.bank_accounts()).id
    assert next(connector.ledger_accounts()).id and next(connector.tax_codes()).id
    for role in PartyRole:
        connector.find_parties(role, ["Schema customer", "Nobody"])
        connector.get_parties(role, [at.sample["customer"]])
    for kind in kinds:
        assert connector.find_documents(kind, [f"S-{kind.value}"])
        assert list(connector.list_documents(kind, DAY, DAY))
    connector.changed_since(connector.changed_since("").cursor)
    list(connector.list_payments(DAY, DAY))


def settle(at: Bench, remotes: dict[DocumentKind, RemoteDocument]) -> None:
    connector = at.connector
    invoice = remotes[DocumentKind.SALES_INVOICE]
    credit = remotes[DocumentKind.CREDIT_NOTE]
    both = tuple(
        Allocation(document_id=each.id, kind=each.kind, amount=D("1.00"))
        for each in (invoice, credit)
    )
    connector.allocate_credit(at.payment(invoice, amount=D(0), allocations=both))
    bill = remotes[DocumentKind.SUPPLIER_INVOICE]
    [paid] = connector.record_payments([at.payment(bill, method="Card")])
    assert paid.remote, paid.error
    assert list(connector.list_payments(DAY, DAY))
    connector.void_payment(paid.remote)


def change(at: Bench, remotes: dict[DocumentKind, RemoteDocument]) -> None:
    connector = at.connector
    document, now = at.pushed("S-CHANGE")
    now = connector.mark_sent(now.kind, now)
    there = replace(document, id=now.id, version=now.version)
    connector.void(connector_update(at, there))
    bill = remotes[DocumentKind.SUPPLIER_INVOICE]
    connector.void(at.document("S-B", kind=bill.kind, id=bill.id))


def connector_update(at: Bench, there: Document) -> Document:
    return replace(there, version=at.connector.update(there).version)


@pytest.fixture
def sent(at: Bench) -> list[Sent]:
    with recording() as sent:
        everything(at)
    return sent


def test_every_request_is_known_to_the_schema(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=False) == []
    assert traffic.operations(sent) >= {
        *("POST sales_invoices", "POST sales_credit_notes", "POST purchase_invoices"),
        *("POST contacts", "POST products", "POST contact_payments"),
        *("POST contact_allocations", "PUT sales_invoices", "DELETE sales_invoices"),
        *("DELETE purchase_invoices", "DELETE contact_payments", "GET businesses"),
        *("GET financial_settings", "GET tax_rates", "GET ledger_accounts"),
    }


def test_every_answer_is_known_to_the_schema(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=True) == []


def test_each_business_call_names_its_business(sent: list[Sent]) -> None:
    assert [
        s for s in sent if traffic.BASE in s.url and "X-Business" not in s.headers
    ] == []


def test_no_look_at_a_sale_marks_it_as_sent(sent: list[Sent]) -> None:
    looks = [
        s.url
        for s in sent
        if s.method == "GET" and "/sales_" in s.url and "items_per_page" not in s.url
    ]
    assert looks and all("mark_as_sent=false" in url for url in looks)


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"refrence": "1"}, "> refrence: unknown"),
        ({"date": "2.11.2026"}, "> date: '2.11.2026' is no date"),
        ({"sent": "yes"}, "> sent: 'yes' is no boolean"),
        ({"invoice_lines": [{"quantity": "1"}]}, "> quantity: '1' is no number"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, payload: dict[str, Any], finding: str
) -> None:
    spec = openapi.load(folder / "sage_accounting_v3.1_swagger.json", traffic.BASE)
    schema = {"$ref": "#/definitions/putSalesInvoices"}
    body = {"sales_invoice": payload}
    found = list(spec.check(schema, body, "PUT", writing=True))
    assert len(found) == 1 and found[0].endswith(finding), found
