import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounting_links.models import Connection
from invoicing.audit import digests, sealing, verifying, watching
from invoicing.audit.verifying import Finding
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse
from invoicing.models import Event, SealChain


class Command(ReportingCommand):
    help = (
        "Looks through the sealed history, and names the first row of each chain that "
        "was changed, removed, inserted or reordered."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="what an earlier --json printed: its heads must still be there",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        noted = heads_in(options["against"]) if options["against"] else []
        findings: list[Finding] = []
        events = 0
        numbers = verifying.chains()
        progress = self.progress("chains")
        for done, number in enumerate(numbers, start=1):
            checked = verifying.verify(number)
            SealChain.objects.get_or_create(chain=number)
            watching.keep(checked)
            events += checked.events
            findings += [checked.finding] if checked.finding else []
            progress(done, len(numbers))
        findings += verifying.against(noted)
        sealed_to = sealing.where().sealed_to
        report = {
            "intact": not findings,
            "chains": len(numbers),
            "events": events,
            "not_sealed_yet": Event.objects.filter(pk__gt=sealed_to).count(),
            "findings": [named(each) for each in findings],
            "heads": list(verifying.heads()),
        }
        return Outcome(report, needs_person=bool(findings))

    def for_people(self, report: Mapping[str, Any]) -> Sequence[str]:
        waiting = report["not_sealed_yet"]
        said = [
            f"{report['events']:,} events in {report['chains']:,} chains looked "
            f"through; {waiting:,} are younger and not sealed yet."
        ]
        for each in report["findings"]:
            said.append(
                f"{each['connection'] or 'No connection'}: {each['sentence']} "
                "What comes after it is not proven."
            )
        return said if report["findings"] else [*said, "Nothing was tampered with."]


def named(finding: Finding) -> dict[str, Any]:
    found = Connection.objects.filter(pk=finding.chain).first()
    name = found.name if found else f"Connection {finding.chain}"
    is_none = finding.chain == digests.NO_CHAIN
    return {"connection": "" if is_none else name, **finding.as_json()}


def heads_in(path: Path) -> list[dict[str, Any]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return [
            {
                "chain": int(h["chain"]),
                "sequence": int(h["sequence"]),
                "link": h["link"],
            }
            for h in told["heads"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongUse(f"{path} holds no heads of an earlier verify_audit.") from error
