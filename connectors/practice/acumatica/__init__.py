"""Acumatica's face: log-in and the contract-based REST API of one tenant."""

from .face import Acumatica

FACE = Acumatica
