"""Wave over the practice ledger: its public GraphQL API."""

from .face import Wave

FACE = Wave
