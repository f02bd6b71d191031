"""Business Central's face: the API v2.0 of one environment."""

from .face import Dynamics365

FACE = Dynamics365
