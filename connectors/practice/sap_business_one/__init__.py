"""SAP Business One's face: the Service Layer of one company."""

from .face import SapBusinessOne

FACE = SapBusinessOne
