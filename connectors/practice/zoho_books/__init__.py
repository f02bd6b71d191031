"""Zoho Books over the practice ledger: the API of version 3."""

from .face import ZohoBooks

FACE = ZohoBooks
