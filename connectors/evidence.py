"""How sure we are of a platform: what its tests prove, as `manage.py docs` has counted
them, and what its page says must still be checked on a real account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from connectors.capabilities import Capabilities

FILE = Path(__file__).with_name("evidence.json")


class Surety(StrEnum):
    """From the surest on. The words are for people."""

    SCHEMA = "held against a description on file"
    DOCUMENTED = "written after the vendor's documentation"
    THIN = "thinly documented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`behaviours`: what every connector is held to -> how many tests of it this one
    runs; none of them may be skipped. `schema`: traffic is held against one on file.
    `client`: a client that others wrote drives the practice ledger. `samples`: answers
    in the vendor's shape. `unproven`: sentences of the platform's page."""

    behaviours: Mapping[str, int] = field(default_factory=dict)
    schema: bool = False
    client: bool = False
    samples: int = 0
    unproven: tuple[str, ...] = ()

    @property
    def tests(self) -> int:
        return sum(self.behaviours.values())

    def surety(self, capabilities: Capabilities) -> Surety:
        if not capabilities.proven:
            return Surety.THIN
        return Surety.SCHEMA if self.schema else Surety.DOCUMENTED


def evidence_of(slug: str) -> Evidence:
    """Nothing is proven of a platform that was never counted."""
    return from_counts(_counted().get(slug, {}))


def from_counts(told: Mapping[str, Any]) -> Evidence:
    return Evidence(**{**told, "unproven": tuple(told.get("unproven", ()))})


@cache
def _counted() -> dict[str, dict[str, Any]]:
    counted: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return counted
