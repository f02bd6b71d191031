"""Reminders, mail, the folder, the command, and what stands for the books."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounting_links import gateway, sweeping
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.exports import deciding, disk, mailing, reminding
from accounting_links.models import Connection, ConnectionState, ExportBatch
from accounting_links.reconcile import service as reconciling
from connectors.practice.server import PracticeServer
from connectors.records import DocumentKind
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.exports.office import exported, imported, order

pytestmark = pytest.mark.django_db


def age(batch: ExportBatch, days: int) -> None:
    when = timezone.now() - dt.timedelta(days=days)
    ExportBatch.objects.filter(pk=batch.pk).update(created_at=when)


# Reminders


def test_a_file_that_nobody_confirmed_is_brought_up_once(books: Connection) -> None:
    batch = exported(books, factories.sent())
    age(batch, 4)
    sweeping.sweep()
    sweeping.sweep()
    (told,) = Event.objects.filter(verb="export.reminded")
    assert batch.file_name in told.sentence


def test_it_is_brought_up_again_after_as_many_days(books: Connection) -> None:
    batch = exported(books, factories.sent())
    age(batch, 10)
    assert reminding.remind() == 1
    past = timezone.now() - dt.timedelta(days=3, minutes=1)
    ExportBatch.objects.update(reminded_at=past)
    assert reminding.remind() == 1


def test_a_young_or_confirmed_file_is_left_alone(books: Connection) -> None:
    young, confirmed = (exported(books, factories.sent()) for _ in range(2))
    deciding.confirm(confirmed, actor=None)
    age(confirmed, 30)
    assert reminding.remind() == 0
    assert [each.pk for each in reminding.unconfirmed()] == [young.pk]


def test_the_connection_says_after_how_many_days(books: Connection) -> None:
    batch = exported(books, factories.sent())
    age(batch, 4)
    books.values = {**books.values, "remind_after_days": "7"}
    books.save()
    assert reminding.overdue() == []


# Mail


def test_a_colleague_gets_the_file_byte_for_byte(books: Connection) -> None:
    batch = exported(books, order())
    colleague = base.accountant()
    mailing.mail(batch, to=colleague, note="Please import", actor=base.bookkeeper())
    (sent,) = mail.outbox
    assert sent.to == [colleague.email]
    name, content, _ = sent.attachments[0]
    data = content if isinstance(content, bytes) else str(content).encode()
    assert (name, data) == (batch.file_name, bytes(batch.content))
    told = Event.objects.get(verb="export.mailed")
    assert told.after["to"] == colleague.email


def test_mail_needs_its_permission_and_a_colleague(books: Connection) -> None:
    batch = exported(books, order())
    with pytest.raises(NotAllowed):
        mailing.mail(batch, to=base.accountant(), actor=base.stranger())
    outsider = base.accountant()
    outsider.is_staff = False
    outsider.save()
    with pytest.raises(Refused, match="no staff member"):
        mailing.mail(batch, to=outsider, actor=base.bookkeeper())
    assert mail.outbox == []


# The folder and the command


def test_another_file_of_the_same_name_is_never_overwritten(
    books: Connection, tmp_path: Path
) -> None:
    batch = exported(books, order(number="OP-1"))
    (tmp_path / "OP-1.xml").write_bytes(b"somebody else's")
    (path,) = disk.lay([batch], tmp_path)
    assert path.name == "OP-1-2.xml"
    assert path.read_bytes() == bytes(batch.content)
    assert disk.lay([batch], tmp_path) == [path]
    assert (tmp_path / "OP-1.xml").read_bytes() == b"somebody else's"


def command(*words: str) -> tuple[dict[str, Any], int]:
    out, code = StringIO(), 0
    try:
        call_command(*words, "--json", stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    return json.loads(out.getvalue()), code


def test_the_command_connects_and_exports_once(tmp_path: Path) -> None:
    told, _ = command("connect", "money_s3", "--name", "files")
    assert told["state"] == ConnectionState.CONNECTED
    document, unsent = factories.sent(), factories.approved()
    words = ("export_documents", "--connection", "files", "--out", str(tmp_path))
    report, code = command(*words)
    assert (report["files"], report["documents"], report["blocked"]) == (1, 1, 1)
    assert code == 1
    (path,) = tmp_path.iterdir()
    assert document.number in path.read_text() and unsent.number not in path.read_text()
    again, _ = command(*words)
    assert (again["files"], again["documents"]) == (0, 0)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_settled_by_command(
    books: Connection, importer: PracticeServer, tmp_path: Path
) -> None:
    batch = exported(books, factories.sent(), factories.sent())
    (path,) = disk.lay([batch], tmp_path)
    report = tmp_path / "report.xml"
    report.write_bytes(imported(importer.url, batch))
    words = ("confirm_export", "--connection", books.name, str(path))
    told, code = command(*words, "--report", str(report))
    assert (told["confirmed"], told["unconfirmed"], code) == (2, 0, 0)
    assert command(*words)[0]["confirmed"] == 0


def test_all_of_a_file_is_confirmed_by_hand_by_command(
    books: Connection, tmp_path: Path
) -> None:
    batch = exported(books, factories.sent())
    (path,) = disk.lay([batch], tmp_path)
    words = ("confirm_export", "--connection", books.name, str(path))
    assert command(*words)[0]["confirmed"] == 1
    path.write_bytes(b"changed")
    with pytest.raises(CommandError, match="was changed"):
        command(*words)


def test_without_a_folder_the_files_are_laid_under_the_state(
    books: Connection, settings: Settings, tmp_path: Path
) -> None:
    settings.FINSYNC_STATE = tmp_path
    factories.sent()
    report, code = command("export_documents", "--connection", books.name)
    assert code == 0
    (path,) = report["paths"]
    assert Path(path).parent == tmp_path / "exports" / books.name


def test_a_folder_that_cannot_be_written_is_told_and_loses_nothing(
    books: Connection, tmp_path: Path
) -> None:
    factories.sent()
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CommandError, match="download them"):
        command("export_documents", "--connection", books.name, "--out", str(blocked))
    assert ExportBatch.objects.count() == 1


def test_an_unknown_variant_is_wrong_use(books: Connection) -> None:
    with pytest.raises(CommandError, match="no variant 'x'"):
        command("export_documents", "--connection", books.name, "--variant", "x")


def test_there_is_nobody_to_link(books: Connection) -> None:
    factories.customer()
    words = ("link_contacts", "--connection", books.name, "--create-missing")
    report, code = command(*words)
    assert (report["linked"], report["created"], report["left"], code) == (0, 0, 0, 0)


# What stands for the books


def test_only_what_was_confirmed_is_in_the_books(books: Connection) -> None:
    confirmed, open_ = factories.sent(), factories.sent()
    batch = exported(books, confirmed, open_)
    entry = batch.items.get(document=confirmed)
    deciding.confirm(batch, item_ids=[entry.pk], actor=None)
    with gateway.open_connector(books) as connector:
        listed = list(connector.list_documents(DocumentKind.SALES_INVOICE, None, None))
    (found,) = listed
    assert (found.number, found.gross) == (confirmed.number, confirmed.gross)
    assert found.reference == confirmed.reference


def test_reconciliation_ties_and_names_what_was_not_confirmed(
    books: Connection,
) -> None:
    confirmed, open_ = factories.sent(), factories.sent()
    batch = exported(books, confirmed, open_)
    entry = batch.items.get(document=confirmed)
    deciding.confirm(batch, item_ids=[entry.pk], actor=None)
    done = reconciling.run(books, start=None, end=None)
    assert done.verdicts["matched"] == 1
    assert done.verdicts["missing_in_books"] == 1
    totals = done.totals["GBP"]
    assert totals["unexplained"] == "0.00"
