from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteStatus,
    Totals,
)
from connectors.sap_business_one import masters, reading
from connectors.sap_business_one.mapping import (
    Style,
    document_payload,
    document_write,
    forecast_totals,
    warnings_of,
)
from connectors.sap_business_one.payments import payment_payload
from connectors.settings import ConnectionConfig

D = Decimal
DAY = date(2026, 11, 20)
LINE = Line(
    position=1,
    text="Labour",
    quantity=D("2.5"),
    unit_price=D(60),
    net=D(150),
    tax=D(30),
    tax_rate=D(20),
    account_id="40100",
    item_id="LABOUR",
    tax_code_id="O1",
)
INVOICE = Document(
    kind=DocumentKind.SALES_INVOICE,
    number="INV-2041",
    reference="FinSync-0a1b",
    party_id="C20000",
    date=DAY,
    due_date=date(2026, 12, 20),
    currency="GBP",
    lines=(LINE,),
    net=D(150),
    tax=D(30),
    gross=D(180),
)
PAYLOAD: dict[str, Any] = {
    "CardCode": "C20000",
    "NumAtCard": "INV-2041",
    "DocType": "dDocument_Service",
    "DocDate": DAY,
    "DocDueDate": date(2026, 12, 20),
    "TaxDate": DAY,
    "JournalMemo": "FinSync-0a1b",
    "DocCurrency": "GBP",
    "DocumentLines": [
        {
            "ItemDescription": "Labour",
            "AccountCode": "40100",
            "LineTotal": D(150),
            "VatGroup": "O1",
        }
    ],
}
PAYMENT = Payment(
    direction=PaymentDirection.RECEIVED,
    key="k",
    party_id="C20000",
    date=DAY,
    amount=D("287.99"),
    currency="GBP",
    allocations=(
        Allocation(
            document_id="951", kind=DocumentKind.SALES_INVOICE, amount=D("287.99")
        ),
    ),
    bank_account_id="161000",
    reference="CARD-998",
)


def test_a_document_of_services_carries_the_nominal_on_each_row() -> None:
    assert document_payload(INVOICE, Style()) == PAYLOAD


@pytest.mark.parametrize(
    ("changes", "style", "expected"),
    [
        ({"due_date": None}, {}, {"DocDueDate": DAY}),
        ({"rate": D("0.85"), "currency": "EUR"}, {}, {"DocRate": D("0.85")}),
        (
            {"job_code": "7781", "note": "Thanks", "credited_number": "INV-1"},
            {},
            {"Comments": "Repair job 7781\nCredits INV-1\nThanks"},
        ),
        ({"care_of_name": "Letts"}, {}, {"Comments": "Care of Letts"}),
        ({}, {"branch": "2"}, {"BPL_IDAssignedToInvoice": 2}),
        ({}, {"reference_field": "U_FinSync"}, {"U_FinSync": "FinSync-0a1b"}),
    ],
)
def test_what_else_a_document_tells(
    changes: dict[str, Any], style: dict[str, Any], expected: dict[str, Any]
) -> None:
    payload = document_payload(replace(INVOICE, **changes), Style(**style))
    assert {name: payload[name] for name in expected} == expected


def test_rows_of_items_multiply_to_our_nets() -> None:
    style = Style(items=True, warehouse="01")
    payload = document_payload(INVOICE, style)
    assert payload["DocType"] == "dDocument_Items"
    assert payload["DocumentLines"] == [
        {
            "ItemCode": "LABOUR",
            "Quantity": D("2.5"),
            "UnitPrice": D("60.00"),
            "AccountCode": "40100",
            "WarehouseCode": "01",
            "ItemDescription": "Labour",
            "VatGroup": "O1",
        }
    ]


def test_one_line_without_a_product_makes_it_services() -> None:
    mixed = replace(INVOICE, lines=(LINE, replace(LINE, item_id="")))
    payload = document_payload(mixed, Style(items=True))
    assert payload["DocType"] == "dDocument_Service"
    assert not any("ItemCode" in row for row in payload["DocumentLines"])


