"""Compares both sides, keeps the result, and writes it to a file."""

import argparse
import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from accounting_links.models import (
    Connection,
    Reconciliation,
    ReconciliationState,
)
from accounting_links.reconcile import export, service
from accounting_links.reconcile.accepted import left_over
from invoicing.management.reporting import (
    NEEDS_PERSON,
    Outcome,
    ReportingCommand,
    WrongUse,
)

SIDES = ("ours", "theirs", "explained", "unexplained")


class Command(ReportingCommand):
    help = "Compares every document of both sides. Changes nothing on either."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--connection", required=True, metavar="NAME")
        parser.add_argument("--from", dest="start", type=day, metavar="DATE")
        parser.add_argument("--to", dest="end", type=day, metavar="DATE")
        parser.add_argument(
            "--balances",
            action=argparse.BooleanOptionalAction,
            help="read what is open on both sides too; left out: for .xlsx and .pdf",
        )
        parser.add_argument(
            "--out", type=Path, metavar="FILE", help="an .xlsx, .csv or .pdf file"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        start, end, out = options["start"], options["end"], options["out"]
        connection = named(options["connection"])
        if start and end and start > end:
            raise WrongUse(f"--from {start} lies after --to {end}.")
        if out is not None:
            refuse_unwritable(out)
        self.say(f"Reading the books of {connection}")
        began = time.monotonic()
        reconciliation = service.run(
            connection, start=start, end=end, balances=wants_balances(options)
        )
        if reconciliation.state != ReconciliationState.DONE:
            raise CommandError(reconciliation.message, returncode=NEEDS_PERSON)
        if out is not None:
            written(reconciliation, out)
            self.say(f"Written to {out}")
        report = told(reconciliation) | {"seconds": round(time.monotonic() - began, 2)}
        return Outcome(report, needs_person=needs_person(reconciliation))


def wants_balances(options: dict[str, Any]) -> bool:
    asked: bool | None = options["balances"]
    out: Path | None = options["out"]
    if asked is None:
        return out is not None and out.suffix.lower() in (".xlsx", ".pdf")
    return asked


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date. Write it as YYYY-MM-DD."
        raise argparse.ArgumentTypeError(message) from None


def named(name: str) -> Connection:
    found = Connection.objects.select_related("default_nominal").filter(name=name)
    connection = found.first()
    if connection is None:
        names = ", ".join(Connection.objects.values_list("name", flat=True))
        raise WrongUse(
            f"There is no connection named {name!r}. There are: {names or 'none'}."
        )
    return connection


def refuse_unwritable(out: Path) -> None:
    """Before the work, not after it."""
    if out.suffix.lower() not in export.WRITERS:
        endings = ", ".join(export.WRITERS)
        raise WrongUse(f"{out} has none of the endings that can be written: {endings}.")
    if not out.parent.is_dir():
        raise WrongUse(f"The folder {out.parent} does not exist.")
    if out.is_dir():
        raise WrongUse(f"{out} is a folder.")


def written(reconciliation: Reconciliation, out: Path) -> None:
    try:
        export.write(reconciliation, out)
    except OSError as error:
        raise WrongUse(f"{out} cannot be written: {error.strerror}.") from error


def told(reconciliation: Reconciliation) -> dict[str, Any]:
    totals = reconciliation.totals
    return {
        "reconciliation": reconciliation.pk,
        "rows": sum(reconciliation.verdicts.values()),
        "verdicts": reconciliation.verdicts,
        **{
            side: {currency: whole[side] for currency, whole in totals.items()}
            for side in SIDES
        },
        "http_requests": reconciliation.http_requests,
    }


def needs_person(reconciliation: Reconciliation) -> bool:
    """What was accepted with a reason needs nobody any more."""
    return bool(left_over(reconciliation)) or any(
        Decimal(whole["unexplained"]) for whole in reconciliation.totals.values()
    )
