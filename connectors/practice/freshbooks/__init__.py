"""FreshBooks over the practice ledger: the accounting API."""

from .face import FreshBooks

FACE = FreshBooks
