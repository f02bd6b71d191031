"""Customers, vendors, accounts, taxes and the company, both ways. Pure."""

from decimal import Decimal, InvalidOperation
from hashlib import sha256

from connectors.records import (
    AccountType,
    Address,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    TaxCode,
)
from connectors.sage_intacct.envelope import Element, element
from connectors.sage_intacct.record import Record

PARTIES = {PartyRole.CUSTOMER: "CUSTOMER", PartyRole.SUPPLIER: "VENDOR"}
PARTY_IDS = {PartyRole.CUSTOMER: "CUSTOMERID", PartyRole.SUPPLIER: "VENDORID"}
LABELS = {
    "ARACCOUNTLABEL": AccountType.INCOME,
    "APACCOUNTLABEL": AccountType.EXPENSE,
}
ACCOUNT_FIELDS = ("RECORDNO", "ACCOUNTNO", "TITLE", "ACCOUNTTYPE", "NORMALBALANCE")
LABEL_FIELDS = ("RECORDNO", "ACCOUNTLABEL", "DESCRIPTION", "STATUS")
BANK_FIELDS = ("RECORDNO", "BANKACCOUNTID", "BANKNAME", "CURRENCY", "STATUS")
TAX_FIELDS = ("RECORDNO", "DETAILID", "DESCRIPTION", "TAXTYPE", "VALUE", "STATUS")
_MAIL = "DISPLAYCONTACT.MAILADDRESS"
_LETTERS = {PartyRole.CUSTOMER: "C", PartyRole.SUPPLIER: "V"}
_ID_LENGTH = 20
_NAME_LENGTH = 100


def party_fields(role: PartyRole) -> tuple[str, ...]:
    return (
        *("RECORDNO", PARTY_IDS[role], "NAME", "STATUS", "TAXID", "CURRENCY"),
        *("DISPLAYCONTACT.EMAIL1", "DISPLAYCONTACT.PHONE1"),
        *(f"{_MAIL}.{part}" for part in ("ADDRESS1", "CITY", "STATE", "ZIP")),
        f"{_MAIL}.COUNTRY",
    )


def party_id(party: Party) -> str:
    """Ids are chosen by whoever makes the record. Ours follows from our contact's code,
    else from the intent's key, so that a repeated intent meets its own."""
    letter, base = _LETTERS[party.role], party.code or party.key or party.name
    if party.code and len(party.code) < _ID_LENGTH and party.code.isalnum():
        return f"{letter}-{party.code}"[:_ID_LENGTH]
    return f"{letter}-{sha256(base.encode()).hexdigest()[:12].upper()}"


def party_function(party: Party, *, own_id: bool) -> Element:
    """Without `own_id` the company numbers it."""
    made = element(PARTIES[party.role])
    if own_id:
        made.append(element(PARTY_IDS[party.role], party_id(party)))
    name = party.name[:_NAME_LENGTH]
    pairs = {"NAME": name, "TAXID": party.tax_number, "CURRENCY": party.currency}
    for field, value in pairs.items():
        if value:
            made.append(element(field, value))
    made.append(_contact(party, name))
    return element("create", made)


def party_from(role: PartyRole, record: Record) -> Party:
    id = record.text(PARTY_IDS[role])
    return Party(
        role=role,
        id=id,
        name=record.text("NAME"),
        code=id,
        email=record.text("DISPLAYCONTACT.EMAIL1"),
        phone=record.text("DISPLAYCONTACT.PHONE1"),
        tax_number=record.text("TAXID"),
        currency=record.text("CURRENCY"),
        address=Address(
            street=record.text(f"{_MAIL}.ADDRESS1"),
            city=record.text(f"{_MAIL}.CITY"),
            region=record.text(f"{_MAIL}.STATE"),
            postcode=record.text(f"{_MAIL}.ZIP"),
            country=record.text(f"{_MAIL}.COUNTRY"),
        ),
        active=_active(record),
    )


def account_from(record: Record) -> LedgerAccount:
    kind = AccountType.OTHER
    if record.text("ACCOUNTTYPE").lower() == "incomestatement":
        credit = record.text("NORMALBALANCE").lower() == "credit"
        kind = AccountType.INCOME if credit else AccountType.EXPENSE
    number = record.text("ACCOUNTNO")
    return LedgerAccount(
        id=number,
        name=record.text("TITLE"),
        code=number,
        type=kind,
        active=_active(record),
    )


def label_from(record: Record, kind: AccountType) -> LedgerAccount:
    """Where labels are required, they stand for the accounts."""
    label = record.text("ACCOUNTLABEL")
    return LedgerAccount(
        id=label,
        name=record.text("DESCRIPTION") or label,
        code=label,
        type=kind,
        active=_active(record),
    )


def bank_from(record: Record) -> LedgerAccount:
    id = record.text("BANKACCOUNTID")
    return LedgerAccount(
        id=id,
        name=record.text("BANKNAME") or id,
        code=id,
        type=AccountType.BANK,
        currency=record.text("CURRENCY"),
        active=_active(record),
    )


def tax_from(record: Record) -> TaxCode:
    """`VALUE` is the rate in percent."""
    side = record.text("TAXTYPE").lower()
    try:
        rate = Decimal(record.text("VALUE"))
    except InvalidOperation:
        rate = None
    return TaxCode(
        id=record.text("DETAILID"),
        name=record.text("DESCRIPTION") or record.text("DETAILID"),
        code=record.text("DETAILID"),
        rate=rate,
        sales="purchase" not in side,
        purchases="sale" not in side,
        active=_active(record),
    )


def organisation_from(
    company: str, entity: str, home_currency: str, info: Record
) -> Organisation:
    name = info.text("NAME", "COMPANYNAME", "TITLE") or company
    return Organisation(
        id=f"{company}/{entity}" if entity else company,
        name=f"{name}, {entity}" if entity else name,
        country=info.text("COUNTRY"),
        home_currency=home_currency,
    )


def _contact(party: Party, name: str) -> Element:
    contact = element("DISPLAYCONTACT", element("PRINTAS", name))
    for field, value in (("EMAIL1", party.email), ("PHONE1", party.phone)):
        if value:
            contact.append(element(field, value))
    address = party.address
    pairs = {
        "ADDRESS1": address.street,
        "CITY": address.city,
        "STATE": address.region,
        "ZIP": address.postcode,
        "COUNTRY": address.country,
    }
    told = [element(field, value) for field, value in pairs.items() if value]
    if told:
        contact.append(element("MAILADDRESS", *told))
    return contact


def _active(record: Record) -> bool:
    return record.text("STATUS").lower() not in ("inactive", "f")