def test_sales_tax_codes_stand_in_another_field() -> None:
    payload = document_payload(INVOICE, Style(tax_field="TaxCode"))
    assert payload["DocumentLines"][0]["TaxCode"] == "O1"


@pytest.mark.parametrize(
    ("line", "code"),
    [({"account_id": ""}, "NO_NOMINAL"), ({"tax_code_id": ""}, "NO_TAX")],
)
def test_rows_that_lack_something_are_refused(line: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        document_payload(replace(INVOICE, lines=(replace(LINE, **line),)), Style())
    assert (caught.value.status_code, caught.value.field) == (code, "lines")


def test_orders_are_not_sent() -> None:
    with pytest.raises(Unsupported):
        document_write(replace(INVOICE, kind=DocumentKind.SALES_ORDER), Style())


def test_long_text_is_cut_and_told() -> None:
    long = replace(INVOICE, lines=(replace(LINE, text="x" * 101),))
    [row] = document_payload(long, Style())["DocumentLines"]
    assert len(row["ItemDescription"]) == 100
    assert warnings_of(long) == ("The text of line 1 was cut at 100 characters.",)
    assert warnings_of(INVOICE) == ()


def test_tax_is_forecast_row_by_row() -> None:
    small = replace(LINE, net=D("0.03"), tax=D("0.01"))
    document = replace(INVOICE, lines=(small, small), tax_override=D("9.99"))
    expected = Totals(net=D("0.06"), tax=D("0.02"), gross=D("0.08"))
    assert forecast_totals(document) == expected


def test_the_style_comes_from_the_settings() -> None:
    values = {"rows": "items", "tax_field": "TaxCode", "reference_field": "U_X"}
    config = ConnectionConfig(platform="sap_business_one", values=values)
    assert Style.of(config) == Style(
        items=True, tax_field="TaxCode", reference_field="U_X"
    )


def test_a_payment_is_a_transfer_that_settles_invoices() -> None:
    assert payment_payload(PAYMENT) == {
        "CardCode": "C20000",
        "DocType": "rCustomer",
        "DocDate": DAY,
        "TransferAccount": "161000",
        "TransferDate": DAY,
        "TransferSum": D("287.99"),
        "DocCurrency": "GBP",
        "TransferReference": "CARD-998",
        "Remarks": "CARD-998",
        "PaymentInvoices": [
            {
                "DocEntry": 951,
                "InvoiceType": "it_Invoice",
                "SumApplied": D("287.99"),
            }
        ],
    }


def test_a_foreign_payment_settles_in_its_currency() -> None:
    payload = payment_payload(replace(PAYMENT, currency="EUR", rate=D("0.85")))
    assert payload["DocRate"] == D("0.85")
    assert payload["PaymentInvoices"][0]["AppliedFC"] == D("287.99")


@pytest.mark.parametrize(
    ("kind", "party_type"),
    [
        (DocumentKind.SUPPLIER_INVOICE, "rSupplier"),
        (DocumentKind.CREDIT_NOTE, "rCustomer"),
    ],
)
def test_money_out_goes_to_suppliers_or_back_to_customers(
    kind: DocumentKind, party_type: str
) -> None:
    paid = replace(PAYMENT.allocations[0], kind=kind)
    made = replace(PAYMENT, direction=PaymentDirection.MADE, allocations=(paid,))
    assert payment_payload(made)["DocType"] == party_type


def test_a_payment_needs_an_account() -> None:
    with pytest.raises(Rejected) as caught:
        payment_payload(replace(PAYMENT, bank_account_id=""))
    assert caught.value.status_code == "NO_BANK"


@pytest.mark.parametrize(
    ("party", "code"),
    [
        (Party(role=PartyRole.CUSTOMER, name="A", code="0017"), "C0017"),
        (Party(role=PartyRole.SUPPLIER, name="A", code="0017"), "V0017"),
    ],
)
def test_a_partners_code_follows_from_ours(party: Party, code: str) -> None:
    assert masters.card_code(party) == code


def test_a_partner_without_code_keeps_its_own_for_the_same_intent() -> None:
    party = Party(role=PartyRole.CUSTOMER, name="A", key="k1")
    assert masters.card_code(party) == masters.card_code(replace(party, name="B"))
    assert masters.card_code(party) != masters.card_code(replace(party, key="k2"))
    assert len(masters.card_code(party)) == 15


def test_a_country_that_is_no_code_is_left_out() -> None:
    address = Address(city="Bristol", country="England")
    party = Party(role=PartyRole.CUSTOMER, name="A", address=address)
    assert masters.party_payload(party)["BPAddresses"] == [
        {"AddressName": "Bill to", "AddressType": "bo_BillTo", "City": "Bristol"}
    ]


def test_the_rate_in_force_counts() -> None:
    lines = [
        {"Effectivefrom": "2011-01-04T00:00:00Z", "Rate": D(20)},
        {"Effectivefrom": "2008-12-01T00:00:00Z", "Rate": D(15)},
        {"Effectivefrom": "2030-01-01T00:00:00Z", "Rate": D(22)},
    ]
    row = {"Code": "O1", "Category": "bovcOutputTax", "VatGroups_Lines": lines}
    tax = masters.vat_group_from(row, DAY)
    assert (tax.rate, tax.sales, tax.purchases) == (D(20), True, False)
    assert masters.vat_group_from(row, date(2000, 1, 1)).rate is None


def test_an_account_is_known_by_what_people_see() -> None:
    row = {"Code": "_SYS00000000123", "FormatCode": "40100", "CashAccount": "tYES"}
    account = masters.account_from(row)
    assert (account.id, account.code, account.type) == (
        "_SYS00000000123",
        "40100",
        "bank",
    )


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"DocumentStatus": "bost_Open"}, RemoteStatus.OPEN),
        ({"DocumentStatus": "bost_Open", "PaidToDate": D(5)}, RemoteStatus.PART_PAID),
        ({"DocumentStatus": "bost_Close", "PaidToDate": D(10)}, RemoteStatus.PAID),
        ({"DocumentStatus": "bost_Paid"}, RemoteStatus.PAID),
        ({"DocumentStatus": "bost_Close", "Cancelled": "tYES"}, RemoteStatus.VOID),
        ({"CancelStatus": "csCancellation"}, RemoteStatus.VOID),
        ({"AuthorizationStatus": "dasPending"}, RemoteStatus.DRAFT),
        ({"DocumentStatus": "bost_New"}, RemoteStatus.UNKNOWN),
    ],
)
def test_states_are_read_in_our_words(
    row: dict[str, Any], status: RemoteStatus
) -> None:
    whole = {"DocEntry": 1, "DocTotal": D(10), **row}
    found = reading.document_from(DocumentKind.SALES_INVOICE, whole)
    assert found.status is status


def test_amounts_of_another_currency_are_read_in_it() -> None:
    row = {
        "DocEntry": 1,
        "DocTotal": D(85),
        "DocTotalFc": D(100),
        "VatSumFc": D(20),
        "DocCurrency": "EUR",
        "DocRate": D("0.85"),
        "DocumentStatus": "bost_Open",
    }
    found = reading.document_from(DocumentKind.SALES_INVOICE, row)
    assert (found.gross, found.net, found.rate) == (D(100), D(80), D("0.85"))


@pytest.mark.parametrize(
    ("memo", "reference"),
    [("FinSync-0a1b", "FinSync-0a1b"), ("A/R Invoices - C1", "")],
)
def test_a_remark_that_nobody_wrote_is_no_reference(memo: str, reference: str) -> None:
    row = {"CardCode": "C1", "JournalMemo": memo}
    assert reading.reference_in(row, "JournalMemo") == reference
