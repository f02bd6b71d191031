from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from connectors.errors import Rejected, Unsupported
from connectors.records import DocumentKind, Party, PartyRole, RemoteStatus
from connectors.sap_s4hana_cloud import journal, mapping, reading
from connectors.sap_s4hana_cloud.api import among, day, ticks
from connectors.sap_s4hana_cloud.connection import Rules, rules_of
from connectors.settings import ConnectionConfig
from connectors.transport.json_codec import decode
from connectors.transport.xml import child_text, local_name, parse_xml
from tests.connectors.sap_s4hana_cloud.documents import (
    NOW,
    RULES,
    document,
    line,
    wire,
)

D = Decimal
SECOND = line(position=2, text="Screen", net=D("89.99"), tax=D("18.00"))


def entry(made: Any, rules: Rules = RULES) -> etree._Element:
    root = journal.sales_entry(made, rules, message="key-2041", now=NOW)
    found = root.find("JournalEntryCreateRequest/JournalEntry")
    assert found is not None
    return found


def amounts(found: etree._Element) -> list[tuple[str, str, str]]:
    """Name, amount and side of each item."""
    return [
        (
            local_name(item),
            child_text(item, "AmountInTransactionCurrency"),
            child_text(item, "DebitCreditCode"),
        )
        for item in found
        if item.find("AmountInTransactionCurrency") is not None
    ]


def test_an_invoice_is_a_balanced_entry() -> None:
    assert amounts(entry(document(line(), SECOND))) == [
        ("Item", "-150.00", "H"),
        ("Item", "-89.99", "H"),
        ("DebtorItem", "287.99", "S"),
        ("ProductTaxItem", "-48.00", ""),
    ]


def test_a_credit_note_stands_the_other_way_round() -> None:
    found = entry(document(kind=DocumentKind.CREDIT_NOTE))
    assert child_text(found, "AccountingDocumentType") == "DG"
    assert amounts(found) == [
        ("Item", "150.00", "S"),
        ("DebtorItem", "-180.00", "H"),
        ("ProductTaxItem", "30.00", ""),
    ]


def test_the_header_stands_in_its_order() -> None:
    found = entry(document(job_code="JOB-7781"))
    texts = [(local_name(e), e.text) for e in found if len(e) == 0]
    assert texts == [
        ("OriginalReferenceDocumentType", "BKPFF"),
        ("BusinessTransactionType", "RFBU"),
        ("AccountingDocumentType", "DR"),
        ("DocumentReferenceID", "INV-2041"),
        ("DocumentHeaderText", "JOB-7781"),
        ("CreatedByUser", "FINSYNC"),
        ("CompanyCode", "1010"),
        ("DocumentDate", "2026-11-20"),
        ("PostingDate", "2026-11-20"),
        ("TaxDeterminationDate", "2026-11-20"),
    ]


def test_the_customers_line_keeps_our_reference() -> None:
    debtor = entry(document()).find("DebtorItem")
    assert debtor is not None
    assert child_text(debtor, "Debtor") == "0010100001"
    assert child_text(debtor, "DocumentItemText") == "FinSync FS-77"


def test_zero_rated_lines_still_bring_a_tax_item() -> None:
    free = line(tax=D(0), tax_rate=D(0), tax_code_id="A0")
    found = entry(document(free)).find("ProductTaxItem")
    assert found is not None
    assert child_text(found, "AmountInTransactionCurrency") == "0.00"
    assert child_text(found, "TaxBaseAmountInTransCrcy") == "-150.00"


def test_an_overridden_tax_is_posted_as_it_is() -> None:
    made = document(tax_override=D("29.99"), gross=D("179.99"))
    assert amounts(entry(made))[1] == ("DebtorItem", "179.99", "S")


def test_lines_of_nothing_stay_behind_with_a_warning() -> None:
    made = document(line(), line(position=2, net=D(0), tax=D(0)))
    assert len(entry(made).findall("Item")) == 1
    assert mapping.warnings_of(made) == (
        "Line 2 was left out, for it comes to nothing.",
    )


def test_income_goes_to_its_profit_centre() -> None:
    rules = Rules({"company_code": "1010", "profit_center": "YB110"})
    found = entry(document(), rules).find("Item/AccountAssignment")
    assert found is not None and child_text(found, "ProfitCenter") == "YB110"


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"number": "N" * 17}, Rejected, "number"),
        ({"gross": D(0)}, Rejected, "lines"),
        ({"kind": DocumentKind.SALES_ORDER}, Unsupported, "kind"),
        ({"lines": (line(account_id=""),)}, Rejected, "lines"),
        ({"lines": tuple(line(position=n) for n in range(981))}, Rejected, "lines"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    changes: dict[str, Any], error: type[Rejected], field: str
) -> None:
    with pytest.raises(error) as caught:
        mapping.check(document(**changes))
    assert caught.value.field == field


