"""Patriot's imports, and the person who keys in what it has no import for."""

from .face import FACE

__all__ = ["FACE"]
