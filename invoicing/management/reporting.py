"""How FinSync's commands speak: progress for people on standard error, one JSON
object on standard output with `--json`, and an exit code that scripts can act on.

    class Command(ReportingCommand):
        def add_options(self, parser): ...
        def work(self, options) -> Outcome:
            self.say("Reading")
            return Outcome({"sent": 3}, needs_person=False)

Exit 0: done. 1: something is left that needs a person. 2: wrong use.
"""

import datetime as dt
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from invoicing.errors import Refused

DONE, NEEDS_PERSON, WRONG_USE = 0, 1, 2
SECONDS_BETWEEN = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`report` becomes the JSON object: amounts as strings, times in ISO form."""

    report: Mapping[str, Any]
    needs_person: bool


class WrongUse(CommandError):
    """The command was called in a way that cannot work. Exits with 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=WRONG_USE)


class ReportingCommand(BaseCommand):
    """Subclasses give `add_options` and `work`; `for_people` where the plain list of
    figures does not do. A `Refused` that leaves `work` is wrong use."""

    requires_migrations_checks = True

    def add_options(self, parser: CommandParser) -> None:
        """The command's own arguments."""

    def work(self, options: dict[str, Any]) -> Outcome:
        raise NotImplementedError

    def for_people(self, report: Mapping[str, Any]) -> Sequence[str]:
        return [
            f"{name.replace('_', ' ')}: {_readable(value)}"
            for name, value in report.items()
        ]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json",
            action="store_true",
            dest="as_json",
            help="print one JSON object on standard output",
        )
        self.add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self.work(options)
        except (Refused, WrongUse) as problem:
            self._end_wrong_use(str(problem), problem)
        if options["as_json"]:
            self.stdout.write(json.dumps(_plain(outcome.report), ensure_ascii=False))
        else:
            for line in self.for_people(outcome.report):
                self.stdout.write(line)
        if outcome.needs_person:
            sys.exit(NEEDS_PERSON)

    def _end_wrong_use(self, message: str, cause: Exception) -> NoReturn:
        # Django would put the error's name before it.
        if getattr(self, "_called_from_command_line", False):
            self.say(message)
            sys.exit(WRONG_USE)
        raise WrongUse(message) from cause

    def say(self, message: str) -> None:
        self.stderr.write(message, style_func=str)

    def progress(self, what: str) -> "Progress":
        return Progress(self, what)


class Progress:
    """Says how far a long piece of work is, now and then."""

    def __init__(self, command: ReportingCommand, what: str) -> None:
        self._command = command
        self._what = what
        self._next = time.monotonic() + SECONDS_BETWEEN

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SECONDS_BETWEEN
            self._command.say(f"{done:,} of {of:,} {self._what}")


def _readable(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{key} {_readable(each)}" for key, each in value.items()]
        return ", ".join(parts) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_readable, value)) or "none"
    return str(_plain(value))


def _plain(value: Any) -> Any:
    """Decimals as text: a float would not be an amount that one can rely on."""
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
