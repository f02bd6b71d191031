from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from connectors.errors import Rejected, Unsupported
from connectors.records import (
    AccountType,
    Allocation,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteStatus,
)
from connectors.sage_intacct import masters, reading
from connectors.sage_intacct.api import control_id_of
from connectors.sage_intacct.mapping import (
    Style,
    credit_function,
    document_function,
    payment_function,
    reversal,
)
from connectors.sage_intacct.record import Record, record_of

D = Decimal
DAY = date(2026, 11, 2)
STYLE = Style(home_currency="GBP")
LINE = Line(
    position=1,
    text="Boiler service",
    quantity=D(1),
    unit_price=D(120),
    net=D(120),
    tax=D(24),
    account_id="4000",
    tax_code_id="UK Sale Goods Standard Rate",
)
INVOICE = Document(
    kind=DocumentKind.SALES_INVOICE,
    number="INV-1042",
    reference="FinSync-0a1b",
    party_id="C-1001",
    date=DAY,
    due_date=date(2026, 12, 2),
    currency="GBP",
    lines=(LINE,),
    net=D(120),
    tax=D(24),
    gross=D(144),
)
PAYMENT = Payment(
    direction=PaymentDirection.RECEIVED,
    key="k",
    party_id="C-1001",
    date=date(2026, 11, 5),
    amount=D(100),
    currency="GBP",
    allocations=(
        Allocation(document_id="1234", kind=DocumentKind.SALES_INVOICE, amount=D(100)),
    ),
    bank_account_id="BARC1",
    reference="BACS 991",
)


