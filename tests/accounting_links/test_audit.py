"""What people and the clock have of the sealed history."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.urls import reverse
from django_q.models import Schedule

from accounting_links import tasks
from accounting_links.models import Connection
from invoicing.models import Event, SealChain
from tests import base
from tests.accounting_links import factories
from tests.invoicing.audit.history import happened, seal_all, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Connection:
    return factories.connection(name="Xero of the shop")


def verify(*words: str) -> tuple[dict[str, Any], int]:
    out, code = StringIO(), 0
    try:
        call_command("verify_audit", *words, "--json", stdout=out, stderr=StringIO())
    except SystemExit as end:
        code = int(end.code or 0)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report, code


def history(books: Connection, count: int = 3) -> list[Event]:
    made = happened(count, chain=books.pk)
    seal_all()
    return made


def test_an_intact_history_is_said_to_be(books: Connection) -> None:
    history(books)
    happened(1, chain=books.pk)
    report, code = verify()
    assert (report["intact"], report["findings"], code) == (True, [], 0)
    assert report["not_sealed_yet"] >= 1
    assert {head["chain"] for head in report["heads"]} >= {books.pk}


def test_the_first_row_is_named_with_its_connection(books: Connection) -> None:
    events = history(books)
    tamper(events[1], sentence="x")
    report, code = verify()
    [finding] = report["findings"]
    assert (code, report["intact"]) == (1, False)
    assert finding["connection"] == "Xero of the shop"
    assert (finding["what"], finding["event_id"]) == ("changed", events[1].pk)
    assert finding["sequence"] == 2


def test_people_read_a_sentence(books: Connection) -> None:
    events = history(books)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "Nothing was tampered with." in out.getvalue()
    events[0].delete()
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=out)
    assert "Xero of the shop: Event" in out.getvalue()
    assert "was removed." in out.getvalue()


def test_heads_that_were_printed_are_held_against_it(
    books: Connection, tmp_path: Path
) -> None:
    history(books)
    noted = tmp_path / "noted.json"
    noted.write_text(json.dumps(verify()[0]))
    history(books, 2)
    assert verify("--against", str(noted))[1] == 0
    forged = json.loads(noted.read_text())
    forged["heads"][-1]["link"] = "0" * 64
    noted.write_text(json.dumps(forged))
    assert verify("--against", str(noted))[1] == 1


@pytest.mark.parametrize("text", ["", "[]", '{"heads": [{}]}', "{"])
def test_another_file_is_wrong_use(tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.json"
    other.write_text(text)
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify_audit", "--against", str(other))


def test_sealing_is_a_command_too(books: Connection) -> None:
    happened(2, chain=books.pk)
    out = StringIO()
    call_command("seal_audit", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["sealed"] + report["not_sealed_yet"] >= 2


def test_the_clock_seals_and_verifies(books: Connection) -> None:
    history(books)
    assert tasks.seal_history() >= 0
    assert tasks.verify_history() >= 3
    tasks.ensure_schedules()
    names = set(Schedule.objects.values_list("name", flat=True))
    assert {"Seal history", "Verify history"} <= names


def page(books: Connection) -> str:
    client = base.client_of(base.accountant())
    address = reverse("admin:accounting_links_connection_change", args=(books.pk,))
    return client.get(address).content.decode()


def test_the_connection_says_how_it_stands(books: Connection) -> None:
    happened(1, chain=books.pk)
    assert "History not sealed yet" in page(books)
    seal_all()
    assert "not looked through yet" in page(books)
    tasks.verify_history()
    assert "History intact" in page(books)


def test_a_broken_history_stands_on_the_connection(books: Connection) -> None:
    events = history(books)
    tamper(events[2], reason="another")
    tasks.verify_history()
    shown = page(books)
    assert "History is broken" in shown
    assert f"Event {events[2].pk} was changed after it was sealed." in shown
    assert SealChain.objects.get(chain=books.pk).verified_sequence == 2


def test_who_acted_cannot_be_deleted(books: Connection) -> None:
    user = base.stranger()
    Event.objects.create(verb="x", subject="x:1", sentence="x", actor=user)
    with pytest.raises(ProtectedError):
        user.delete()
