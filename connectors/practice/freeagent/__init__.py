"""FreeAgent's practice face; see `face`."""

from .face import FreeAgent

FACE = FreeAgent
