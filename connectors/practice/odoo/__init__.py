"""Odoo over the practice ledger: XML-RPC, JSON-RPC and JSON-2."""

from .face import Odoo

FACE = Odoo
