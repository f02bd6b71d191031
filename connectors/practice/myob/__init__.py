"""MYOB's practice face; see `face`."""

from .face import Myob

FACE = Myob
