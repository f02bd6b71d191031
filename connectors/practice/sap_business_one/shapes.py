"""Which members the Service Layer takes, of the many that its $metadata lists."""

from ..shape import Check, Shape, anything, day, many, number, text, word

AMOUNT = number()
# Taken and not looked into.
_PASSED_OVER = (
    *("Address", "Address2", "Reference1", "Reference2", "SalesPersonCode"),
    *("PaymentGroupCode", "ContactPersonCode", "Project", "Series", "HandWritten"),
    *("DocNum", "VatDate", "FederalTaxID", "DiscountPercent", "Confirmed"),
    *("PayToCode", "ShipToCode", "LanguageCode", "Rounding", "OpeningRemarks"),
    *("ClosingRemarks", "TrackingNumber", "PaymentMethod", "ControlAccount"),
)
_PASSED_OVER_ON_ROWS = (
    *("LineNum", "FreeText", "ItemDetails", "CostingCode", "ProjectCode"),
    *("SalesPersonCode", "DiscountPercent", "MeasureUnit", "BaseType", "BaseEntry"),
    *("BaseLine", "ShipDate", "LineType"),
)
_ANY = dict.fromkeys(_PASSED_OVER, anything)
_ROW_ANY = dict.fromkeys(_PASSED_OVER_ON_ROWS, anything)
ROW = Shape(
    {
        "ItemCode": text(50),
        "ItemDescription": text(100),
        "AccountCode": text(15),
        "Quantity": AMOUNT,
        "UnitPrice": AMOUNT,
        "Price": AMOUNT,
        "LineTotal": AMOUNT,
        "VatGroup": text(8),
        "TaxCode": text(8),
        "WarehouseCode": text(8),
        **_ROW_ANY,
    }
)
DOCUMENT = Shape(
    {
        "CardCode": text(15),
        "CardName": text(100),
        "NumAtCard": text(100),
        "DocType": word("dDocument_Items", "dDocument_Service"),
        "DocDate": day,
        "DocDueDate": day,
        "TaxDate": day,
        "DocCurrency": text(3),
        "DocRate": AMOUNT,
        "Comments": text(254),
        "JournalMemo": text(50),
        "BPL_IDAssignedToInvoice": AMOUNT,
        "DocumentLines": many(ROW),
        **_ANY,
    },
    needs=("CardCode", "DocumentLines"),
)
ADDRESS = Shape(
    {
        "AddressName": text(50),
        "AddressType": word("bo_BillTo", "bo_ShipTo"),
        "Street": text(100),
        "City": text(100),
        "State": text(3),
        "ZipCode": text(20),
        "Country": text(3),
        "County": text(100),
        "Block": text(100),
    },
    needs=("AddressName",),
)
PARTNER = Shape(
    {
        "CardCode": text(15),
        "CardName": text(100),
        "CardType": word("cCustomer", "cSupplier", "cLid"),
        "EmailAddress": text(100),
        "Phone1": text(20),
        "FederalTaxID": text(32),
        "CompanyRegistrationNumber": text(20),
        "Currency": text(3),
        "BPAddresses": many(ADDRESS),
        "GroupCode": anything,
        "Series": anything,
        "Phone2": text(20),
        "Cellular": text(50),
        "Notes": anything,
        "FreeText": anything,
        "PayTermsGrpCode": anything,
        "VatLiable": anything,
    },
    needs=("CardCode", "CardType"),
)
PAID = Shape(
    {
        "DocEntry": AMOUNT,
        "InvoiceType": word("it_Invoice", "it_CredItnote", "it_PurchaseInvoice"),
        "SumApplied": AMOUNT,
        "AppliedFC": AMOUNT,
        "InstallmentId": AMOUNT,
    },
    needs=("DocEntry",),
)
PAYMENT = Shape(
    {
        "CardCode": text(15),
        "DocType": word("rCustomer", "rSupplier", "rAccount"),
        "DocDate": day,
        "TaxDate": day,
        "DueDate": day,
        "TransferAccount": text(15),
        "TransferDate": day,
        "TransferSum": AMOUNT,
        "TransferReference": text(27),
        "CashAccount": text(15),
        "CashSum": AMOUNT,
        "DocCurrency": text(3),
        "DocRate": AMOUNT,
        "Remarks": text(254),
        "JournalRemarks": text(50),
        "CounterReference": text(8),
        "PaymentInvoices": many(PAID),
    },
    needs=("CardCode",),
)
LOGIN = Shape(
    {
        "CompanyDB": text(),
        "UserName": text(),
        "Password": text(),
        "Language": anything,
    },
    needs=("CompanyDB", "UserName", "Password"),
)


def own_fields(sent: dict[str, object]) -> dict[str, Check]:
    """User-defined fields may stand on every document."""
    return {name: text(254) for name in sent if name.startswith("U_")}
