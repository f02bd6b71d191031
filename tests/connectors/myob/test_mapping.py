from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.myob.filters import changed_after, dated
from connectors.myob.kinds import spellings
from connectors.myob.mapping import document_payload, forecast_totals, update_payload
from connectors.myob.masters import names_filter, party_payload
from connectors.myob.payments import (
    PAID,
    RECEIVED,
    REFUNDED,
    payment_request,
    settlements,
)
from connectors.myob.sold_items import SoldItems
from connectors.records import (
    Allocation,
    DocumentKind,
    Item,
    Line,
    Party,
    PartyRole,
    PaymentDirection,
    Totals,
)
from tests.connectors.clocks import StillClock
from tests.connectors.examples import document, line, payment

D = Decimal
CREDIT, BILL = DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE
LINE = {
    "Type": "Transaction",
    "Description": "Boiler service",
    "UnitPrice": D("60.00"),
    "Total": D("120.00"),
    "TaxCode": {"UID": "T20"},
    "UnitCount": D(2),
    "Account": {"UID": "200"},
}


def payload(*lines: Line, **changes: Any) -> dict[str, Any]:
    return document_payload(document(*lines, **changes), home="GBP")


def test_an_invoice_in_the_service_layout() -> None:
    assert payload(note="Thank you", job_code="JOB-77") == {
        "Customer": {"UID": "58"},
        "Date": "2026-11-02T00:00:00",
        "IsTaxInclusive": False,
        "Terms": {"PaymentIsDue": "InAGivenNumberOfDays", "BalanceDueDate": 30},
        "JournalMemo": "FS-77 | Job JOB-77 | Thank you",
        "Lines": [LINE],
        "Comment": "Thank you",
        "CustomerPurchaseOrderNumber": "JOB-77",
        "Number": "INV-1042",
        "InvoiceDeliveryStatus": "Nothing",
    }


def test_an_invoice_in_the_item_layout() -> None:
    told = document_payload(document(), home="", item_of=lambda _: "I-1")
    assert told["Lines"] == [
        {
            "Type": "Transaction",
            "Description": "Boiler service",
            "UnitPrice": D("60.00"),
            "Total": D("120.00"),
            "TaxCode": {"UID": "T20"},
            "ShipQuantity": D(2),
            "Item": {"UID": "I-1"},
        }
    ]


def test_a_credit_note_is_a_negative_invoice() -> None:
    [told] = payload(kind=CREDIT)["Lines"]
    assert (told["UnitCount"], told["UnitPrice"]) == (D(-2), D("60.00"))
    assert told["Total"] == D("-120.00")


def test_a_bill_names_the_number_of_the_supplier() -> None:
    told = payload(kind=BILL, number="2026/RECHNUNG-000889")
    assert told["SupplierInvoiceNumber"] == "2026/RECHNUNG-000889"
    assert told["Supplier"] == {"UID": "58"} and "Number" not in told


def test_prices_that_hold_the_tax_are_told_so() -> None:
    told = payload(line(unit_price=D("72.00")), prices_include_tax=True)
    assert told["IsTaxInclusive"] is True
    [row] = told["Lines"]
    assert (row["UnitPrice"], row["Total"]) == (D("72.00"), D("144.00"))


@pytest.mark.parametrize(
    ("changes", "count", "price"),
    [
        ({"discount_percent": D(5), "net": D("114.00")}, D(2), D("57.00")),
        ({"quantity": D("2.125"), "net": D("17.01")}, D("2.125"), D("8.004706")),
        ({"quantity": D(3), "unit_price": D(1), "net": D(-1)}, D(3), D("-0.333333")),
    ],
)
def test_quantity_times_price_comes_to_the_total(
    changes: dict[str, Any], count: Decimal, price: Decimal
) -> None:
    [told] = payload(line(**changes))["Lines"]
    assert (told["UnitCount"], told["UnitPrice"]) == (count, price)
    assert round(count * price, 2) == told["Total"] == changes["net"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"number": "N" * 14}, "NUMBER_TOO_LONG", "number"),
        ({"number": "N" * 256, "kind": BILL}, "NUMBER_TOO_LONG", "number"),
        ({"currency": "USD"}, "CURRENCY", "currency"),
        ({"lines": (line(tax_code_id=""),)}, "NO_TAX", "lines"),
        ({"lines": (line(account_id=""),)}, "NO_NOMINAL", "lines"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(document(), **changes), home="GBP")
    assert (caught.value.status_code, caught.value.field) == (code, field)


def test_orders_are_not_sent() -> None:
    with pytest.raises(Unsupported):
        payload(kind=DocumentKind.SALES_ORDER)


def test_an_update_names_version_and_rows() -> None:
    heading = {"Type": "Header", "RowID": 1, "RowVersion": "a"}
    row = {"Type": "Transaction", "RowID": 2, "RowVersion": "b"}
    now = {"UID": "u", "RowVersion": "v", "Lines": [heading, row]}
    told = update_payload(payload(line(), line(position=2)), now)
    assert (told["UID"], told["RowVersion"]) == ("u", "v")
    assert told["Lines"] == [LINE | {"RowID": 2, "RowVersion": "b"}, LINE]


def test_an_update_of_a_bill_keeps_its_own_number() -> None:
    now = {"UID": "u", "RowVersion": "v", "Number": "00000031", "Lines": []}
    assert update_payload(payload(kind=BILL), now)["Number"] == "00000031"


THREE = [line(position=n, net=D("8.33"), tax=D("1.67")) for n in range(3)]