def written(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode")


def test_an_invoice_is_written_in_the_gateways_order() -> None:
    assert written(document_function(INVOICE, STYLE)) == (
        "<create_invoice><customerid>C-1001</customerid>"
        "<datecreated><year>2026</year><month>11</month><day>02</day></datecreated>"
        "<datedue><year>2026</year><month>12</month><day>02</day></datedue>"
        "<action>Submit</action><invoiceno>INV-1042</invoiceno>"
        "<description>FinSync-0a1b</description><invoiceitems><lineitem>"
        "<glaccountno>4000</glaccountno><amount>120.00</amount>"
        "<memo>Boiler service</memo><taxentries><taxentry>"
        "<detailid>UK Sale Goods Standard Rate</detailid><trx_tax>24.00</trx_tax>"
        "</taxentry></taxentries></lineitem></invoiceitems></create_invoice>"
    )


def test_a_credit_memo_has_negative_lines_and_its_action_after_the_number() -> None:
    credit = replace(INVOICE, kind=DocumentKind.CREDIT_NOTE, credited_number="INV-1000")
    text = written(document_function(credit, STYLE))
    assert "<adjustmentno>INV-1042</adjustmentno><action>Submit</action>" in text
    assert "<amount>-120.00</amount>" in text and "<trx_tax>-24.00</trx_tax>" in text
    assert "<invoiceno>INV-1000</invoiceno>" in text


def test_a_bill_has_its_action_before_the_number() -> None:
    bill = replace(INVOICE, kind=DocumentKind.SUPPLIER_INVOICE, party_id="V-31")
    text = written(document_function(bill, STYLE))
    assert "<vendorid>V-31</vendorid>" in text
    assert "<action>Submit</action><billno>INV-1042</billno>" in text


@pytest.mark.parametrize(
    ("changes", "style", "part"),
    [
        (
            {"job_code": "77", "note": "Thanks", "care_of_name": "Letts"},
            {},
            "<ponumber>77</ponumber><description>FinSync-0a1b | Job 77 | Care of Letts"
            " | Thanks</description>",
        ),
        (
            {"currency": "EUR", "rate": D("0.85")},
            {},
            "<basecurr>GBP</basecurr><currency>EUR</currency><exchrate>0.85</exchrate>",
        ),
        (
            {},
            {"location": "UK", "department": "D1"},
            "<locationid>UK</locationid><departmentid>D1</departmentid><taxentries>",
        ),
        ({}, {"labels": True}, "<accountlabel>4000</accountlabel>"),
        (
            {},
            {"tax_solution": "UK VAT"},
            "<taxsolutionid>UK VAT</taxsolutionid><invoiceitems>",
        ),
        ({"tax_override": D("23.99")}, {}, "<trx_tax>23.99</trx_tax>"),
        (
            {},
            {"tax_account": "2200"},
            "<lineitem><glaccountno>2200</glaccountno><amount>24.00</amount>"
            "<memo>Sales tax</memo></lineitem>",
        ),
    ],
)
def test_what_else_a_document_tells(
    changes: dict[str, Any], style: dict[str, Any], part: str
) -> None:
    document = replace(INVOICE, **changes)
    assert part in written(document_function(document, replace(STYLE, **style)))


def test_a_line_without_nominal_is_refused() -> None:
    bare = replace(INVOICE, lines=(replace(LINE, account_id=""),))
    with pytest.raises(Rejected) as caught:
        document_function(bare, STYLE)
    assert (caught.value.status_code, caught.value.field) == ("NO_NOMINAL", "lines")


def test_orders_are_not_sent() -> None:
    with pytest.raises(Unsupported):
        document_function(replace(INVOICE, kind=DocumentKind.SALES_ORDER), STYLE)


def test_a_reversal_names_the_record() -> None:
    text = written(reversal(DocumentKind.SALES_INVOICE, "1234", DAY))
    assert text.startswith('<reverse_invoice key="1234"><datereversed><year>2026')


def test_a_receipt_settles_invoices() -> None:
    assert written(payment_function(PAYMENT, STYLE)) == (
        "<create><ARPYMT><FINANCIALENTITY>BARC1</FINANCIALENTITY>"
        "<PAYMENTMETHOD>EFT</PAYMENTMETHOD><CUSTOMERID>C-1001</CUSTOMERID>"
        "<DOCNUMBER>BACS 991</DOCNUMBER><RECEIPTDATE>11/05/2026</RECEIPTDATE>"
        "<CURRENCY>GBP</CURRENCY><ARPYMTDETAILS><ARPYMTDETAIL>"
        "<RECORDKEY>1234</RECORDKEY><TRX_PAYMENTAMOUNT>100.00</TRX_PAYMENTAMOUNT>"
        "</ARPYMTDETAIL></ARPYMTDETAILS></ARPYMT></create>"
    )


def test_what_is_left_of_a_receipt_stays_on_account() -> None:
    text = written(payment_function(replace(PAYMENT, amount=D(107)), STYLE))
    assert "<OVERPAYMENTAMOUNT>7.00</OVERPAYMENTAMOUNT>" in text


def test_a_credit_is_laid_on_invoices_by_a_receipt_of_nothing() -> None:
    kinds = DocumentKind.CREDIT_NOTE, DocumentKind.SALES_INVOICE
    both = tuple(
        Allocation(document_id=id, kind=kind, amount=D(15))
        for id, kind in zip(("9", "1234"), kinds, strict=True)
    )
    text = written(credit_function(replace(PAYMENT, allocations=both), STYLE))
    assert "<RECORDKEY>1234</RECORDKEY><ADJUSTMENTKEY>9</ADJUSTMENTKEY>" in text
    assert "<TRX_ADJUSTMENTAMOUNT>15.00</TRX_ADJUSTMENTAMOUNT>" in text


def test_the_same_records_are_the_same_request() -> None:
    assert control_id_of(["a", "b"]) == control_id_of(["b", "a"])
    assert control_id_of(["a"]) != control_id_of(["b"])
    assert control_id_of(["a", ""]) == ""
    assert len(control_id_of(["a"])) <= 256


def test_an_id_follows_from_our_code_or_from_the_intent() -> None:
    party = Party(role=PartyRole.SUPPLIER, name="A", code="31")
    assert masters.party_id(party) == "V-31"
    keyed = Party(role=PartyRole.CUSTOMER, name="A", key="k1")
    assert masters.party_id(keyed) == masters.party_id(replace(keyed, name="B"))
    assert masters.party_id(keyed) != masters.party_id(replace(keyed, key="k2"))


def test_a_company_that_numbers_its_customers_gets_no_id() -> None:
    party = Party(role=PartyRole.CUSTOMER, name="Acme & Co")
    text = written(masters.party_function(party, own_id=False))
    assert text == (
        "<create><CUSTOMER><NAME>Acme &amp; Co</NAME><DISPLAYCONTACT>"
        "<PRINTAS>Acme &amp; Co</PRINTAS></DISPLAYCONTACT></CUSTOMER></create>"
    )


@pytest.mark.parametrize(
    ("kind", "balance", "expected"),
    [
        ("incomestatement", "credit", AccountType.INCOME),
        ("incomestatement", "debit", AccountType.EXPENSE),
        ("balancesheet", "debit", AccountType.OTHER),
    ],
)
def test_accounts_are_known_by_statement_and_side(
    kind: str, balance: str, expected: AccountType
) -> None:
    texts = {"ACCOUNTNO": "4000", "ACCOUNTTYPE": kind, "NORMALBALANCE": balance}
    account = masters.account_from(Record(texts))
    assert (account.id, account.code, account.type) == ("4000", "4000", expected)


@pytest.mark.parametrize(
    ("state", "due", "status"),
    [
        ("Draft", "144.00", RemoteStatus.DRAFT),
        ("Submitted", "144.00", RemoteStatus.DRAFT),
        ("Partially approved", "144.00", RemoteStatus.DRAFT),
        ("Posted", "144.00", RemoteStatus.OPEN),
        ("Posted", "44.00", RemoteStatus.PART_PAID),
        ("Selected", "0", RemoteStatus.PAID),
        ("Reversed", "144.00", RemoteStatus.VOID),
        ("Posted", "", RemoteStatus.UNKNOWN),
    ],
)
def test_states_are_read_in_our_words(
    state: str, due: str, status: RemoteStatus
) -> None:
    texts = {"STATE": state, "TOTALENTERED": "144.00", "TOTALDUE": due}
    assert reading.document_status(Record(texts)) is status


def test_a_record_is_flat_with_its_lines_apart() -> None:
    text = (
        "<ARINVOICE><RECORDNO>1</RECORDNO><DISPLAYCONTACT><EMAIL1>a@b</EMAIL1>"
        "</DISPLAYCONTACT><ARINVOICEITEMS><arinvoiceitem><AMOUNT>1</AMOUNT>"
        "</arinvoiceitem></ARINVOICEITEMS></ARINVOICE>"
    )
    record = record_of(etree.fromstring(text))
    assert record.text("DISPLAYCONTACT.EMAIL1") == "a@b"
    assert [line.total("AMOUNT") for line in record.lists["ARINVOICEITEMS"]] == [D(1)]


@pytest.mark.parametrize("text", ["11/05/2026", "2026-11-05"])
def test_days_come_in_two_ways(text: str) -> None:
    assert Record({"WHENCREATED": text}).day("WHENCREATED") == date(2026, 11, 5)
