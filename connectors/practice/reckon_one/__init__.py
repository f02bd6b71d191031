"""Reckon One over the practice ledger: version 2, and bills by version 1."""

from .face import ReckonOne

FACE = ReckonOne
