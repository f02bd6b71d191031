from decimal import Decimal
from typing import Any

import pytest

from accounting_links.models import ItemState, Verdict
from accounting_links.reconcile.verdicts import (
    VERDICT_OF,
    Difference,
    Rules,
    differences,
    of_pair,
)
from connectors.records import DocumentKind, RemoteStatus
from tests.accounting_links.reconcile.sides import AFTER, item, ours, theirs

VOID, DRAFT = RemoteStatus.VOID, RemoteStatus.DRAFT
OPEN, PART, PAID = RemoteStatus.OPEN, RemoteStatus.PART_PAID, RemoteStatus.PAID


def verdict(own: dict[str, Any], remote: dict[str, Any], **rules: Any) -> str:
    here = ours(**own)
    return of_pair(here, differences(here, theirs(**remote), Rules(**rules))).value


@pytest.mark.parametrize(
    ("own", "remote", "expected"),
    [
        ({}, {}, "matched"),
        ({}, {"status": VOID}, "ended_one_side"),
        ({"status": VOID}, {}, "ended_one_side"),
        ({"status": VOID}, {"status": VOID}, "matched"),
        ({}, {"status": DRAFT}, "status_differs"),
        ({}, {"status": PAID}, "paid_differently"),
        ({"status": PAID}, {}, "paid_differently"),
        ({"status": PART}, {"status": PAID}, "paid_differently"),
        ({}, {"status": RemoteStatus.UNKNOWN}, "matched"),
        ({}, {"gross": Decimal("120.01")}, "amount_differs"),
        ({}, {"currency": "EUR"}, "currency_differs"),
        ({"rate": Decimal("1.17")}, {"rate": Decimal("1.18")}, "currency_differs"),
        ({"rate": Decimal("1.17")}, {"rate": 1 / Decimal("0.854701")}, "matched"),
        ({"rate": Decimal("1.17")}, {"rate": None}, "matched"),
        ({}, {"rate": Decimal("1.18")}, "matched"),
        ({}, {"tax": Decimal("20.01")}, "tax_differs"),
        ({}, {"tax": None}, "matched"),
        ({"adjusted": True}, {"tax": Decimal("20.05")}, "matched"),
        ({"adjusted": True}, {"tax": Decimal("20.06")}, "tax_differs"),
        ({}, {"party_id": "P2"}, "customer_differs"),
        ({}, {"date": AFTER}, "date_differs"),
        ({}, {"date": None}, "matched"),
        ({}, {"number": "INV-2"}, "number_differs"),
        ({}, {"number": ""}, "matched"),
    ],
)
def test_each_difference_has_its_verdict(
    own: dict[str, Any], remote: dict[str, Any], expected: str
) -> None:
    assert verdict(own, remote) == expected


EVERYTHING: dict[str, Any] = {
    "status": DRAFT,
    "gross": Decimal(1),
    "tax": Decimal(2),
    "party_id": "P2",
    "date": AFTER,
    "number": "INV-2",
}
SAME: dict[str, Any] = theirs()._asdict()


@pytest.mark.parametrize(
    ("mended", "expected"),
    [
        ((), "status_differs"),
        (("status",), "amount_differs"),
        (("status", "gross"), "tax_differs"),
        (("status", "gross", "tax"), "customer_differs"),
        (("status", "gross", "tax", "party_id"), "date_differs"),
        (("status", "gross", "tax", "party_id", "date"), "number_differs"),
    ],
)
def test_the_first_difference_in_order_wins(
    mended: tuple[str, ...], expected: str
) -> None:
    remote = {k: SAME[k] if k in mended else v for k, v in EVERYTHING.items()}
    assert verdict({}, remote) == expected


def test_in_doubt_wins_over_all_differences() -> None:
    own = {"item": item(ItemState.IN_DOUBT)}
    assert verdict(own, EVERYTHING) == "in_doubt"
    assert verdict({"item": item(ItemState.SENDING)}, {}) == "in_doubt"


def test_a_void_document_hides_what_its_amounts_say() -> None:
    found = differences(ours(), theirs(status=VOID, gross=Decimal(0)), Rules())
    assert found == (Difference.ENDED,)


def test_all_differences_are_named_beside_the_first() -> None:
    found = differences(ours(), theirs(**EVERYTHING), Rules())
    assert found == (
        Difference.STATUS,
        Difference.AMOUNT,
        Difference.TAX,
        Difference.CUSTOMER,
        Difference.DATE,
        Difference.NUMBER,
    )


def test_the_tolerance_lets_small_differences_pass() -> None:
    remote = {"gross": Decimal("120.02"), "tax": Decimal("20.02")}
    assert verdict({}, remote, tolerance=Decimal("0.02")) == "matched"
    assert verdict({}, remote, tolerance=Decimal("0.01")) == "amount_differs"


def test_an_order_is_never_paid_differently() -> None:
    order = {"kind": DocumentKind.SALES_ORDER}
    assert verdict(order, order | {"status": PAID}) == "matched"


def test_a_document_of_nothing_is_paid_from_the_start() -> None:
    nothing = {"gross": Decimal(0), "tax": Decimal(0)}
    assert verdict(nothing, nothing | {"status": PAID}) == "matched"


def test_a_number_given_by_the_platform_is_no_difference() -> None:
    own = {"external_number": "0000017"}
    assert verdict(own, {"number": "0000017"}) == "matched"
    assert verdict({}, {"number": "9"}, keeps_our_number=False) == "matched"


def test_names_decide_only_where_there_are_no_accounts() -> None:
    assert verdict({"party_ids": ()}, {"party_name": " ACME  ltd"}) == "matched"
    assert verdict({"party_ids": ()}, {"party_name": "Nobody"}) == "customer_differs"
    assert verdict({}, {"party_name": "Nobody"}) == "matched"


def test_each_difference_leads_to_a_verdict_in_the_same_order() -> None:
    order = list(Verdict)
    places = [order.index(VERDICT_OF[each]) for each in Difference]
    assert places == sorted(places)
