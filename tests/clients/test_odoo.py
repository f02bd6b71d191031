"""odoo-client-lib 2.0 against the practice Odoo, by each of the three protocols.

Host, port and protocol are its settings.
"""

import json
from decimal import Decimal
from typing import Any
from urllib.request import Request, urlopen
from xmlrpc.client import Fault

import odoolib
import pytest
from odoolib.tools import AuthenticationError, JsonRPCException

from tests.clients.practice import Practice

SLUG = "odoo"
OLDER = ("jsonrpc", "xmlrpc")
REFUSALS = (JsonRPCException, Fault)


def connected(practice: Practice, protocol: str, password: str = "") -> Any:
    """JSON-2 takes an API key; the older two a password or a key."""
    return odoolib.get_connection(
        hostname=practice.host,
        port=practice.port,
        protocol=protocol,
        database=practice.told["database"],
        login=practice.told["login"],
        password=password or practice.told["api_key"],
    )


def set_version(practice: Practice, version: int) -> None:
    request = Request(  # noqa: S310 - loopback
        f"{practice.url}/__practice__/company",
        json.dumps({"settings": {"version": version}}).encode(),
        method="PATCH",
    )
    with urlopen(request, timeout=20):  # noqa: S310 - loopback
        pass


def values(practice: Practice, number: str) -> dict[str, Any]:
    line = {
        "name": "Replace door seal",
        "quantity": 3,
        "price_unit": 19.90,
        "account_id": int(practice.sample["account"]),
        "tax_ids": [[6, 0, [int(practice.sample["tax_code"])]]],
    }
    return {
        "move_type": "out_invoice",
        "partner_id": int(practice.sample["customer"]),
        "ref": number,
        "invoice_date": "2026-11-02",
        "invoice_line_ids": [[0, 0, line]],
    }


@pytest.mark.parametrize("protocol", OLDER)
def test_it_finds_a_customer_by_name(protocol: str, practice: Practice) -> None:
    partners = connected(practice, protocol).get_model("res.partner")
    customer = int(practice.sample["customer"])
    known = partners.read(customer, ["name"])
    assert partners.search([["name", "=", known["name"]]]) == [customer]


@pytest.mark.parametrize("protocol", OLDER)
def test_it_creates_an_invoice_and_reads_it_back(
    protocol: str, practice: Practice
) -> None:
    moves = connected(practice, protocol).get_model("account.move")
    made = moves.create(values(practice, f"PO-{protocol}"))
    moves.action_post([made])
    fields = ["name", "ref", "state", "partner_id", "amount_total"]
    back = moves.read(made, fields)
    assert (back["ref"], back["state"]) == (f"PO-{protocol}", "posted")
    assert back["partner_id"][0] == int(practice.sample["customer"])
    gross = practice.in_the_books(back["name"])["gross"]
    assert Decimal(str(back["amount_total"])) == gross == Decimal("59.70")


def test_json_2_finds_creates_and_reads_back(practice: Practice) -> None:
    set_version(practice, 19)
    connection = connected(practice, "json2")
    assert connection.check_login()
    moves = connection.get_model("account.move")
    [made] = moves.create(vals_list=[values(practice, "PO-2")])
    moves.action_post(ids=[made])
    [back] = moves.search_read(
        domain=[["ref", "=", "PO-2"]], fields=["name", "amount_total"]
    )
    assert back["id"] == made
    assert practice.in_the_books(back["name"])["gross"] == Decimal("59.70")


@pytest.mark.parametrize(("protocol", "error"), [*zip(OLDER, REFUSALS, strict=True)])
def test_it_understands_a_refusal(
    protocol: str, error: type[Exception], practice: Practice
) -> None:
    moves = connected(practice, protocol).get_model("account.move")
    made = moves.create(values(practice, f"PO-twice-{protocol}"))
    moves.action_post([made])
    with pytest.raises(error, match="must be in draft"):
        moves.action_post([made])


@pytest.mark.parametrize("protocol", OLDER)
def test_a_wrong_password_is_refused(protocol: str, practice: Practice) -> None:
    stranger = connected(practice, protocol, "wrong")
    with pytest.raises(AuthenticationError):
        stranger.get_model("res.partner").search([])
