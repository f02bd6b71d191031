"""Every call, with every field that we know, against MYOB's catalogue of fields."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.myob.connector import Myob
from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
)
from connectors.transport.json_codec import encode
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.examples import wire_json
from tests.connectors.myob import traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SLUG = "myob"
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE


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
    at.connect(at.credentials)
    parties(at)
    remotes = {}
    for layout in ("Item", "Service"):
        values = {**at.connector.config.values, "layout": layout}
        config = replace(at.connector.config, values=values)
        with Myob(config, at.connector.services) as connector:
            for kind in (SALE, CREDIT, BILL):
                [result] = connector.push([full(at, kind, f"{layout[:1]}-{kind[:6]}")])
                assert result.remote, result.error
                remotes[kind] = result.remote
                read(at, kind, result.remote)
    settle(at, remotes)
    change(at)


def parties(at: Bench) -> None:
    address = Address(
        street="1 Quay", city="Hobart", region="TAS", postcode="7000", country="AU"
    )
    for role in PartyRole:
        party = at.party(
            f"Schema {role.value}",
            role=role,
            email="a@b.example",
            phone="1",
            code="S-1",
            tax_number="51 824 753 556",
            address=address,
        )
        at.connector.create_party(party)
        list(at.connector.list_parties(role))


def full(at: Bench, kind: DocumentKind, number: str) -> Document:
    return at.document(number, kind=kind, note="Thank you", job_code="JOB-77")


def read(at: Bench, kind: DocumentKind, remote: RemoteDocument) -> None:
    at.connector.get_document(kind, remote.id)
    at.connector.find_documents(kind, [remote.number])
    list(at.connector.list_documents(kind, DAY, DAY))
    for rows in (
        at.connector.ledger_accounts(),
        at.connector.bank_accounts(),
        at.connector.items(),
    ):
        assert list(rows)


def settle(at: Bench, remotes: dict[DocumentKind, RemoteDocument]) -> None:
    one = Allocation(document_id=remotes[SALE].id, kind=SALE, amount=D(1))
    against = replace(one, document_id=remotes[CREDIT].id, kind=CREDIT)
    both = at.payment(remotes[SALE], amount=D(0), allocations=(one, against))
    assert at.connector.allocate_credit(both).error is None
    payments = [
        at.payment(remotes[SALE], amount=D(1), allocations=(one,)),
        at.payment(remotes[BILL]),
        at.payment(
            remotes[CREDIT],
            direction=PaymentDirection.MADE,
            amount=D(1),
            allocations=(against,),
        ),
    ]
    results = at.connector.record_payments(payments)
    assert all(result.remote for result in results), results
    assert len(list(at.connector.list_payments(DAY, DAY))) >= len(payments)


def change(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    document, remote = at.pushed("CHANGE-1")
    there = replace(document, id=remote.id, version=remote.version)
    changed = at.connector.update(there)
    at.connector.delete(replace(there, version=changed.version))
    at.connector.changed_since(cursor)


def test_all_that_goes_to_and_fro_is_in_the_catalogue(
    sent: list[Sent], folder: Path
) -> None:
    assert traffic.findings(folder, sent) == []


def test_each_resource_was_tried(sent: list[Sent]) -> None:
    tried = {traffic.resource(each) for each in sent} - {None}
    assert tried == set(traffic.CLASSES)


def test_the_check_finds_what_is_wrong(folder: Path) -> None:
    body = {"Colour": "red", "Date": "2.11.2026", "Lines": [{"Total": "1"}]}
    url = "https://api.myob.com/accountright/f/Sale/Invoice/Service"
    wrong = Sent("POST", url, encode(body), None, b"")
    assert [each.partition(": ")[2] for each in traffic.findings(folder, [wrong])] == [
        "ServiceInvoice has no Colour",
        "ServiceInvoice.Date is '2.11.2026', and no date",
        "ServiceInvoice.Lines: ServiceInvoiceLine.Total is '1', and no decimal",
    ]


SAMPLES = {
    "invoice_created.json": "Sale/Invoice/Service",
    "credit.json": "Sale/Invoice/Item",
    "bill.json": "Purchase/Bill/Service",
    "received.json": "Sale/CustomerPayment",
    "paid.json": "Purchase/SupplierPayment",
    "refund.json": "Sale/CreditRefund",
    "person.json": "Contact/Customer",
    "company_file.json": "",
    "preferences.json": "Company/Preferences",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_our_samples_are_in_the_catalogue(name: str, folder: Path) -> None:
    sample: Any = wire_json(SLUG, name)
    url = f"https://api.myob.com/accountright/f/{SAMPLES[name]}"
    told = Sent("GET", url, b"", 200, encode(sample))
    assert traffic.findings(folder, [told]) == []
