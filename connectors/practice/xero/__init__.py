"""Xero's practice face; see `face`."""

from .face import Xero

FACE = Xero
