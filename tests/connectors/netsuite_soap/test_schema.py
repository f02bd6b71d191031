from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from connectors.records import (
    Address,
    Document,
    DocumentKind,
    Item,
    PartyRole,
    RemoteDocument,
)
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.netsuite_soap import xsd
from tests.connectors.spec_check.recorder import recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "netsuite_soap"


@pytest.fixture
def schema() -> etree.XMLSchema:
    return xsd.load(needed_specs_of(SLUG))


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    masters(at)
    kinds = sorted(at.kind.capabilities.kinds)
    cursor = at.connector.changed_since("").cursor
    pushed = at.connector.push([full(at, kind) for kind in kinds])
    remotes = {r.remote.kind: r.remote for r in pushed if r.remote}
    assert set(remotes) == set(kinds)
    paid = [
        at.payment(remotes[kind])
        for kind in (DocumentKind.SALES_INVOICE, DocumentKind.SUPPLIER_INVOICE)
    ]
    results = at.connector.record_payments(paid)
    assert all(r.remote for r in results)
    reads(at, cursor, results[0].remote)
    change(at)


def masters(at: Bench) -> None:
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
    for cost in ("", at.sample["expense_account"]):
        at.connector.ensure_item(
            Item(
                name=f"Schema item {bool(cost)}",
                code="4010",
                income_account_id=at.sample["account"],
                expense_account_id=cost,
            )
        )


def full(at: Bench, kind: DocumentKind) -> Document:
    return at.document(
        f"S-{kind.value}",
        at.line(),
        at.line("-1.00", position=2, quantity=Decimal(-1), unit_price=Decimal(1)),
        kind=kind,
        note="A note",
        job_code="JOB-1",
        rate=Decimal("1.5"),
    )


def reads(at: Bench, cursor: str, paid: object) -> None:
    at.connector.find_parties(PartyRole.SUPPLIER, ["Practice Supplier"])
    list(at.connector.items())
    list(at.connector.bank_accounts())
    for kind in at.kind.capabilities.kinds:
        list(at.connector.list_documents(kind, None, None))
        list(at.connector.list_documents(kind, None, at.document("X").date))
    payments = list(at.connector.list_payments(None, None))
    assert paid and {p.reference for p in payments} >= {"BACS 991"}
    for payment in payments:
        if payment.reference == "BACS 991":
            at.connector.void_payment(payment)
    assert any(p.deleted for p in at.connector.changed_since(cursor).payments)


def change(at: Bench) -> None:
    _, invoice = at.pushed("S-CHANGE")
    document = at.document("S-CHANGE", id=invoice.id, version=invoice.version)
    updated: RemoteDocument = at.connector.update(document)
    at.connector.delete(replace(document, version=updated.version))


def test_all_traffic_keeps_to_the_schema(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        everything(at)
    assert xsd.findings(schema, sent) == []
    operations = {name for each in sent for name in xsd.operations(each.body)}
    assert operations >= {"search", "getList", "upsertList", "update", "delete"}
    assert "getDeleted" in operations


def test_refusals_and_faults_keep_to_it_too(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        at.connector.push([at.document("S-BAD", party_id="987654321")])
        at.server.face.revoke_grants()
        with pytest.raises(Exception, match="tokens"):
            at.connector.organisation()
    assert sent[-1].status == 500
    assert xsd.findings(schema, sent) == []


def test_the_check_sees_a_wrong_order(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        at.pushed("S-ORDER")
    written = next(s.body for s in sent if b"upsertList" in s.body)
    root = etree.fromstring(written)
    row = next(e for e in root.iter() if etree.QName(e).localname == "itemList")[0]
    row.append(row[0])
    found = list(xsd.of_envelope(schema, etree.tostring(root)))
    assert found and "not expected" in found[0]


def test_the_check_sees_a_wrong_type(at: Bench, schema: etree.XMLSchema) -> None:
    with recording() as sent:
        at.pushed("S-TYPE")
    written = next(s.body for s in sent if b"upsertList" in s.body)
    wrong = written.replace(b"2026-11-20T12:00:00.000Z", b"20.11.2026", 1)
    found = list(xsd.of_envelope(schema, wrong))
    assert any("dateTime" in each for each in found)