@pytest.mark.parametrize(
    ("per_code", "inclusive", "net", "tax"),
    [
        (False, False, "24.99", "5.01"),
        (True, False, "24.99", "5.00"),
        (False, True, "24.99", "5.01"),
        (True, True, "25.00", "5.00"),
    ],
)
def test_taxes_are_forecast_as_the_file_rounds_them(
    per_code: bool, inclusive: bool, net: str, tax: str
) -> None:
    asked = document(*THREE, prices_include_tax=inclusive)
    found = forecast_totals(asked, per_code=per_code)
    assert found == Totals(net=D(net), tax=D(tax), gross=D(net) + D(tax))


@pytest.mark.parametrize(
    ("kind", "number", "written"),
    [
        (DocumentKind.SALES_INVOICE, "1042", {"1042", "00001042"}),
        (DocumentKind.SALES_INVOICE, "INV-1", {"INV-1"}),
        (CREDIT, "123456789", {"123456789"}),
        (BILL, "1042", {"1042"}),
    ],
)
def test_numbers_of_digits_may_be_filled_up(
    kind: DocumentKind, number: str, written: set[str]
) -> None:
    assert spellings(kind, number) == written


def test_names_are_looked_for_as_companies_and_people() -> None:
    assert names_filter(["Ann Mary Ng"]) == (
        "(CompanyName eq 'Ann Mary Ng' or (LastName eq 'Ng' and "
        "FirstName eq 'Ann Mary'))"
    )
    assert names_filter(["O'Hara"]) == "CompanyName eq 'O''Hara'"


def test_days_are_moments_there() -> None:
    told = dated("Date", date(2026, 11, 1), date(2026, 11, 30))
    assert told == (
        "Date ge datetime'2026-11-01T00:00:00' and "
        "Date le datetime'2026-11-30T23:59:59'"
    )
    now = StillClock().now()
    assert changed_after(now) == "LastModified gt datetime'2026-11-25T12:00:00'"


def card(**changes: Any) -> dict[str, Any]:
    base = Party(role=PartyRole.CUSTOMER, name="Kallista", code="C-7", email="a@b.c")
    party = replace(base, **changes)
    return party_payload(party, tax_code="G", freight_tax_code="F")


def test_a_card_needs_both_tax_codes() -> None:
    assert card() == {
        "CompanyName": "Kallista",
        "IsIndividual": False,
        "IsActive": True,
        "Addresses": [{"Location": 1, "Email": "a@b.c"}],
        "SellingDetails": {"TaxCode": {"UID": "G"}, "FreightTaxCode": {"UID": "F"}},
        "DisplayID": "C-7",
    }


@pytest.mark.parametrize(
    ("number", "field"),
    [("51 824 753 556", "ABN"), ("NZ 123-456-789", "TaxIdNumber")],
)
def test_a_business_number_has_a_field_of_its_own(number: str, field: str) -> None:
    assert card(tax_number=number)["SellingDetails"][field] == number


def test_a_code_that_is_too_long_is_left_out() -> None:
    assert "DisplayID" not in card(code="C" * 16)


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        card(name="N" * 51)
    assert caught.value.field == "name"


def test_money_received() -> None:
    assert payment_request(payment()) == (
        RECEIVED,
        {
            "Date": "2026-11-05T00:00:00",
            "Account": {"UID": "090"},
            "Memo": "BACS 991",
            "DepositTo": "Account",
            "Customer": {"UID": "58"},
            "AmountReceived": D("100.00"),
            "Invoices": [{"UID": "1", "AmountApplied": D("100.00"), "Type": "Invoice"}],
        },
    )


def test_money_paid_and_paid_back() -> None:
    made = PaymentDirection.MADE
    bill = Allocation(document_id="7", kind=BILL, amount=D(5))
    credit = Allocation(document_id="9", kind=CREDIT, amount=D(5))
    path, told = payment_request(payment(bill, direction=made))
    assert (path, told["AmountPaid"], told["PayFrom"]) == (PAID, D(5), "Account")
    assert told["Lines"] == [
        {"Type": "Bill", "Purchase": {"UID": "7"}, "AmountApplied": D(5)}
    ]
    path, told = payment_request(payment(credit, direction=made))
    assert (path, told["Invoice"], told["Amount"]) == (REFUNDED, {"UID": "9"}, D(5))


CREDITS = tuple(Allocation(document_id=id, kind=CREDIT, amount=D(5)) for id in "89")


@pytest.mark.parametrize(
    "changes",
    [
        {"bank_account_id": ""},
        {"amount": D("100.01")},
        {"allocations": ()},
        {"allocations": CREDITS, "amount": D(10), "direction": PaymentDirection.MADE},
    ],
)
def test_payments_that_cannot_be_told(changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        payment_request(replace(payment(), **changes))


def test_each_credit_is_settled_by_itself() -> None:
    kind = DocumentKind.SALES_INVOICE
    owed = Allocation(document_id="1", kind=kind, amount=D(8))
    told = settlements(payment(owed, *CREDITS, amount=D(0)))
    assert [each["CreditFromInvoice"]["UID"] for each in told] == ["8", "9"]
    assert [each["Lines"][0]["AmountApplied"] for each in told] == [D(5), D(3)]
    assert told[0]["Customer"] == {"UID": "58"}


ITEMS = SoldItems(
    [
        Item(id="1", name="Labour", code="LAB", income_account_id="200"),
        Item(id="2", name="Valve", code="VALVE", income_account_id="200"),
    ]
)


@pytest.mark.parametrize(
    ("changes", "item"),
    [
        ({"product_code": "valve"}, "2"),
        ({"product_code": "unknown"}, "1"),
        ({"item_id": "7"}, "7"),
    ],
)
def test_a_line_is_sold_as_an_item(changes: dict[str, Any], item: str) -> None:
    assert ITEMS.of(line(**changes)) == item


def test_a_line_without_an_item_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        ITEMS.of(line(account_id="999"))
    assert caught.value.status_code == "NO_NOMINAL"
