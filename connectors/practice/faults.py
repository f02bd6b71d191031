"""Faults on request: rules that spoil chosen requests of a practice ledger.

`POST /__practice__/faults` takes one rule, a list of rules, or `{"faults": [rules]}`,
adds them and answers `{"faults": [...]}` as `GET` does: each rule with its `id`, `seen`
(requests that matched) and `fired`. `DELETE /__practice__/faults` takes all away,
`DELETE /__practice__/faults/ID` one. The first rule that matches and is due fires; the
rest still count the request. A rule is a JSON object:

which requests
    `method`   "POST"; left out: any
    `path`     regular expression searched in path and query; left out: any request
               of the vendor's face (never `/__practice__/`)
    `body`     regular expression searched in the body as text
which of them
    `nth`      fires on the nth match only (1 is the first)
    `every`    fires on every nth match
    `probability`, `seed`   fires by chance, the same way for the same seed
    `skip`     lets that many matches pass first
    `count`    fires that many times at most; left out: `nth` once, else no limit
what happens (`kind`)
    `latency`        waits `seconds` (1), then goes on as usual
    `status`         answers `status` (500, 503, 429, ...) in the vendor's error shape,
                     nothing committed; `retry_after` sets that header; `body` and
                     `content_type` under `answer` replace the vendor's shape
    `token_error`    as `status` 503, on the token endpoint alone
    `cut_before`     closes the socket, nothing committed
    `cut_after`      commits, then closes the socket without an answer
    `cut_inside`     commits `items` (1) items of a batch, then closes the socket
    `batch_error`    answers an error for the batch item of index `item` (0)
    `expired_token`  makes all access tokens expire, then goes on: the vendor's 401
    `revoked_grant`  revokes all grants, then goes on: 401, and refreshing fails
    `trickle`        commits, then sends the answer in bits of `chunk` (1) bytes, with
                     `seconds` (0.2) between them
    `html`           commits, then answers an HTML page with `status` (200)
    `truncated`      commits, then answers the first half of the body as if whole
    `cut_body`       commits, sends half of the announced body, closes the socket
    `huge`           commits, then answers `bytes` (50 MB) of white space and `{}`
    `entities`       commits, then declares a document type with entities before the
                     answer, where that is XML

A kind that a face cannot have (no batch, no tokens) does nothing there.
"""

import random
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

BEFORE = {"latency", "status", "token_error", "cut_before"}
BEFORE |= {"expired_token", "revoked_grant"}
AFTER = {"cut_after", "trickle", "html", "truncated", "cut_body", "huge", "entities"}
INSIDE = {"cut_inside", "batch_error"}
KINDS = BEFORE | AFTER | INSIDE

FIELDS: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "method": (str,),
    "path": (str,),
    "body": (str,),
    "nth": (int,),
    "every": (int,),
    "probability": (int, float, Decimal),
    "seed": (int,),
    "skip": (int,),
    "count": (int,),
    "seconds": (int, float, Decimal),
    "status": (int,),
    "retry_after": (int, str),
    "answer": (dict,),
    "items": (int,),
    "item": (int,),
    "chunk": (int,),
    "bytes": (int,),
}


class BadRule(ValueError):
    """The rule cannot be used; the message says what is wrong."""


@dataclass
class Rule:
    id: str
    spec: dict[str, Any]
    seen: int = 0
    fired: int = 0
    chance: random.Random = field(default_factory=random.Random)

    @property
    def kind(self) -> str:
        return str(self.spec["kind"])

    def matches(self, method: str, target: str, body: bytes, *, token: bool) -> bool:
        spec = self.spec
        if self.kind == "token_error" and not token:
            return False
        if spec.get("method", method).upper() != method:
            return False
        if not re.search(spec.get("path", ""), target):
            return False
        return "body" not in spec or bool(
            re.search(spec["body"], body.decode("utf-8", "replace"))
        )

    def due(self) -> bool:
        """Counts a match and says whether the rule fires on it."""
        self.seen += 1
        spec = self.spec
        turn = self.seen - int(spec.get("skip", 0))
        limit = spec.get("count", 1 if "nth" in spec else None)
        if turn < 1 or (limit is not None and self.fired >= limit):
            return False
        if "nth" in spec:
            return turn == int(spec["nth"])
        if "every" in spec:
            return turn % int(spec["every"]) == 0
        return self.chance.random() < float(spec.get("probability", 1))

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.spec, "seen": self.seen, "fired": self.fired}


class Faults:
    """The rules that are on. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: dict[str, Rule] = {}
        self._last = 0

    def add(self, spec: Mapping[str, Any]) -> Rule:
        """Raises `BadRule`; nothing is added then."""
        self.check(spec)
        with self._lock:
            self._last += 1
            rule = Rule(id=str(self._last), spec=dict(spec))
            rule.chance.seed(spec.get("seed", 0))
            self._rules[rule.id] = rule
            return rule

    def check(self, spec: Mapping[str, Any]) -> None:
        if spec.get("kind") not in KINDS:
            raise BadRule(f"`kind` is one of {', '.join(sorted(KINDS))}.")
        for name, value in spec.items():
            if name not in FIELDS:
                raise BadRule(f"Unknown field `{name}`.")
            if not isinstance(value, FIELDS[name]) or isinstance(value, bool):
                raise BadRule(f"`{name}` has the wrong type.")
        if any(spec.get(name, 1) < 1 for name in ("nth", "every")):
            raise BadRule("`nth` and `every` begin at 1.")
        for name in ("path", "body"):
            try:
                re.compile(spec.get(name, ""))
            except re.error as error:
                raise BadRule(f"`{name}`: {error}.") from error

    def remove(self, rule_id: str) -> bool:
        with self._lock:
            return self._rules.pop(rule_id, None) is not None

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [rule.as_json() for rule in self._rules.values()]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def pick(
        self, method: str, target: str, body: bytes, *, token: bool
    ) -> Mapping[str, Any]:
        """The spec of the rule that fires on this request; empty when none does."""
        with self._lock:
            due = self._due(method, target, body, token=token)
            chosen = next(iter(due), None)
            if chosen is None:
                return {}
            chosen.fired += 1
            return chosen.spec

    def _due(
        self, method: str, target: str, body: bytes, *, token: bool
    ) -> Iterable[Rule]:
        return [
            rule
            for rule in self._rules.values()
            if rule.matches(method, target, body, token=token) and rule.due()
        ]
