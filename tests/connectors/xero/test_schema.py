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
from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of
from tests.connectors.xero import traffic

D = Decimal
SLUG = "xero"


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
    assert set(remotes) == set(kinds)
    read(at, kinds)
    settle(at, remotes)
    change(at)
    at.connector.logout()


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
    at.connector.ensure_item(
        Item(
            name="Schema item",
            key="schema-item-1",
            code="4010",
            income_account_id=at.sample["account"],
            expense_account_id=at.sample["expense_account"],
        )
    )


def full(at: Bench, kind: DocumentKind, number: str = "") -> Document:
    return at.document(
        number or f"S-{kind.value}",
        at.line(),
        at.line("-1.00", position=2, quantity=D(-1), unit_price=D(1)),
        kind=kind,
        currency="EUR",
        rate=D("0.85"),
        sent=True,
        tax_override=D("4.05"),
    )


def read(at: Bench, kinds: list[DocumentKind]) -> None:
    connector = at.connector
    assert connector.organisation().home_currency == "GBP"
    assert next(connector.items()).id and next(connector.bank_accounts()).id
    for role in PartyRole:
        connector.find_parties(role, ["Schema customer", "Nobody"])
        connector.get_parties(role, [at.sample["customer"]])
    for kind in kinds:
        connector.find_documents(kind, [f"S-{kind.value}", "A,B"])
        connector.find_sent([full(at, kind, "S-NOT-THERE")])
        assert list(connector.list_documents(kind, DAY, DAY))
    cursor = connector.changed_since("").cursor
    connector.changed_since(cursor)
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
    [paid] = connector.record_payments([at.payment(bill, method="Card", rate=D("1.5"))])
    two = [at.pushed(f"S-TWO-{n}")[1] for n in range(2)]
    several = tuple(
        Allocation(document_id=each.id, kind=each.kind, amount=each.gross)
        for each in two
    )
    total = sum((each.gross for each in two), D(0))
    [batch] = connector.record_payments(
        [at.payment(two[0], amount=total, allocations=several)]
    )
    list(connector.list_payments(None, None))
    for result in (paid, batch):
        assert result.remote, result.error
        connector.void_payment(result.remote)


def change(at: Bench) -> None:
    document, now = at.pushed("S-CHANGE")
    at.connector.mark_sent(now.kind, now)
    now = at.connector.get_document(now.kind, now.id)
    there = replace(document, id=now.id, version=now.version)
    updated = at.connector.update(there)
    at.connector.void(replace(there, version=updated.version, key="void-key"))


@pytest.fixture
def sent(at: Bench) -> list[Sent]:
    with recording() as sent:
        everything(at)
    return sent


def test_every_request_is_known_to_the_schema(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=False) == []
    assert traffic.operations(sent) >= {
        *("PUT Invoices", "PUT CreditNotes", "PUT Contacts", "PUT Items"),
        *("PUT Payments", "PUT BatchPayments", "POST Invoices", "POST Payments"),
        *("POST BatchPayments", "GET Organisation", "GET TaxRates", "GET Accounts"),
    }


def test_every_answer_is_known_to_the_schema(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=True) == []


def test_explanations_are_needed(
    folder: Path, sent: list[Sent], monkeypatch: Any
) -> None:
    monkeypatch.setattr(traffic, "EXPLAINED", {})
    found = traffic.findings(folder, sent, answers=True)
    assert any("ProviderName" in each for each in found)
    assert any("DateString" in each for each in found)


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"InvoiceNumbr": "1"}, "> InvoiceNumbr: unknown"),
        ({"Total": D(5)}, "> Total: read-only"),
        ({"Contact": {"ContactID": "58"}}, "> Contact > ContactID: '58' is no uuid"),
        ({"Status": "SENT"}, "> Status: 'SENT' is none of its words"),
        ({"LineItems": {}}, "> LineItems: no array"),
        ({"LineItems": [{"Quantity": "1"}]}, "> Quantity: '1' is no number"),
        ({"SentToContact": "true"}, "> SentToContact: 'true' is no boolean"),
        ({"InvoiceNumber": "N" * 256}, "> InvoiceNumber: longer than 255"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, payload: dict[str, Any], finding: str
) -> None:
    spec = openapi.load(folder / "xero_accounting.yaml", traffic.BASE)
    schema = {"$ref": "#/components/schemas/Invoice"}
    found = list(spec.check(schema, payload, "Invoice", writing=True))
    assert len(found) == 1 and found[0].endswith(finding), found


def test_the_check_sees_a_wrong_address(folder: Path) -> None:
    url = f"https://x{traffic.BASE}/Contacts?unitdp=4"
    wrong = Sent(method="PUT", url=url, body=b"", status=200, answer=b"")
    assert traffic.findings(folder, [wrong], answers=False) == [
        "PUT /Contacts (xero-tenant-id): missing",
        "PUT /Contacts ?unitdp: unknown",
    ]
