"""Sage Intacct's face: the XML gateway of one company."""

from .face import SageIntacct

FACE = SageIntacct
