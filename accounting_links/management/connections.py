"""What the commands share: which connection is meant, and what a problem is."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounting_links.connection_errors import ConnectingError
from accounting_links.models import Connection
from connectors.errors import ConnectorError
from connectors.registry import UnknownPlatform
from invoicing.management.reporting import WrongUse


def add_connection(parser: CommandParser) -> None:
    parser.add_argument("--connection", required=True, metavar="NAME", dest="name")


def named(name: str) -> Connection:
    found = Connection.objects.filter(name=name).first()
    if found is not None:
        return found
    names = ", ".join(Connection.objects.values_list("name", flat=True))
    raise WrongUse(
        f"There is no connection {name!r}. There are: {names}."
        if names
        else f"There is no connection {name!r}. Make one with `manage.py connect`."
    )


@contextmanager
def told_to_people() -> Iterator[None]:
    """What stands in the way of connecting is a sentence, not a stack trace."""
    try:
        yield
    except (ConnectingError, ConnectorError, UnknownPlatform) as problem:
        raise WrongUse(str(problem)) from problem


def a_date(text: str) -> date:
    found = _parsed(parse_date, text)
    if not isinstance(found, date):
        raise ArgumentTypeError(f"{text!r} is no date: write it as 2026-04-30.")
    return found


def a_time(text: str) -> datetime:
    """A date alone is its beginning in the business's time zone."""
    moment = _parsed(parse_datetime, text)
    if not isinstance(moment, datetime):
        day = a_date(text)
        moment = datetime(day.year, day.month, day.day)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _parsed(parse: object, text: str) -> object:
    try:
        return parse(text) if callable(parse) else None
    except ValueError:
        return None


def at_least(least: int) -> "_AtLeast":
    return _AtLeast(least)


class _AtLeast:
    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, text: str) -> int:
        if not text.isdecimal() or int(text) < self.least:
            raise ArgumentTypeError(f"{text!r} is no number from {self.least} up.")
        return int(text)
