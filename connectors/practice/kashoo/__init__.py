"""Kashoo's practice face; see `face`."""

from .face import Kashoo

FACE = Kashoo
