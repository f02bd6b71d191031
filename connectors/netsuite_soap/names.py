"""NetSuite's XML names: namespaces of a version, and the fields of its records.

The order of fields is that of the published XSDs, which refuse any other. Only what
FinSync or its practice ledger uses is named.
"""

from dataclasses import dataclass
from enum import StrEnum

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES = {
    "platformMsgs": ("messages", "platform"),
    "platformCore": ("core", "platform"),
    "platformCommon": ("common", "platform"),
    "platformFaults": ("faults", "platform"),
    "listRel": ("relationships", "lists"),
    "listAcct": ("accounting", "lists"),
    "tranSales": ("sales", "transactions"),
    "tranCust": ("customers", "transactions"),
    "tranPurch": ("purchases", "transactions"),
}


def namespaces(version: str) -> dict[str, str]:
    """URI by prefix, for a version such as 2025_2."""
    return {
        prefix: f"urn:{name}_{version}.{group}.webservices.netsuite.com"
        for prefix, (name, group) in _SPACES.items()
    }


class Form(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    REF = "ref"
    # An internal id as a plain number.
    ID = "id"
    ROWS = "rows"
    REFS = "refs"
    PART = "part"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Field:
    """`key` is the field's name in our records, `name` the element's."""

    key: str
    form: Form
    name: str = ""
    row: str = ""
    inner: tuple["Field", ...] = ()

    @property
    def element(self) -> str:
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class RecordType:
    element: str
    space: str
    fields: tuple[Field, ...]


def _fields(words: str) -> tuple[Field, ...]:
    """From words such as "entity:ref"; text where no form is told."""
    pairs = (word.partition(":") for word in words.split())
    return tuple(Field(key, Form(form or "text")) for key, _, form in pairs)


def _rows(key: str, name: str, row: str, words: str) -> Field:
    return Field(key, Form.ROWS, name, row, _fields(words))


_APPLY = _rows(
    "apply",
    "applyList",
    "apply",
    "apply:flag doc:id type refNum total:number due:number amount:number",
)
# Address stands in another namespace than the rest of its record.
ADDRESS = _fields("country:country addr1 city state zip")
_ADDRESSES = Field(
    "addressBook",
    Form.ROWS,
    "addressbookList",
    "addressbook",
    (
        Field("defaultBilling", Form.FLAG),
        Field("addressBookAddress", Form.PART, "addressbookAddress", inner=ADDRESS),
    ),
)
_SUBSIDIARIES = Field("subsidiary", Form.REFS, "subsidiaryList", "recordRef")
_ITEM_TAIL = (
    *_fields("taxSchedule:ref itemId displayName isInactive:flag"),
    _SUBSIDIARIES,
)

RECORDS = {
    "invoice": RecordType(
        "Invoice",
        "tranSales",
        (
            *_fields(
                "lastModifiedDate:moment entity:ref tranDate:day tranId subsidiary:ref "
                "currency:ref dueDate:day otherRefNum memo amountPaid:number "
                "amountRemaining:number exchangeRate:number taxTotal:number "
                "total:number status"
            ),
            _rows(
                "item",
                "itemList",
                "item",
                "item:ref line:number description amount:number quantity:number "
                "price:ref rate grossAmt:number tax1Amt:number taxCode:ref "
                "taxRate1:number",
            ),
        ),
    ),
    "creditMemo": RecordType(
        "CreditMemo",
        "tranCust",
        (
            *_fields(
                "lastModifiedDate:moment currency:ref entity:ref tranDate:day tranId "
                "subsidiary:ref otherRefNum memo exchangeRate:number amountPaid:number "
                "amountRemaining:number unapplied:number autoApply:flag applied:number "
                "taxTotal:number total:number status"
            ),
            _rows(
                "item",
                "itemList",
                "item",
                "item:ref line:number quantity:number description price:ref rate "
                "amount:number taxCode:ref taxRate1:number tax1Amt:number "
                "grossAmt:number",
            ),
            _APPLY,
        ),
    ),
    "vendorBill": RecordType(
        "VendorBill",
        "tranPurch",
        (
            *_fields(
                "lastModifiedDate:moment entity:ref subsidiary:ref tranDate:day "
                "exchangeRate:number dueDate:day tranId userTotal:number "
                "taxTotal:number memo currency:ref status"
            ),
            _rows(
                "expense",
                "expenseList",
                "expense",
                "line:number account:ref amount:number tax1Amt:number memo "
                "grossAmt:number taxCode:ref taxRate1:number",
            ),
            _rows(
                "item",
                "itemList",
                "item",
                "item:ref line:number quantity:number description taxCode:ref "
                "taxRate1:number grossAmt:number tax1Amt:number rate amount:number",
            ),
        ),
    ),
    "customerPayment": RecordType(
        "CustomerPayment",
        "tranCust",
        (
            *_fields(
                "lastModifiedDate:moment customer:ref currency:ref payment:number "
                "autoApply:flag tranDate:day tranId memo exchangeRate:number "
                "undepFunds:flag account:ref total:number subsidiary:ref "
                "applied:number unapplied:number status"
            ),
            _APPLY,
        ),
    ),
    "vendorPayment": RecordType(
        "VendorPayment",
        "tranPurch",
        (
            *_fields(
                "lastModifiedDate:moment account:ref entity:ref tranDate:day "
                "exchangeRate:number tranId total:number currency:ref memo "
                "subsidiary:ref status"
            ),
            _APPLY,
        ),
    ),
    "customer": RecordType(
        "Customer",
        "listRel",
        (
            *_fields(
                "entityId isPerson:flag firstName lastName companyName phone email "
                "isInactive:flag subsidiary:ref vatRegNumber accountNumber currency:ref"
            ),
            _ADDRESSES,
        ),
    ),
    "vendor": RecordType(
        "Vendor",
        "listRel",
        (
            *_fields(
                "entityId isPerson:flag firstName lastName companyName phone email "
                "isInactive:flag subsidiary:ref accountNumber vatRegNumber currency:ref"
            ),
            _ADDRESSES,
        ),
    ),
    "serviceSaleItem": RecordType(
        "ServiceSaleItem", "listAcct", (*_fields("incomeAccount:ref"), *_ITEM_TAIL)
    ),
    "serviceResaleItem": RecordType(
        "ServiceResaleItem",
        "listAcct",
        (*_fields("expenseAccount:ref incomeAccount:ref"), *_ITEM_TAIL),
    ),
    "account": RecordType(
        "Account",
        "listAcct",
        _fields("acctType acctNumber acctName currency:ref isInactive:flag"),
    ),
    "salesTaxItem": RecordType(
        "SalesTaxItem",
        "listAcct",
        _fields("itemId displayName rate isInactive:flag available"),
    ),
    "taxGroup": RecordType(
        "TaxGroup", "listAcct", _fields("itemId isInactive:flag rate:number")
    ),
    "currency": RecordType(
        "Currency",
        "listAcct",
        _fields("name symbol isBaseCurrency:flag isInactive:flag"),
    ),
    "subsidiary": RecordType(
        "Subsidiary",
        "listAcct",
        _fields("name parent:ref isInactive:flag country:country currency:ref"),
    ),
}
TYPE_OF = {record.element: name for name, record in RECORDS.items()}
# Names of lists in XML whose key in our records is not theirs without "List".
LIST_KEYS = {"addressbookList": "addressBook", "subsidiaryList": "subsidiary"}
PART_KEYS = {"addressbookAddress": "addressBookAddress"}
COUNTRIES = {
    "AT": "_austria",
    "AU": "_australia",
    "BE": "_belgium",
    "BG": "_bulgaria",
    "CA": "_canada",
    "CH": "_switzerland",
    "CY": "_cyprus",
    "CZ": "_czechRepublic",
    "DE": "_germany",
    "DK": "_denmark",
    "EE": "_estonia",
    "ES": "_spain",
    "FI": "_finland",
    "FR": "_france",
    "GB": "_unitedKingdom",
    "GR": "_greece",
    "HU": "_hungary",
    "IE": "_ireland",
    "IN": "_india",
    "IT": "_italy",
    "LT": "_lithuania",
    "LU": "_luxembourg",
    "LV": "_latvia",
    "MT": "_malta",
    "NL": "_netherlands",
    "NO": "_norway",
    "NZ": "_newZealand",
    "PL": "_poland",
    "PT": "_portugal",
    "RO": "_romania",
    "SE": "_sweden",
    "SI": "_slovenia",
    "SK": "_slovakRepublic",
    "US": "_unitedStates",
    "ZA": "_southAfrica",
}
COUNTRY_CODES = {word: code for code, word in COUNTRIES.items()}
