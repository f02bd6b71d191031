import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from invoicing.errors import Refused
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse
from invoicing.models import DocumentKind

REPORT = {
    "amount_sent": {"GBP": Decimal("1234.50"), "EUR": Decimal("1E+2")},
    "kind": DocumentKind.SALES_INVOICE,
    "since": dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC),
    "seconds": 1.5,
    "refused": [],
}


class Example(ReportingCommand):
    requires_migrations_checks = False
    outcome: Outcome | Exception = Outcome(REPORT, needs_person=False)

    def work(self, options: dict[str, Any]) -> Outcome:
        self.say("Working")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def run(outcome: Outcome | Exception, *arguments: str) -> tuple[str, str]:
    command, out, err = Example(), io.StringIO(), io.StringIO()
    command.outcome = outcome
    call_command(command, *arguments, stdout=out, stderr=err, skip_checks=True)
    return out.getvalue(), err.getvalue()


def test_json_alone_stands_on_standard_output() -> None:
    out, err = run(Outcome(REPORT, needs_person=False), "--json")
    assert json.loads(out) == {
        "amount_sent": {"GBP": "1234.50", "EUR": "100"},
        "kind": "sales_invoice",
        "since": "2026-11-02T09:00:00+00:00",
        "seconds": 1.5,
        "refused": [],
    }
    assert err == "Working\n"


def test_people_read_a_line_for_each_figure() -> None:
    out, _ = run(Outcome(REPORT, needs_person=False))
    assert "amount sent: GBP 1234.50, EUR 100" in out
    assert "refused: none" in out


def test_one_tells_that_a_person_is_needed() -> None:
    with pytest.raises(SystemExit) as end:
        run(Outcome({}, needs_person=True), "--json")
    assert end.value.code == 1


@pytest.mark.parametrize("problem", [Refused("No such thing."), WrongUse("Not so.")])
def test_two_tells_of_wrong_use(problem: Exception) -> None:
    with pytest.raises(CommandError) as wrong:
        run(problem)
    assert wrong.value.returncode == 2
    assert str(wrong.value) == str(problem)


def test_on_a_terminal_wrong_use_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = Example()
    command.outcome = WrongUse("There is no such file.")
    with pytest.raises(SystemExit) as end:
        command.run_from_argv(["manage.py", "example", "--skip-checks"])
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == "There is no such file."
