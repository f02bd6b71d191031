"""NetSuite over the practice ledger: SuiteTalk REST."""

from .face import NetSuiteRest

FACE = NetSuiteRest
