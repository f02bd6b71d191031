import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from accounting_links import gateway
from accounting_links.connection_errors import NotConnected
from accounting_links.management.commands.reconcile import Command
from accounting_links.models import Connection, Reconciliation
from accounting_links.reconcile.workbook import SHEETS
from connectors.records import DocumentKind, RemoteStatus
from invoicing.models import Document
from tests import factories
from tests.accounting_links.factories import connection, document_link
from tests.accounting_links.reconcile.books import (
    Books,
    booked,
    foreign,
    open_instead,
)

pytestmark = pytest.mark.django_db
KEYS = ("ours", "theirs", "explained", "unexplained")


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    """One document the same on both sides, and one that was never ours."""
    books = Books(foreign("X-1"))
    open_instead(monkeypatch, books)
    link = connection(DocumentKind.SALES_INVOICE, name="Shop")
    document = factories.approved(number="A-1")
    document_link(link, document, external_id="R1")
    books.documents.append(booked(document, id="R1"))
    return books


def reconcile(
    capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON."""
    code = 0
    try:
        call_command("reconcile", "--connection", "Shop", "--json", *options)
    except SystemExit as end:
        code = int(end.code or 0)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, told


def test_books_that_agree_exit_with_zero(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = reconcile(capsys)
    assert code == 0
    assert told["rows"] == 2
    assert told["verdicts"]["matched"] == told["verdicts"]["posted_outside"] == 1
    assert [told[key]["GBP"] for key in KEYS] == ["120.00", "170.00", "50.00", "0.00"]


def test_the_verdicts_have_their_names_and_add_up(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    told = reconcile(capsys)[1]
    names = (
        *("matched", "missing_in_books", "missing_in_crm", "posted_outside"),
        *("amount_differs", "tax_differs", "status_differs", "customer_differs"),
        *("date_differs", "duplicate_in_books", "in_doubt"),
    )
    assert set(names) <= set(told["verdicts"])
    assert sum(told["verdicts"].values()) == told["rows"]


@pytest.mark.parametrize(
    "fault",
    [
        {"gross": Decimal(1)},
        {"status": RemoteStatus.VOID},
        {"date": factories.DATE.replace(day=9)},
        {"party_name": "Nobody"},
    ],
)
def test_a_difference_exits_with_one(
    books: Books, capsys: pytest.CaptureFixture[str], fault: dict[str, Any]
) -> None:
    own = books.documents.pop()
    books.documents.append(booked(Document.objects.get(), id=own.id, **fault))
    assert reconcile(capsys)[0] == 1


def test_a_document_not_yet_sent_exits_with_one(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.approved(number="A-2")
    code, told = reconcile(capsys)
    assert (code, told["verdicts"]["missing_in_books"]) == (1, 1)


def test_the_period_limits_both_sides(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    told = reconcile(capsys, "--from", "2026-11-03", "--to", "2026-11-30")[1]
    assert told["rows"] == told["verdicts"]["posted_outside"] == 1
    assert told["theirs"] == {"GBP": "50.00"}
    told = reconcile(capsys, "--to", "2026-10-31")[1]
    assert (told["rows"], told["unexplained"]) == (0, {"GBP": "0.00"})


def test_the_csv_has_one_line_per_document(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reconcile(capsys, "--out", str(tmp_path / "r.csv"))
    with open(tmp_path / "r.csv", newline="", encoding="utf-8") as file:
        lines = {line["number"]: line for line in csv.DictReader(file)}
    columns = ("kind", "currency", "ours", "theirs", "verdict")
    assert [lines["A-1"][each] for each in columns] == [
        *("sales_invoice", "GBP", "120.00", "120.00", "matched")
    ]
    assert [lines["X-1"][each] for each in columns] == [
        *("sales_invoice", "GBP", "", "50.00", "posted_outside")
    ]


@pytest.mark.parametrize("name", ["r.xlsx", "r.XLSX", "r.pdf"])
def test_it_writes_the_other_forms_too(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    assert reconcile(capsys, "--out", str(tmp_path / name))[0] == 0
    start = (tmp_path / name).read_bytes()[:4]
    assert start in (b"PK\x03\x04", b"%PDF")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--connection", "Nobody"), "There are: Shop"),
        (("--from", "01.12.2026"), "Write it as YYYY-MM-DD"),
        (("--to", "2026-02-30"), "Write it as YYYY-MM-DD"),
        (("--from", "2026-12-01", "--to", "2026-11-01"), "lies after"),
        (("--out", "r.doc"), "none of the endings"),
        (("--out", "/nowhere/at/all/r.csv"), "does not exist"),
    ],
)
def test_wrong_use_exits_with_two_and_runs_nothing(
    books: Books,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setattr("django.core.management.base.connections.close_all", bool)
    arguments = ["manage.py", "reconcile", "--connection", "Shop", *options]
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(arguments)
    assert end.value.code == 2
    assert said in capsys.readouterr().err
    assert not Reconciliation.objects.exists()
    assert books.calls == []


def test_a_connection_that_is_not_connected_needs_a_person(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: Connection, *, lane: str = "batch") -> None:
        raise NotConnected("Shop is not connected. Connect it first.")

    monkeypatch.setattr(gateway, "open_connector", refuse)
    with pytest.raises(CommandError, match="Connect it first") as refused:
        call_command("reconcile", "--connection", "Shop")
    assert refused.value.returncode == 1


def test_the_file_holds_what_the_run_found(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reconcile(capsys, "--out", str(tmp_path / "r.xlsx"))
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == list(SHEETS)
    assert book["Documents"].max_row == 3
