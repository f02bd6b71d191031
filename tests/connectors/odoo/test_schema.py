import json
import xmlrpc.client
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
from tests.connectors.odoo import traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SLUG = "odoo"


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    masters(at)
    documents = [full(at, kind) for kind in sorted(at.kind.capabilities.kinds)]
    pushed = at.connector.push(documents)
    remotes = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert len(remotes) == len(documents)
    read(at, remotes[DocumentKind.SALES_INVOICE])
    settle(at, remotes)
    change(at)


def masters(at: Bench) -> None:
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="GB")
    for role in PartyRole:
        party = at.party(
            f"Schema {role.value}",
            role=role,
            email="a@b.example",
            phone="1",
            tax_number="GB1",
            company_number="01234567",
            code="C1",
            address=address,
        )
        at.connector.create_parties([party])
    at.connector.ensure_item(
        Item(
            name="Schema item",
            code="4010",
            income_account_id=at.sample["account"],
            expense_account_id=at.sample["expense_account"],
        )
    )
    at.connector.control_balances(at.clock.now().date())
    assert list(at.connector.items())
    assert list(at.connector.bank_accounts())
    assert list(at.connector.ledger_accounts())
    assert list(at.connector.tax_codes())


def full(at: Bench, kind: DocumentKind) -> Document:
    return at.document(f"S-{kind.value}", kind=kind, note="A note", sent=True)


def read(at: Bench, invoice: RemoteDocument) -> None:
    at.connector.get_document(invoice.kind, invoice.id)
    at.connector.find_documents(invoice.kind, ["S-1"], party_ids=[invoice.party_id])
    assert list(at.connector.list_documents(invoice.kind, DAY, DAY))
    assert at.connector.changed_since(at.connector.changed_since("").cursor)


def settle(at: Bench, remotes: dict[DocumentKind, RemoteDocument]) -> None:
    bill = remotes[DocumentKind.SUPPLIER_INVOICE]
    invoice = remotes[DocumentKind.SALES_INVOICE]
    on_account = at.payment(invoice, allocations=(), reference="On account")
    results = at.connector.record_payments([at.payment(bill), on_account])
    assert [r.error for r in results] == [None, None]
    for payment in list(at.connector.list_payments(DAY, DAY)):
        at.connector.void_payment(payment)
    credit = remotes[DocumentKind.CREDIT_NOTE]
    both = tuple(
        Allocation(document_id=each.id, kind=each.kind, amount=each.gross)
        for each in (invoice, credit)
    )
    at.connector.allocate_credit(at.payment(invoice, amount=D(0), allocations=both))


def change(at: Bench) -> None:
    _, other = at.pushed("S-CHANGE")
    document = at.document(other.number, at.line("5.00"), id=other.id)
    at.connector.update(document)
    at.connector.mark_sent(document.kind, other)
    at.connector.void(replace(document, id=other.id))
    at.server.face.ledger.change_company(closed_until=DAY)
    [refused] = at.connector.push([at.document("S-REFUSED")])
    assert refused.error


CALLED = {
    "account.move.create",
    "account.move.write",
    "account.move.read",
    "account.move.search_read",
    "account.move.unlink",
    "account.move.action_post",
    "account.move.button_draft",
    "account.move.button_cancel",
    "account.move.line.read",
    "account.move.line.search_read",
    "account.move.line.reconcile",
    "account.payment.create",
    "account.payment.read",
    "account.payment.action_post",
    "account.payment.action_draft",
    "account.payment.action_cancel",
    "account.payment.register.create",
    "account.payment.register.action_create_payments",
    "res.partner.create",
    "product.product.create",
}


def test_every_field_is_known_to_a_real_server(at: Bench, folder: Path) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(traffic.load(folder), sent) == []
    assert CALLED <= traffic.methods_called(sent)


def test_the_practice_ledger_tells_the_fields_of_a_real_server(
    at: Bench, folder: Path
) -> None:
    """All that it shows, not only what our connector asks for."""
    models, found = traffic.load(folder), set()
    for name, model in sorted(at.server.face._models.items()):  # type: ignore[attr-defined] # Odoo's face has them
        if name in models:
            found |= {f"{name}.{f}" for f in model.fields.keys() - models[name].keys()}
    assert found <= {"res.partner.display_name", *traffic.EXPLAINED}


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"bogus": 1}, "account.move.bogus: unknown to account.move"),
        ({"partner_id": "7"}, "account.move.partner_id: '7' is no many2one"),
        ({"ref": 7}, "account.move.ref: 7 is no char"),
        ({"move_type": "bill"}, "account.move.move_type: 'bill' is no word of it"),
        (
            {"invoice_line_ids": [[0, 0, {"prize": 1}]]},
            "account.move.line.prize: unknown to account.move.line",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, values: dict[str, object], finding: str
) -> None:
    body = json.dumps({"vals_list": [values]}).encode()
    url = "https://x/json/2/account.move/create"
    sent = Sent(method="POST", url=url, body=body, status=200, answer=b"[1]")
    assert traffic.findings(traffic.load(folder), [sent]) == [finding]


def test_recorded_requests_pass_the_check(folder: Path) -> None:
    """The real server took them, so the check must; but for those meant to fail."""
    captured = json.loads((folder / "xmlrpc_captures_18.0.json").read_text())
    sent = [
        Sent(
            method="POST",
            url=f"https://x{each['request']['path']}",
            body=each["request"]["body"].encode(),
            status=each["response"]["status"],
            answer=each["response"]["body"].encode(),
        )
        for each in captured
        if "fault" not in each["label"]
    ]
    assert traffic.findings(traffic.load(folder), sent) == []


def test_our_face_answers_recorded_calls_alike(at: Bench, folder: Path) -> None:
    """A real server's version answer has the members that ours has."""
    captured = json.loads((folder / "xmlrpc_captures_18.0.json").read_text())
    body = captured[0]["response"]["body"]
    real: Any = xmlrpc.client.loads(body)[0][0]
    with xmlrpc.client.ServerProxy(f"{at.server.url}/xmlrpc/2/common") as proxy:
        ours: Any = proxy.version()
    assert set(ours) == set(real)
