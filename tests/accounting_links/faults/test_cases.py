"""What the matrix tries, from what a platform declares."""

from dataclasses import replace

import pytest

from accounting_links.engine.crash_points import Point
from accounting_links.faults import matrix
from accounting_links.faults.cases import Act, Case, Mishap, acts, cases
from accounting_links.faults.office import ledger_ids
from connectors import registry
from connectors.capabilities import AuthKind, Capabilities
from connectors.practice.faults import Faults
from connectors.records import DocumentKind, PaymentDirection

ALL = Capabilities(
    kinds=frozenset(DocumentKind),
    payments=frozenset(PaymentDirection),
    batch_size=30,
    finalise=True,
    update=True,
    void=True,
    allocate_credit=True,
)


def every_case(able: Capabilities = ALL) -> list[Case]:
    return cases(able, acts(able, voids_payments=True, tells=True))


def test_every_named_moment_is_struck() -> None:
    points = {case.point for case in every_case()}
    assert points - {None} == set(Point)


def test_every_act_is_tried() -> None:
    assert {case.act for case in every_case()} == set(Act)


def test_every_mishap_is_tried() -> None:
    assert {what for case in every_case() for _, what in case.mishaps} == set(Mishap)


@pytest.mark.parametrize(
    ("lacks", "act"),
    [("update", Act.UPDATE), ("void", Act.VOID), ("finalise", Act.FINALISE)],
)
def test_what_a_platform_cannot_do_is_not_tried(lacks: str, act: Act) -> None:
    able = replace(ALL, **{lacks: False})  # type: ignore[arg-type]  # all three are flags
    assert act not in acts(able)


def test_a_platform_that_tells_nothing_and_voids_no_payments_is_spared_those() -> None:
    assert not {Act.MESSAGE, Act.PAYMENT_VOID} & set(acts(ALL))


def test_a_platform_without_tokens_has_no_faults_of_tokens() -> None:
    able = replace(ALL, auth=AuthKind.API_KEY)
    tried = [case for case in every_case(able) if "token" in case.name]
    assert tried == []


def test_only_batches_are_cut_inside() -> None:
    able = replace(ALL, batch_size=1)
    assert not any("inside a batch" in case.name for case in every_case(able))


def test_each_case_has_a_name_of_its_own() -> None:
    names = [str(case) for case in every_case()]
    assert len(names) == len(set(names))


def test_practice_ledgers_understand_all_rules() -> None:
    faults = Faults()
    for case in every_case():
        for rule in case.rules:
            assert faults.add(rule).kind == rule["kind"]


def test_every_platform_with_an_api_is_tried() -> None:
    able = {
        slug: registry.connector_class(slug).capabilities for slug in registry.slugs()
    }
    without_files = [slug for slug, each in able.items() if not each.files]
    assert matrix.api_platforms() == without_files


@pytest.mark.parametrize(
    "wrapped",
    [
        "7",
        "7-2026",
        "00e00000000000000007",
        "AR000007",
        "AR000007",
        "https://books.example/v2/invoices/7",
        "SW52b2ljZTo3",
    ],
)
def test_a_vendors_id_is_unwrapped(wrapped: str) -> None:
    assert "7" in ledger_ids(wrapped)