def test_a_bill_brings_its_lines_and_taxes() -> None:
    less = line(position=2, text="Less", net=D("-50.00"), tax=D("-10.00"))
    bill = document(line(), less, kind=DocumentKind.SUPPLIER_INVOICE)
    rules = Rules({"company_code": "1010", "cost_center": "10101301"})
    payload = mapping.bill_payload(bill, rules)
    assert payload["InvoiceGrossAmount"] == "120.00"
    assert payload["SupplierPostingLineItemText"] == "FinSync FS-77"
    lines = payload["to_SupplierInvoiceItemGLAcct"]["results"]
    assert [
        (x["SupplierInvoiceItem"], x["SupplierInvoiceItemAmount"], x["DebitCreditCode"])
        for x in lines
    ] == [("0001", "150.00", "S"), ("0002", "50.00", "H")]
    assert lines[0]["CostCenter"] == "10101301"
    [tax] = payload["to_SupplierInvoiceTax"]["results"]
    assert (tax["TaxAmount"], tax["TaxBaseAmountInTransCrcy"]) == ("20.00", "100.00")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Acme Ltd", ["Acme Ltd"]),
        ("A" * 40, ["A" * 40]),
        ("A" * 30 + " " + "B" * 30, ["A" * 30, "B" * 30]),
    ],
)
def test_long_names_are_split_at_a_blank(name: str, parts: list[str]) -> None:
    assert mapping.split_name(name) == parts


@pytest.mark.parametrize("name", ["A" * 41, "A " + "B" * 80])
def test_names_that_cannot_be_split_are_refused(name: str) -> None:
    with pytest.raises(Rejected, match="names"):
        mapping.split_name(name)


def test_partners_need_a_reconciliation_account() -> None:
    party = Party(role=PartyRole.CUSTOMER, name="Acme Ltd")
    with pytest.raises(Unsupported, match="reconciliation account"):
        mapping.party_payload(party, RULES)


def test_a_posting_is_read_from_its_confirmation() -> None:
    posting = journal.posting_from(body("posted.xml"))
    assert posting is not None and not posting.refused
    assert (posting.document, posting.year) == ("1800000012", "2026")


def test_a_refusal_tells_what_was_wrong_alone() -> None:
    posting = journal.posting_from(body("refused.xml"))
    assert posting is not None and posting.refused
    assert posting.notes == "Customer 99999 is not defined in company code 1010"


def body(name: str) -> etree._Element:
    root = parse_xml(wire(name))
    return next(e for e in root.iter() if local_name(e).startswith("JournalEntryBulk"))


def test_a_document_is_read_from_its_line_items() -> None:
    rows = decode(wire("cube.json"))["d"]["results"]
    found = reading.document_from(
        DocumentKind.SALES_INVOICE, rows[:1], paid=D("100.00")
    )
    assert (found.id, found.number, found.reference) == (
        "1800000012-2026",
        "INV-2041",
        "FS-77",
    )
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D("187.99"))
    assert str(found.date) == "2026-11-20" and str(found.due_date) == "2026-12-20"
    [only] = reading.lines_from(DocumentKind.SALES_INVOICE, rows)
    assert (only.net, only.account_id) == (D("239.99"), "41000000")
    assert reading.tax_from(rows) == D("48.00")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A1 20 sale", ("A1", D(20), True, False)),
        ("V1, 20 %, purchase", ("V1", D(20), False, True)),
        ("X0 0", ("X0", D(0), True, True)),
    ],
)
def test_tax_codes_are_typed_by_staff(text: str, found: tuple[Any, ...]) -> None:
    [code] = Rules({"tax_codes": f"\n{text}\n"}).tax_codes()
    assert (code.id, code.rate, code.sales, code.purchases) == found


def test_a_tax_code_that_is_not_understood_is_named() -> None:
    with pytest.raises(Rejected, match="A1 twenty"):
        Rules({"tax_codes": "A1 twenty"}).tax_codes()


def test_settings_left_out_have_their_defaults() -> None:
    config = ConnectionConfig(platform="sap_s4hana_cloud", values={"country": " "})
    rules = rules_of(config)
    assert (rules["type_invoice"], rules["country"], rules["cost_center"]) == (
        "DR",
        "GB",
        "",
    )


def test_text_in_a_filter_is_quoted() -> None:
    assert among("A", ["O'1"]) == "A eq 'O''1'"
    assert among("A", ["1", "2"]) == "(A eq '1' or A eq '2')"


def test_days_travel_as_ticks() -> None:
    found = day("/Date(1795132800000)/")
    assert found is not None and ticks(found) == "/Date(1795132800000)/"
