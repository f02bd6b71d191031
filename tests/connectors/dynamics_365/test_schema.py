import re
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.records import (
    Address,
    DocumentKind,
    PartyRole,
    RemoteDocument,
)
from connectors.settings import ConnectionConfig
from tests.connectors.contract_parts.bench import DAY, Bench
from tests.connectors.dynamics_365 import traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of

SLUG = "dynamics_365"


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def sent(at: Bench) -> list[Sent]:
    with recording() as sent:
        everything(at)
    return sent


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    at.connect(at.credentials)
    parties(at)
    remotes = documents(at)
    reads(at)
    paid = [r for r in remotes if r.kind is not DocumentKind.CREDIT_NOTE]
    payments = [at.payment(r) for r in paid]
    for _ in range(2):
        results = at.connector.record_payments(payments)
        assert all(result.remote for result in results), results
    at.connector.changed_since(at.connector.changed_since("").cursor)
    document, now = at.pushed("S-VOID")
    at.connector.void(replace(document, id=now.id))
    assert list(at.connector.list_documents(DocumentKind.CREDIT_NOTE, DAY, DAY))
    closed = DAY.replace(month=10, day=31)
    at.server.face.ledger.change_company(closed_until=closed)
    at.connector.push([at.document("S-CLOSED", date=closed)])


def parties(at: Bench) -> None:
    address = Address(
        street="1 Quay", city="Bristol", region="Avon", postcode="BS1", country="gb"
    )
    full = at.party(
        "Schema Ltd",
        email="a@b.example",
        phone="1",
        tax_number="GB1",
        currency=at.home,
        address=address,
    )
    made = at.connector.create_parties([full, replace(full, role=PartyRole.SUPPLIER)])
    assert all(result.party for result in made)
    for role in PartyRole:
        assert at.connector.find_parties(role, ["Schema Ltd"])
        assert list(at.connector.list_parties(role))


def documents(at: Bench) -> list[RemoteDocument]:
    with_credits = ConnectionConfig(platform=SLUG, values={"apply_credits": "true"})
    at.connector.style = at.connector.style.of(with_credits)  # type: ignore[attr-defined]
    _, first = at.pushed("S-FIRST")
    kinds = sorted(at.kind.capabilities.kinds)
    pushed = at.connector.push(
        [
            at.document(
                f"S-{kind.value}",
                at.line(),
                at.line(position=2, account_id=""),
                kind=kind,
                note="A note\nof two lines",
                care_of_name="Nobody",
                job_code="7781",
                credited_id=first.id,
            )
            for kind in kinds
        ]
    )
    remotes = [result.remote for result in pushed if result.remote]
    assert len(remotes) == len(kinds), pushed
    for remote in remotes:
        at.connector.finalise(remote.kind, remote)
        assert at.connector.find_documents(remote.kind, [remote.reference])
        assert list(at.connector.list_documents(remote.kind, DAY, DAY))
    return remotes


def reads(at: Bench) -> None:
    for rows in (
        at.connector.items(),
        at.connector.ledger_accounts(),
        at.connector.bank_accounts(),
        at.connector.tax_codes(),
    ):
        assert list(rows)


def test_every_name_is_known_to_the_lists(folder: Path, sent: list[Sent]) -> None:
    assert traffic.findings(folder, sent) == []
    told = {
        f"{call.method} {re.sub(r'[(][^)]*[)]', '', call.path.partition('?')[0])}"
        for call in traffic.calls(sent)
    }
    assert told >= {
        "POST companies/salesInvoices",
        "POST companies/salesCreditMemos",
        "POST companies/purchaseInvoices",
        "POST companies/customers",
        "POST companies/vendors",
        "POST companies/customerPaymentJournals/customerPayments",
        "POST companies/vendorPaymentJournals/vendorPayments",
        "POST companies/journals/Microsoft.NAV.post",
        "POST companies/salesInvoices/Microsoft.NAV.post",
        "POST companies/salesInvoices/Microsoft.NAV.cancel",
        "DELETE companies/salesInvoices",
        "GET companies/generalLedgerEntries",
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
        ("GET", "invoices", b"", "companies(1)/invoices: no such set"),
        (
            "GET",
            "items?$filter=colour eq 'red'",
            b"",
            "item?$filter: colour is unknown",
        ),
        (
            "POST",
            "items(1)/Microsoft.NAV.burn",
            b"",
            "items/Microsoft.NAV.burn: no such",
        ),
        ("POST", "salesInvoices", b'{"number": "1"}', "salesInvoice.number: read-only"),
        (
            "POST",
            "salesInvoices",
            b'{"salesInvoiceLines": [{"colour": 1}]}',
            "salesInvoiceLine.colour: unknown",
        ),
        (
            "POST",
            "salesInvoices",
            b'{"customerId": "1"}',
            "salesInvoice.customerId: '1' is no guid?",
        ),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, method: str, path: str, body: bytes, finding: str
) -> None:
    wrong = Sent(
        method=method,
        url=f"https://x/v2.0/t/e/api/v2.0/companies(1)/{path}",
        body=body,
        status=400,
        answer=b"",
    )
    [found] = traffic.findings(folder, [wrong])
    assert found.startswith(finding)
