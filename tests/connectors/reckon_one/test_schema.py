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
from tests.connectors.reckon_one import traffic
from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SLUG = "reckon_one"
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
OLDER = DocumentKind.SUPPLIER_INVOICE


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
    at.connector.mark_sent(SALE, done[SALE])
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
                company_number="01234567",
                address=address,
            )
        )
    item = Item(
        name="Schema item",
        code="S1",
        income_account_id=at.sample["account"],
        expense_account_id=at.sample["expense_account"],
    )
    made = at.connector.ensure_item(item)
    assert at.connector.ensure_item(item).id == made.id


def full(at: Bench, kind: DocumentKind) -> Document:
    override = {} if kind is OLDER else {"tax_override": D("4.06")}
    return at.document(
        f"S-{kind.value}",
        at.line(),
        at.line("-1.00", position=2, quantity=D(-1), unit_price=D(1)),
        kind=kind,
        note="A note",
        **override,
    )


def read(at: Bench, kinds: list[DocumentKind]) -> None:
    connector = at.connector
    at.server.face.ledger.change_company(closed_until=DAY.replace(year=2010))
    assert connector.organisation().locked_before
    assert next(connector.items()).id and next(connector.bank_accounts()).id
    assert next(connector.ledger_accounts()).id and next(connector.tax_codes()).id
    for role in PartyRole:
        connector.find_parties(role, ["Schema customer", "Nobody"])
        connector.get_parties(role, [at.sample["customer"], at.sample["supplier"]])
        assert list(connector.list_parties(role))
    for kind in kinds:
        assert connector.find_documents(kind, [f"S-{kind.value}"])
        assert list(connector.list_documents(kind, DAY, DAY))
        assert connector.find_sent([full(at, kind)])[0]


def settle(at: Bench, done: dict[DocumentKind, RemoteDocument]) -> None:
    connector = at.connector
    both = tuple(
        Allocation(document_id=done[kind].id, kind=kind, amount=D("1.00"))
        for kind in (SALE, CREDIT)
    )
    applied = at.payment(done[SALE], amount=D(0), allocations=both)
    laid = connector.allocate_credit(applied).remote
    assert laid is not None
    connector.release_credit(laid)
    assert connector.allocate_credit(applied).error is None
    rest = replace(done[SALE], gross=done[SALE].gross - 1)
    [paid] = connector.record_payments([at.payment(rest)])
    assert paid.remote, paid.error
    part = Allocation(document_id=done[SALE].id, kind=SALE, amount=D("2.00"))
    moved = at.payment(rest, allocations=(part,))
    assert connector.move_payment(moved, paid.remote).allocations == (part,)
    assert list(connector.list_payments(None, None))
    for kind in (SALE, CREDIT):
        assert connector.get_document(kind, done[kind].id).balance is not None
    connector.void_payment(paid.remote)


def change(at: Bench, kind: DocumentKind) -> None:
    document, now = at.pushed(f"C-{kind.value[:6]}", kind=kind)
    there = replace(document, id=now.id)
    at.connector.update(there)
    at.connector.delete(there)


def test_every_request_is_known_to_the_document(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=False) == []
    assert traffic.operations(sent) >= {
        *("GET v2/books", "GET v2/*/settings", "GET v2/*/taxrates/*"),
        *("GET v2/*/ledgeraccounts", "GET v2/*/items", "POST v2/*/items"),
        *("GET v2/*/customers", "POST v2/*/customers", "GET v2/*/customers/*"),
        *("POST v2/*/suppliers", "GET v2/*/suppliers/*"),
        *("GET v2/*/invoices", "POST v2/*/invoices", "PUT v2/*/invoices/*"),
        *("PATCH v2/*/invoices/*", "DELETE v2/*/invoices/*"),
        *("POST v2/*/invoices/*/email/markAsSent", "GET v2/*/creditnotes"),
        *("POST v2/*/creditNotes", "PATCH v2/*/creditNotes/*"),
        *("POST v2/*/creditNotes/*/transactionLinks", "DELETE v2/*/creditNotes/*"),
        *("GET v2/*/receipts", "POST v2/*/receipts", "DELETE v2/*/receipts/*"),
        *("GET v2/*/receipts/*", "POST v2/*/receipts/*/transactionLinks"),
        "DELETE v2/*/receipts/*/transactionlinks/*",
        "DELETE v2/*/creditNotes/*/transactionlinks/*",
        *("GET v2/*/payments", "GET */bills", "POST */bills", "GET */bills/*"),
        *("POST */bills/*/approve", "PUT */bills", "DELETE */bills/*"),
    }


def test_every_answer_is_known_to_the_document(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent, answers=True) == []


def test_explanations_are_needed(folder: Path, sent: list[Sent]) -> None:
    assert traffic.unused(folder, sent) == []


def test_each_call_of_the_api_carries_the_key(sent: list[Sent]) -> None:
    key = "Ocp-Apim-Subscription-Key"
    assert [s.url for s in sent if "/r1/" in s.url and not s.headers.get(key)] == []


@pytest.mark.parametrize(
    ("payload", "finding"),
    [
        ({"refrence": "1"}, "> refrence: unknown"),
        ({"invoiceDate": "2026-11-02"}, "> invoiceDate: '2026-11-02' is no date-time"),
        ({"amountTaxStatus": "Net"}, "> amountTaxStatus: 'Net' is none of its words"),
        ({"lineItems": [{"lineNumber": "1"}]}, "> lineNumber: '1' is no integer"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, payload: dict[str, Any], finding: str
) -> None:
    spec = openapi.load(folder / traffic.FILE, traffic.BASE)
    good = {
        "customer": "x",
        "invoiceDate": "2026-11-02T00:00:00Z",
        "amountTaxStatus": "Exclusive",
    }
    schema = {"$ref": "#/components/schemas/InvoiceInput"}
    found = list(spec.check(schema, good | payload, "POST", writing=True))
    assert len(found) == 1 and found[0].endswith(finding), found
