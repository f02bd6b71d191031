"""Sage Accounting's practice face; see `face`."""

from .face import SageAccounting

FACE = SageAccounting
