"""The conformance card in Markdown: per platform what works, what does not and why, and
how sure we are. Everything comes from declarations and from counted tests."""

from collections.abc import Iterable, Mapping

from connectors import card
from connectors.base import Connector
from connectors.evidence import Evidence

_HEAD = (
    "| Platform | How sure | Contract tests | Samples | Client of others "
    "| Left to check |\n| --- | --- | --- | --- | --- | --- |"
)


def overview(
    classes: Iterable[type[Connector]], evidence: Mapping[str, Evidence]
) -> str:
    """One row a platform."""
    rows = [_row(each, evidence[each.platform]) for each in classes]
    return "\n".join([_HEAD, *rows]) + "\n"


def behaviours(
    classes: Iterable[type[Connector]], evidence: Mapping[str, Evidence]
) -> str:
    """How many tests of each behaviour a platform runs; none may be skipped."""
    told = [(each.label, evidence[each.platform].behaviours) for each in classes]
    names = list(dict.fromkeys(name for _, counts in told for name in counts))
    lines = [
        f"| Platform | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(
            f"| {label} | {' | '.join(str(counts.get(n, '-')) for n in names)} |"
            for label, counts in told
        ),
    ]
    return "\n".join(lines) + "\n"


def gaps(classes: Iterable[type[Connector]]) -> str:
    """What each platform does not do, and why."""
    lines = ["| Platform | Does not | Why |", "| --- | --- | --- |"]
    for each in classes:
        for fact in card.gaps(each.capabilities):
            lines.append(f"| {each.label} | {fact.question} | {fact.reason} |")
    return "\n".join(lines) + "\n"


def _row(connector: type[Connector], found: Evidence) -> str:
    why = connector.capabilities.reasons.get("proven", "")
    sure = f"**{found.surety(connector.capabilities).value.capitalize()}.** {why}"
    cells = (
        f"[{connector.label}](platforms/{connector.platform}.md)",
        sure.strip(),
        str(found.tests),
        str(found.samples),
        "yes" if found.client else "-",
        str(len(found.unproven)),
    )
    return f"| {' | '.join(cells)} |"
