"""Words that page, XLSX and PDF share."""

from accounting_links.models import ItemStanding, Role

ROLE_WORDS = {Role.CUSTOMER: "Receivables", Role.SUPPLIER: "Payables"}
ENTRIES = "Entries there that are no documents"
LINE_WORDS = {
    ItemStanding.OUTSIDE: "Posted outside FinSync",
    ItemStanding.IN_TRANSIT: "In transit: sent, no answer yet",
    ItemStanding.NOT_SENT: "Not yet sent",
    ItemStanding.DIFFERS: "Differences",
}
