import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    PartyRole,
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.freeagent import traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SLUG = "freeagent"


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
    at.connect(at.credentials)
    address = Address(
        street="1 Quay", city="Bristol", region="BST", postcode="BS1", country="UK"
    )
    at.connector.create_party(
        at.party("Schema Ltd", email="a@b.example", phone="1", address=address)
    )
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push([full(at, kind) for kind in kinds])
    drafts = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert set(drafts) == set(kinds), pushed
    done = {kind: at.connector.finalise(kind, drafts[kind]) for kind in kinds}
    read(at, kinds)
    settle(at, done)
    change(at)


def full(at: Bench, kind: DocumentKind) -> Document:
    return at.document(
        f"S-{kind.value}",
        at.line(),
        at.line(position=2, tax_code_id="EXEMPT", tax_rate=D(0), tax=D(0)),
        kind=kind,
        currency="EUR",
        rate=D("0.85"),
        note="A note",
        sent=True,
    )


def read(at: Bench, kinds: list[DocumentKind]) -> None:
    connector = at.connector
    assert next(connector.items()).id and next(connector.bank_accounts()).id
    assert next(connector.ledger_accounts()).id and next(connector.tax_codes()).id
    connector.find_parties(PartyRole.CUSTOMER, ["Schema Ltd"])
    connector.get_parties(PartyRole.CUSTOMER, [at.sample["customer"]])
    for kind in kinds:
        for _ in range(2):
            assert connector.find_documents(kind, [f"S-{kind.value}"])
        assert list(connector.list_documents(kind, DAY, DAY))
    connector.changed_since(connector.changed_since("").cursor)


def settle(at: Bench, done: dict[DocumentKind, RemoteDocument]) -> None:
    connector = at.connector
    both = tuple(
        Allocation(document_id=done[kind].id, kind=kind, amount=D("1.00"))
        for kind in (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)
    )
    invoice = done[DocumentKind.SALES_INVOICE]
    connector.allocate_credit(at.payment(invoice, amount=D(0), allocations=both))
    bill = done[DocumentKind.SUPPLIER_INVOICE]
    paying = at.payment(bill, currency="EUR", rate=D("0.85"))
    [paid] = connector.record_payments([paying])
    assert paid.remote, paid.error
    assert list(connector.list_payments(DAY, DAY))
    connector.void_payment(paid.remote)


def change(at: Bench) -> None:
    document, now = at.pushed("S-CHANGE")
    there = replace(document, id=now.id, version=now.version)
    at.connector.update(there)
    at.connector.delete(there)


def test_every_request_is_known_to_the_collection(
    folder: Path, sent: list[Sent]
) -> None:
    assert traffic.findings(folder, sent) == []
    assert traffic.operations(sent) >= {
        *("POST invoices", "POST credit_notes", "POST bills", "POST contacts"),
        *("PUT invoices", "DELETE invoices", "GET categories", "GET company"),
        *("POST bank_transaction_explanations", "POST credit_note_reconciliations"),
        *("DELETE bank_transaction_explanations", "GET users", "GET bank_accounts"),
    }


def test_explanations_are_needed(
    folder: Path, sent: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    explained = dict(traffic.EXPLAINED)
    monkeypatch.setattr(traffic, "EXPLAINED", {})
    found = "\n".join(traffic.findings(folder, sent))
    assert [p for p in explained if not re.search(p, found)] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "finding"),
    [
        ("POST", "/v2/invoyces", b"", "POST /v2/invoyces: unknown to the collection"),
        ("GET", "/v2/invoices?number=1", b"", "GET /v2/invoices ?number: unknown"),
        ("POST", "/v2/bills", b'{"bil": {}}', "POST /v2/bills > bil: unknown"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, method: str, path: str, body: bytes, finding: str
) -> None:
    wrong = Sent(
        method=method,
        url=f"https://x{path}",
        body=body,
        status=200,
        answer=b"",
        headers={"User-Agent": "FinSync"},
    )
    assert traffic.findings(folder, [wrong]) == [finding]
