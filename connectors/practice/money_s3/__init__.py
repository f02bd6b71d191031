"""Money S3's import of exchange files, as a practice ledger."""

from .face import FACE

__all__ = ["FACE"]
