"""OneUp's practice face; see `face`."""

from .face import OneUp

FACE = OneUp
