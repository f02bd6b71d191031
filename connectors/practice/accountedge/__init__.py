"""AccountEdge's import and export windows, as a practice ledger."""

from .face import FACE

__all__ = ["FACE"]
