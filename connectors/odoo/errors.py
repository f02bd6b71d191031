"""Odoo's faults, and what each of them means for us.

Odoo numbers five kinds of fault alone; what is wrong stands in the text. FinSync asks
for texts in English (`lang` in the context), so these can be told apart. A fault always
rolls back what the call did, except where it only says that nothing was returned.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Where,
)

LABEL = "Odoo"
APPLICATION, WARNING, DENIED, NO_RIGHTS = 1, 2, 3, 4
NO_ANSWER = "cannot marshal None unless allow_none is enabled"


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` as of XML-RPC, where JSON-2 has an exception's name."""

    code: int
    text: str

    @property
    def said(self) -> str:
        """For people: of a traceback the last line alone."""
        lines = [line for line in self.text.strip().splitlines() if line.strip()]
        if not lines:
            return ""
        return lines[-1] if self.code == APPLICATION else "\n".join(lines)[:500]


class Returned(ConnectorError):
    """The method ran and was committed, and Odoo cannot write its answer, None."""


def named(fault: Fault, where: Where) -> ConnectorError:
    """The error that the engine acts on."""
    where = replace(where, vendor_code=str(fault.code))
    if NO_ANSWER in fault.text:
        return Returned("Odoo returned nothing.", where=where)
    if "could not serialize access" in fault.text:
        return Retry(f"{LABEL} was changing the same records.", after=2, where=where)
    if re.search(r'database "[^"]*" does not exist', fault.text):
        return Reauthorise(f"{LABEL} has no database of that name.", where=where)
    if fault.code == DENIED:
        return Reauthorise(
            f"{LABEL} does not accept the log-in and API key. Enter them again.",
            where=where,
        )
    if fault.code == NO_RIGHTS:
        return _no_rights(fault, where)
    return _told(fault, where)


def _no_rights(fault: Fault, where: Where) -> ConnectorError:
    if "invalid companies" in fault.text:
        return Reauthorise(
            f"The {LABEL} user may not work in this company. Give the user access to "
            "it, or connect another company.",
            where=where,
        )
    return _rejected(
        f"The {LABEL} user lacks a right: {fault.said}", fault=fault, where=where
    )


def _told(fault: Fault, where: Where) -> ConnectorError:
    for pattern, make in _TEXTS:
        if found := re.search(pattern, fault.text):
            return make(found, fault, where)
    return _rejected(f"{LABEL} refused: {fault.said}", fault=fault, where=where)


def _rejected(
    sentence: str,
    *,
    fault: Fault,
    where: Where,
    status_code: str = "REJECTED",
    field: str = "",
) -> Rejected:
    return Rejected(
        sentence,
        status_code=status_code,
        field=field,
        vendor_message=fault.said,
        where=where,
    )


# Which of our fields names a record of that model.
_REFERENCES: Mapping[str, tuple[str, str, str]] = {
    "res.partner": ("ACCOUNT_WRONG", "party_id", "customer or supplier"),
    "account.account": ("NO_NOMINAL", "lines", "account"),
    "product.product": ("NO_NOMINAL", "lines", "product"),
    "account.tax": ("NO_TAX", "lines", "tax"),
    "account.journal": ("NO_METHOD", "bank_account_id", "journal"),
    "res.currency": ("CURRENCY", "currency", "currency"),
}


def _missing_record(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    model, record = found[1], found[2]
    if model not in _REFERENCES:
        return NotFound(f"{LABEL} has no such record any more ({record}).", where=where)
    status_code, field, what = _REFERENCES[model]
    return _rejected(
        f"The {what} ({record}) is not in {LABEL}.",
        fault=fault,
        where=where,
        status_code=status_code,
        field=field,
    )


def _unknown_tax(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return _rejected(
        f"A line has a tax that is not in {LABEL}.",
        fault=fault,
        where=where,
        status_code="NO_TAX",
        field="lines",
    )


def _number_taken(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return DuplicateNumber(
        f"{LABEL} has an entry of that number already.",
        vendor_message=fault.said,
        where=where,
    )


def _locked(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return Locked(
        f"The date lies in a period that is locked in {LABEL}.",
        vendor_message=fault.said,
        where=where,
    )


def _no_party(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return _rejected(
        f"{LABEL} needs a customer or supplier.",
        fault=fault,
        where=where,
        status_code="NO_ACCOUNT",
        field="party_id",
    )


def _no_date(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return _rejected(
        f"{LABEL} needs the date of the bill.", fault=fault, where=where, field="date"
    )


def _no_lines(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return _rejected(
        f"{LABEL} needs a line on the document.",
        fault=fault,
        where=where,
        status_code="EMPTY",
        field="lines",
    )


def _paid(found: re.Match[str], fault: Fault, where: Where) -> ConnectorError:
    return _rejected(
        f"The document is settled in {LABEL} already.",
        fault=fault,
        where=where,
        field="allocations",
    )


Make = Callable[[re.Match[str], Fault, Where], ConnectorError]
# Measured on Odoo 18.0, but for the locked period, which is from memory.
_TEXTS: tuple[tuple[str, Make], ...] = (
    (r"Record: ([a-z_.]+)\(([^)]*?),?\)", _missing_record),
    (r"account_tax_id_fkey", _unknown_tax),
    (r"Another entry with the same name already exists", _number_taken),
    (r"prior to and inclusive of", _locked),
    (r"The field '(Customer|Vendor)' is required", _no_party),
    (r"date is required to validate this document", _no_date),
    (r"You need to add a line before posting", _no_lines),
    (r"there is nothing left to pay", _paid),
)
