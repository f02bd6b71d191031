from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.quickbooks_online.masters import (
    account_from,
    organisation_from,
    tax_code_from,
)
from connectors.quickbooks_online.reading import (
    document_from,
    payment_from,
    reference_in,
)
from connectors.records import (
    AccountType,
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.quickbooks_online.documents import sample

D = Decimal
INVOICE = DocumentKind.SALES_INVOICE


def test_an_invoice_is_read_whole() -> None:
    found = document_from(INVOICE, sample("invoice_created.json")["Invoice"])
    assert (found.id, found.number, found.version) == ("239", "INV-1042", "0")
    assert (found.gross, found.net, found.tax) == (D("162.60"), D("135.50"), D("27.10"))
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D("62.60"))
    assert (found.party_id, found.party_name) == ("58", "Acme Ltd")
    assert (found.reference, found.sent) == ("FS-77", False)
    assert found.changed_at and found.changed_at.tzinfo


def test_subtotals_are_no_lines() -> None:
    lines = document_from(INVOICE, sample("invoice_created.json")["Invoice"]).lines
    assert [line.net for line in lines] == [D("120.00"), D("15.50")]
    assert (lines[1].text, lines[1].quantity) == ("", None)


def test_a_voided_invoice_is_void() -> None:
    found = document_from(INVOICE, sample("invoice_voided.json")["Invoice"])
    assert (found.status, found.gross) == (RemoteStatus.VOID, D(0))


@pytest.mark.parametrize(
    ("total", "balance", "note", "status"),
    [
        ("10", "10", "", RemoteStatus.OPEN),
        ("10", "4", "", RemoteStatus.PART_PAID),
        ("10", "0", "", RemoteStatus.PAID),
        ("0", "0", "", RemoteStatus.PAID),
        ("0", "0", "Voided - FS-1", RemoteStatus.VOID),
        ("10", "10", "Voided by mistake, see FS-2", RemoteStatus.OPEN),
        ("10", None, "", RemoteStatus.UNKNOWN),
    ],
)
def test_the_status_follows_from_the_amounts(
    total: str, balance: str | None, note: str, status: RemoteStatus
) -> None:
    entity: dict[str, Any] = {"Id": "1", "TotalAmt": D(total), "PrivateNote": note}
    if balance is not None:
        entity["Balance"] = D(balance)
    assert document_from(INVOICE, entity).status is status


def test_a_credit_note_is_open_as_far_as_credit_is_left() -> None:
    entity = {"Id": "1", "TotalAmt": D(10), "Balance": 0, "RemainingCredit": D(4)}
    found = document_from(DocumentKind.CREDIT_NOTE, entity)
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D(4))


@pytest.mark.parametrize(
    ("note", "reference"),
    [
        ("FS-77", "FS-77"),
        ("FS-77\nCall first\nthen go", "FS-77"),
        ("Voided - FS-77", "FS-77"),
        ("Voided\nFS-77", "FS-77"),
        ("Voided", ""),
        ("", ""),
        (None, ""),
        ("A long story that the bookkeeper wrote", ""),
    ],
)
def test_our_reference_is_the_first_line(note: str | None, reference: str) -> None:
    assert reference_in({"PrivateNote": note}) == reference


@pytest.mark.parametrize(
    "entity",
    [
        {"Id": "3", "status": "Deleted"},
        {"Id": "3", "TotalAmt": 0, "PrivateNote": "Voided"},
    ],
)
def test_a_payment_that_is_gone_counts_as_deleted(entity: dict[str, Any]) -> None:
    assert payment_from(PaymentDirection.RECEIVED, entity).deleted


def test_a_payment_of_nothing_that_sets_a_credit_off_stands() -> None:
    lines = [
        {"Amount": D(5), "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]},
        {"Amount": D(5), "LinkedTxn": [{"TxnId": "2", "TxnType": "CreditMemo"}]},
        {"Amount": D(5), "LinkedTxn": [{"TxnId": "9", "TxnType": "JournalEntry"}]},
    ]
    entity = {"Id": "3", "TotalAmt": 0, "Line": lines}
    found = payment_from(PaymentDirection.RECEIVED, entity)
    assert not found.deleted
    assert [(a.document_id, a.kind) for a in found.allocations] == [
        ("1", INVOICE),
        ("2", DocumentKind.CREDIT_NOTE),
    ]


@pytest.mark.parametrize(
    ("entity", "kind"),
    [
        ({"AccountType": "Income"}, AccountType.INCOME),
        ({"AccountType": "Cost of Goods Sold"}, AccountType.EXPENSE),
        ({"AccountType": "Accounts Payable"}, AccountType.PAYABLE),
        (
            {
                "AccountType": "Other Current Liability",
                "AccountSubType": "GlobalTaxPayable",
            },
            AccountType.TAX,
        ),
        ({"AccountType": "Something new"}, AccountType.OTHER),
    ],
)
def test_account_types_are_ours(entity: dict[str, str], kind: AccountType) -> None:
    assert account_from({"Id": "1", **entity}).type is kind


def test_a_tax_code_has_the_sum_of_its_rates() -> None:
    detail = [{"TaxRateRef": {"value": "1"}}, {"TaxRateRef": {"value": "2"}}]
    entity = {
        "Id": "9",
        "Name": "GST/PST",
        "SalesTaxRateList": {"TaxRateDetail": detail},
    }
    code = tax_code_from(entity, {"1": D(5), "2": D(7)})
    assert (code.rate, code.sales, code.purchases) == (D(12), True, False)


@pytest.mark.parametrize(("id", "rate"), [("TAX", None), ("NON", D(0))])
def test_codes_of_the_united_states(id: str, rate: Decimal | None) -> None:
    code = tax_code_from({"Id": id, "Name": id, "Taxable": id == "TAX"}, {})
    assert (code.rate, code.sales) == (rate, True)


def test_preferences_say_what_may_be_sent() -> None:
    preferences = {
        "SalesFormsPrefs": {"CustomTxnNumbers": False},
        "AccountingInfoPrefs": {"BookCloseDate": "2026-03-31"},
        "CurrencyPrefs": {"HomeCurrency": {"value": "GBP"}},
        "TaxPrefs": {"PartnerTaxEnabled": True},
    }
    company = {"CompanyName": "Acme", "Country": "GB"}
    found = organisation_from("93", company, preferences, frozenset({"GBP"}))
    assert found.numbers_documents
    assert found.locked_before == date(2026, 4, 1)
    assert found.facts["automated_sales_tax"] == "true"
