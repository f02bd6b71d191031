from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected
from connectors.myob.kinds import BILLS, INVOICES, kind_of
from connectors.myob.masters import organisation_from, party_from, preferred_tax_codes
from connectors.myob.payments import PAID, RECEIVED, REFUNDED
from connectors.myob.reading import document_from, document_status, payment_from
from connectors.records import (
    Allocation,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteLine,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal
GST = "3a5c7e90-0000-4000-8000-000000000004"
CREDIT, BILL = DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE


def sample(name: str) -> Any:
    return wire_json("myob", name)


def test_an_invoice_is_read_whole() -> None:
    found = document_from(
        DocumentKind.SALES_INVOICE, sample("invoice_created.json"), currency="AUD"
    )
    assert (found.number, found.gross, found.net, found.tax, found.balance) == (
        "INV-1042",
        D("136.40"),
        D("124.00"),
        D("12.40"),
        D("36.40"),
    )
    assert found.status is RemoteStatus.PART_PAID
    assert found.reference == "FinSync-00aa11bb22cc33dd44ee"
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert (found.currency, found.version) == ("AUD", "8653760884428439681")
    assert found.changed_at == datetime(2026, 11, 10, 9, 31, 4, 123000, UTC)


def test_headings_and_subtotals_are_no_lines() -> None:
    found = document_from(DocumentKind.SALES_INVOICE, sample("invoice_created.json"))
    assert [line.text for line in found.lines] == ["Annual service", "Valve"]


def test_a_credit_is_positive_here() -> None:
    row = sample("credit.json")
    found = document_from(CREDIT, row, rates={GST: D(10)})
    assert (found.gross, found.tax, found.balance) == (
        D("15.95"),
        D("1.45"),
        D("15.95"),
    )
    assert (found.status, found.reference) == (RemoteStatus.OPEN, "")
    assert found.lines == (
        RemoteLine(
            text="Valve",
            net=D("14.50"),
            quantity=D(1),
            unit_price=D("15.95"),
            account_id="3a5c7e90-0000-4000-8000-000000000003",
            item_id="3a5c7e90-0000-4000-8000-000000000006",
            tax_code_id=GST,
        ),
    )


def test_a_bill_is_known_by_the_number_of_the_supplier() -> None:
    found = document_from(BILL, sample("bill.json"))
    assert (found.number, found.status) == ("S-889", RemoteStatus.PAID)
    assert found.party_name == "Appliance Spares Direct"


@pytest.mark.parametrize(
    ("path", "total", "kind"),
    [
        (INVOICES, D("0.00"), DocumentKind.SALES_INVOICE),
        (INVOICES, D("-0.01"), CREDIT),
        (BILLS, D("-5.00"), BILL),
    ],
)
def test_the_sign_tells_the_kind(path: str, total: Decimal, kind: DocumentKind) -> None:
    assert kind_of(path, {"TotalAmount": total}) is kind


@pytest.mark.parametrize(
    ("word", "total", "left", "status"),
    [
        ("Open", "10", "10", RemoteStatus.OPEN),
        ("Open", "10", "4", RemoteStatus.PART_PAID),
        ("Closed", "10", "0", RemoteStatus.PAID),
        ("Credit", "-10", "-10", RemoteStatus.OPEN),
        ("Credit", "-10", "-4", RemoteStatus.PART_PAID),
        ("Credit", "10", "-2", RemoteStatus.PAID),
        ("Unknown", "10", "10", RemoteStatus.UNKNOWN),
    ],
)
def test_statuses(word: str, total: str, left: str, status: RemoteStatus) -> None:
    row = {"Status": word, "TotalAmount": D(total), "BalanceDueAmount": D(left)}
    assert document_status(row) is status


def test_money_received_without_what_paid_an_order() -> None:
    found = payment_from(RECEIVED, sample("received.json"), currency="AUD")
    assert (found.direction, found.amount) == (PaymentDirection.RECEIVED, D("100.00"))
    assert (found.reference, found.method) == ("BACS 991", "Bank Deposit")
    [settled] = found.allocations
    assert (settled.amount, settled.kind) == (D("80.00"), DocumentKind.SALES_INVOICE)


@pytest.mark.parametrize(
    ("path", "name", "kind", "id"),
    [(PAID, "paid.json", BILL, 7), (REFUNDED, "refund.json", CREDIT, 5)],
)
def test_money_made(path: str, name: str, kind: DocumentKind, id: int) -> None:
    found = payment_from(path, sample(name))
    assert found.direction is PaymentDirection.MADE
    document = f"3a5c7e90-0000-4000-8000-{id:012d}"
    settled = Allocation(document_id=document, kind=kind, amount=found.amount)
    assert found.allocations == (settled,)


def test_a_person_has_two_names() -> None:
    found = party_from(PartyRole.CUSTOMER, sample("person.json"))
    assert (found.name, found.code) == ("Ann Ng", "")
    assert (found.tax_number, found.email) == ("51 824 753 556", "ann@books.example")
    assert found.address.region == "TAS"


def test_the_preferences_decide_what_may_be_sent() -> None:
    file = sample("company_file.json")["CompanyFile"]
    found = organisation_from(file, sample("preferences.json"))
    assert (found.country, found.home_currency) == ("AU", "AUD")
    assert found.locked_before == date(2026, 7, 1)
    assert found.facts["reversed_only"] == "true"


def test_new_cards_get_the_tax_codes_of_the_preferences() -> None:
    told = sample("preferences.json")
    freight = "3a5c7e90-0000-4000-8000-000000000016"
    assert preferred_tax_codes(told, PartyRole.CUSTOMER) == (GST, freight)
    assert preferred_tax_codes(told, PartyRole.SUPPLIER) == (GST, GST)
    with pytest.raises(Rejected):
        preferred_tax_codes({}, PartyRole.CUSTOMER)
