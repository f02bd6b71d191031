"""SAP S/4HANA Cloud over the practice ledger: journal entries and OData version 2."""

from .face import S4HanaCloud

FACE = S4HanaCloud
