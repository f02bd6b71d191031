"""What the books' records are called in Business Central, and how they are numbered."""

import uuid
from dataclasses import dataclass

from ..books import Direction, Kind, Role
from ..ledger import Ledger
from ..policies import Guids, Integers

# Of records that the books name by number: their other id.
_SPACE = uuid.UUID("5f1d7b6e-8d0c-4b36-9a51-6a0f2c7a3b10")
FIRST_PARTY = 10_000
ZERO_DATE = "0001-01-01"


@dataclass(frozen=True, slots=True)
class Set:
    """How a set of documents names its members, and what its numbers begin with."""

    kind: Kind
    lines: str
    number: str
    date: str
    party: str
    price: str
    posted: str
    first: int

    @property
    def role(self) -> Role:
        return Role.SUPPLIER if self.kind.is_purchase else Role.CUSTOMER


SETS = {
    "salesInvoices": Set(
        Kind.SALES_INVOICE,
        *("salesInvoiceLines", "externalDocumentNumber", "invoiceDate"),
        *("customer", "unitPrice", "PS-INV"),
        first=103_001,
    ),
    "salesCreditMemos": Set(
        Kind.CREDIT_NOTE,
        *("salesCreditMemoLines", "externalDocumentNumber", "creditMemoDate"),
        *("customer", "unitPrice", "PS-CR"),
        first=104_001,
    ),
    "purchaseInvoices": Set(
        Kind.SUPPLIER_INVOICE,
        *("purchaseInvoiceLines", "vendorInvoiceNumber", "invoiceDate"),
        *("vendor", "unitCost", ""),
        first=108_001,
    ),
}
OF_KIND = {each.kind: name for name, each in SETS.items()}
# The set in which a cancelled document is taken back.
CORRECTED_IN = {
    Kind.SALES_INVOICE: "salesCreditMemos",
    Kind.CREDIT_NOTE: "salesInvoices",
}


@dataclass(frozen=True, slots=True)
class JournalSet:
    lines: str
    party: str
    direction: Direction
    sign: int
    pays: str


JOURNALS = {
    "customerPaymentJournals": JournalSet(
        "customerPayments", "customer", Direction.RECEIVED, -1, "salesInvoices"
    ),
    "vendorPaymentJournals": JournalSet(
        "vendorPayments", "vendor", Direction.MADE, 1, "purchaseInvoices"
    ),
}
# Members of sets that may be empty.
FIELDS = {
    "generalLedgerEntries": {
        *("id", "postingDate", "documentNumber", "documentType", "accountId"),
        *("accountNumber", "description", "debitAmount", "creditAmount"),
        "lastModifiedDateTime",
    },
    **dict.fromkeys(
        JOURNALS,
        {
            *("id", "code", "displayName", "balancingAccountId"),
            *("balancingAccountNumber", "lastModifiedDateTime"),
        },
    ),
}
PARTIES = {"customers": Role.CUSTOMER, "vendors": Role.SUPPLIER}


class Ids(Guids):
    """Parties are numbered by a series, all else has the ids that the API shows."""

    def __init__(self) -> None:
        self._parties = Integers(FIRST_PARTY)

    def next(self, table: str) -> str:
        return self._parties.next(table) if table == "parties" else super().next(table)

    def seen(self, table: str, record_id: str) -> None:
        if table == "parties":
            self._parties.seen(table, record_id)


def guid_of(table: str, number: str) -> str:
    return str(uuid.uuid5(_SPACE, f"{table}:{number}"))


def next_number(ledger: Ledger, series: str, first: int, prefix: str = "") -> str:
    """Of a number series; none is given twice."""
    key = f"bc.series.{series}"
    number = int(ledger.recall(key, first))
    ledger.remember(key, number + 1)
    return f"{prefix}{number}"
