from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connectors.errors import InDoubt, NotFound, Unsupported
from connectors.practice import edits
from connectors.practice.sap_s4hana_cloud.face import S4HanaCloud as S4HanaFace
from connectors.records import (
    AccountType,
    Address,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.sap_s4hana_cloud.connection import Rules
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.spec_check.recorder import recording

SLUG = "sap_s4hana_cloud"
INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def test_an_invoice_is_one_call(at: Bench) -> None:
    document = at.document("ONE-1")
    with recording() as sent:
        [result] = at.connector.push([document])
    assert len(sent) == 1 and result.remote
    found = at.connector.get_document(INVOICE, result.remote.id)
    assert (found.gross, found.tax) == (result.remote.gross, result.remote.tax)


def test_a_bill_brings_its_token_and_is_looked_up(at: Bench) -> None:
    document = at.document("BILL-1", kind=DocumentKind.SUPPLIER_INVOICE)
    with recording() as sent:
        [result] = at.connector.push([document])
    assert [s.method for s in sent] == ["GET", "POST", "GET"]
    assert result.remote and result.remote.id.endswith("-2026")


def test_one_token_serves_many_writes(at: Bench) -> None:
    parties = [at.party(f"Token {n} Ltd") for n in range(3)]
    with recording() as sent:
        at.connector.create_parties(parties)
    assert [s.method for s in sent] == ["GET", "POST", "POST", "POST"]


def test_a_token_that_ran_out_is_fetched_again(at: Bench) -> None:
    at.connector.create_party(at.party("Token Ltd"))
    face = at.server.face
    assert isinstance(face, S4HanaFace)
    face.end_sessions()
    with recording() as sent:
        assert at.connector.create_party(at.party("Another Ltd")).id
    assert [s.method for s in sent] == ["POST", "GET", "POST"]


def test_a_bill_whose_entry_is_not_seen_is_in_doubt(at: Bench) -> None:
    document = at.document("BILL-2", kind=DocumentKind.SUPPLIER_INVOICE)
    at.fault("status", status=503, path="CUBE")
    [result] = at.connector.push([document])
    at.clear_faults()
    assert isinstance(result.error, InDoubt)
    [found] = at.connector.find_sent([document])
    assert found and found.number == "BILL-2"


@pytest.mark.parametrize("kind", sorted(set(DocumentKind) - {DocumentKind.SALES_ORDER}))
def test_each_kind_is_reversed(at: Bench, kind: DocumentKind) -> None:
    document, remote = at.pushed("REV-1", kind=kind)
    done = at.connector.void(replace(document, id=remote.id))
    assert done.status is RemoteStatus.VOID
    [listed] = at.connector.find_documents(kind, ["REV-1"])
    assert listed.status is RemoteStatus.VOID


def test_a_reversed_document_may_be_sent_anew(at: Bench) -> None:
    document, remote = at.pushed("REV-2")
    at.connector.void(replace(document, id=remote.id))
    assert at.connector.find_sent([document]) == [None]


def test_what_is_not_there_cannot_be_reversed(at: Bench) -> None:
    with pytest.raises(NotFound):
        at.connector.void(at.document("X", id="1999999999-2026"))


def test_payments_of_the_books_come_back(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    _, remote = at.pushed("PAID-1")
    ledger = at.server.face.ledger
    edits.change(ledger, remote.id.partition("-")[0], {"status": "paid"})
    changes = at.connector.changed_since(cursor)
    [document] = [d for d in changes.documents if d.id == remote.id]
    assert (document.status, document.balance) == (RemoteStatus.PAID, Decimal(0))
    settled = [a for p in changes.payments for a in p.allocations]
    assert (remote.id, remote.gross) in [(a.document_id, a.amount) for a in settled]


def test_a_part_payment_is_seen_on_its_invoice(at: Bench) -> None:
    """The books of the practice ledger hold one."""
    [found] = at.connector.find_documents(INVOICE, ["M-1003"])
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, Decimal("204.00"))
    whole = at.connector.get_document(INVOICE, found.id)
    assert (whole.status, whole.balance) == (found.status, found.balance)


def test_both_directions_of_payments_are_listed(at: Bench) -> None:
    found = {p.direction for p in at.connector.list_payments(None, None)}
    assert found == set(PaymentDirection)


def test_documents_of_a_span_of_days_are_listed(at: Bench) -> None:
    _, remote = at.pushed("L-1")
    at.pushed("L-2", date=DAY + timedelta(days=1))
    listed = [d.id for d in at.connector.list_documents(INVOICE, DAY, DAY)]
    assert listed == [remote.id]


def test_foreign_documents_are_not_ours(at: Bench) -> None:
    listed = list(
        at.connector.list_documents(INVOICE, date(2010, 12, 1), date(2010, 12, 31))
    )
    assert {d.number for d in listed} == {"M-0101", "M-0102"}
    assert not any(d.reference for d in listed)


def test_a_partner_keeps_its_address(at: Bench) -> None:
    place = Address(street="1 Quay", city="Bristol", postcode="BS1 1AA")
    made = at.connector.create_party(at.party("Address Ltd", address=place))
    [found] = at.connector.get_parties(PartyRole.CUSTOMER, [made.id])
    assert found.address == replace(place, country="GB")


def test_accounts_of_the_settings_stand_in(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.fault("status", status=403, path="GLACCOUNT")
    monkeypatch.setattr(at.connector, "rules", with_accounts(at))
    found = [(a.code, a.name, a.type) for a in at.connector.ledger_accounts()]
    assert found == [
        ("41000000", "Domestic revenue", AccountType.INCOME),
        ("61000000", "Purchases", AccountType.EXPENSE),
        ("12100000", "12100000", AccountType.OTHER),
    ]


def with_accounts(at: Bench) -> Rules:
    lines = "0041000000 Domestic revenue\n61000000 Purchases\n12100000"
    return Rules({**at.grant.values, "accounts": lines})


def test_without_its_service_a_company_goes_by_its_code(at: Bench) -> None:
    at.fault("status", status=404, path="COMPANYCODE")
    found = at.connector.organisation()
    assert (found.name, found.id) == ("1010", "1010@my300000-api.s4hana.cloud.sap")


def test_payments_are_not_posted(at: Bench) -> None:
    _, remote = at.pushed("NO-1")
    with pytest.raises(Unsupported, match="on account alone"):
        at.connector.record_payments([at.payment(remote)])
