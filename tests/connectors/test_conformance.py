"""The conformance card says what is so."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from connectors import card, evidence, registry
from connectors.capabilities import Capabilities
from connectors.evidence import Evidence, Surety
from connectors.registry import connector_class
from tests import conformance

ROOT = Path(__file__).resolve().parents[2]
SLUGS = registry.slugs()
COUNTED = ("odoo", "money_s3")


def test_as_many_tests_are_counted_as_are_collected() -> None:
    paths = [f"tests/connectors/{slug}/test_contract.py" for slug in COUNTED]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *paths]
    told = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    collected = Counter(
        line.partition("::")[0] for line in told.splitlines() if "::" in line
    )
    for slug, path in zip(COUNTED, paths, strict=True):
        suites = conformance.suites_of(slug)
        own = sum(1 for s in suites for name in vars(s) if name.startswith("test_"))
        counted = sum(conformance.behaviours(suites).values())
        assert counted + own == collected[path]


def test_nothing_in_the_contract_is_skipped() -> None:
    marks = {
        mark.name
        for part in conformance.BEHAVIOURS.values()
        for value in vars(part).values()
        for mark in getattr(value, "pytestmark", ())
    }
    assert marks <= {"parametrize"}


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_platform_cannot_do_has_a_reason(slug: str) -> None:
    gaps = card.gaps(connector_class(slug).capabilities)
    assert [fact.flag for fact in gaps if not fact.reason] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_what_it_is_held_against_is_told(slug: str) -> None:
    told = connector_class(slug).capabilities.reasons.get("proven", "")
    assert told.endswith(".")


@pytest.mark.parametrize("slug", SLUGS)
def test_abilities_and_gaps_are_all_there_is(slug: str) -> None:
    capabilities = connector_class(slug).capabilities
    told = [*card.abilities(capabilities), *card.gaps(capabilities)]
    assert sorted(fact.flag for fact in told) == sorted(card.ABILITIES)


@pytest.mark.parametrize(
    ("proven", "schema", "surety"),
    [
        (True, True, Surety.SCHEMA),
        (True, False, Surety.DOCUMENTED),
        (False, True, Surety.THIN),
    ],
)
def test_documentation_weighs_more_than_a_schema(
    proven: bool, schema: bool, surety: Surety
) -> None:
    capabilities = Capabilities(kinds=frozenset(), proven=proven)
    assert Evidence(schema=schema).surety(capabilities) is surety


def test_a_platform_that_was_never_counted_proves_nothing() -> None:
    found = evidence.evidence_of("frogbooks")
    assert (found.tests, found.schema, found.unproven) == (0, False, ())


def test_the_points_of_a_page_become_plain_sentences() -> None:
    page = (
        "# X\n\n## Check on a real account\n\n- whether `a` is [b](c.md);\n\n## Z\n- no"
    )
    assert list(conformance._points(page)) == ["Whether a is b."]
