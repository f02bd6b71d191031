"""QuickBooks Online over the practice ledger: the Accounting API, version 3."""

from .face import QuickBooksOnline

FACE = QuickBooksOnline
