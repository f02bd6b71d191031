"""NetSuite over the practice ledger: SuiteTalk SOAP."""

from .face import NetSuiteSoap

FACE = NetSuiteSoap
