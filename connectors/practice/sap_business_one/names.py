"""What the books' records are called in the Service Layer."""

from ..books import Direction, Kind, Role, TaxCode
from ..ledger import Ledger

SETS = {
    "Invoices": Kind.SALES_INVOICE,
    "CreditNotes": Kind.CREDIT_NOTE,
    "PurchaseInvoices": Kind.SUPPLIER_INVOICE,
    "PurchaseCreditNotes": Kind.SUPPLIER_CREDIT,
}
OBJECTS = {
    Kind.SALES_INVOICE: "oInvoices",
    Kind.CREDIT_NOTE: "oCreditNotes",
    Kind.SUPPLIER_INVOICE: "oPurchaseInvoices",
    Kind.SUPPLIER_CREDIT: "oPurchaseCreditNotes",
}
INVOICE_TYPES = {
    Kind.SALES_INVOICE: "it_Invoice",
    Kind.CREDIT_NOTE: "it_CredItnote",
    Kind.SUPPLIER_INVOICE: "it_PurchaseInvoice",
    Kind.SUPPLIER_CREDIT: "it_PurchaseCreditNote",
}
MEMOS = {
    Kind.SALES_INVOICE: "A/R Invoices",
    Kind.CREDIT_NOTE: "A/R Credit Memos",
    Kind.SUPPLIER_INVOICE: "A/P Invoices",
    Kind.SUPPLIER_CREDIT: "A/P Credit Memos",
}
PAYMENT_SETS = {
    "IncomingPayments": Direction.RECEIVED,
    "VendorPayments": Direction.MADE,
}
CARD_TYPES = {"cCustomer": Role.CUSTOMER, "cSupplier": Role.SUPPLIER}
# The books' codes of taxes, as VAT groups are usually numbered.
_GROUPS = {"S": "1", "R": "2", "Z": "0", "E": "3"}
OUTPUT, INPUT = "O", "I"


def group_code(tax: TaxCode, *, purchase: bool) -> str:
    return f"{INPUT if purchase else OUTPUT}{_GROUPS.get(tax.code, tax.code)}"


def tax_of_group(ledger: Ledger, group: str, *, purchase: bool) -> TaxCode | None:
    """None where there is no such group, or where it is of the other direction."""
    for tax in ledger.tax_codes.table:
        if group_code(tax, purchase=purchase) == group:
            return tax
    return None


_DOCUMENT = (
    "DocEntry DocNum DocType DocObjectCode DocDate DocDueDate TaxDate CardCode "
    "CardName NumAtCard DocCurrency DocRate DocTotal DocTotalFc VatSum VatSumFc "
    "PaidToDate PaidToDateFC DocumentStatus Cancelled CancelStatus AuthorizationStatus "
    "Comments JournalMemo CreationDate UpdateDate DocumentLines"
).split()
_PAYMENT = (
    "DocEntry DocNum DocType DocDate CardCode CardName DocCurrency CashSum "
    "TransferAccount TransferSum TransferDate TransferReference Remarks "
    "JournalRemarks Cancelled PaymentInvoices"
).split()
# What may be asked for of each set.
FIELDS: dict[str, list[str]] = {
    "BusinessPartners": (
        "CardCode CardName CardType EmailAddress Phone1 FederalTaxID "
        "CompanyRegistrationNumber Currency DebitorAccount CurrentAccountBalance "
        "Valid Frozen UpdateDate BPAddresses"
    ).split(),
    "ChartOfAccounts": (
        "Code Name FormatCode AcctCurrency AccountType CashAccount ActiveAccount "
        "Balance"
    ).split(),
    "VatGroups": "Code Name Category Inactive VatGroups_Lines".split(),
    "Items": (
        "ItemCode ItemName IncomeAccount SalesVATGroup SalesItem InventoryItem Valid"
    ).split(),
    "Currencies": ["Code", "Name"],
    **dict.fromkeys(SETS, _DOCUMENT),
    **dict.fromkeys(PAYMENT_SETS, _PAYMENT),
}
