"""The practice ledger refuses what a real Odoo refuses, in its words."""

import xmlrpc.client
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer

LINE: dict[str, Any] = {"name": "x", "quantity": 1, "price_unit": 100.0}


class Client:
    """A caller of our own making, over Python's XML-RPC."""

    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.given = server.face.credentials(server.url)

    def __call__(self, model: str, method: str, *args: Any, **named: Any) -> Any:
        who = [self.given["database"], 2, self.given["api_key"]]
        with xmlrpc.client.ServerProxy(f"{self.server.url}/xmlrpc/2/object") as proxy:
            return proxy.execute_kw(*who, model, method, list(args), named)

    def invoice(self, *lines: dict[str, Any], **values: Any) -> Any:
        sample = self.server.face.sample()
        base = {
            "move_type": "out_invoice",
            "partner_id": int(sample["customer"]),
            "invoice_date": "2026-11-20",
            "invoice_line_ids": [[0, 0, line] for line in lines or (LINE,)],
        }
        return self("account.move", "create", base | values)

    def read(self, record: Any, *fields: str) -> dict[str, Any]:
        found: dict[str, Any] = self("account.move", "read", [record], fields=fields)[0]
        return found


@pytest.fixture
def odoo() -> Iterator[Client]:
    with serve("odoo") as server:
        yield Client(server)


def test_a_draft_has_no_name_until_it_is_posted(odoo: Client) -> None:
    record = odoo.invoice()
    assert odoo.read(record, "name", "state") == {
        "id": record,
        "name": False,
        "state": "draft",
    }
    assert odoo("account.move", "action_post", [record]) is False
    assert odoo.read(record, "name")["name"] == "INV/2026/00001"


def test_the_default_tax_is_added_where_none_is_told(odoo: Client) -> None:
    taxed = odoo.read(odoo.invoice(), "amount_total")["amount_total"]
    none = odoo.invoice(LINE | {"tax_ids": [[6, 0, []]]})
    assert (taxed, odoo.read(none, "amount_total")["amount_total"]) == (120.0, 100.0)


def test_prices_are_rounded_to_two_places(odoo: Client) -> None:
    line = LINE | {"price_unit": 1.006, "quantity": 100, "tax_ids": [[6, 0, []]]}
    assert odoo.read(odoo.invoice(line), "amount_total")["amount_total"] == 101.0


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        ({"partner_id": 99999}, 2, "res.partner(99999,)"),
        ({"bogus": 1}, 1, "Invalid field 'bogus' on model 'account.move'"),
        ({"partner_id": "7"}, 1, "Wrong value"),
        ({"invoice_date": "20.11.2026"}, 1, "Wrong value"),
        ({"currency_id": 9999}, 2, "res.currency(9999,)"),
    ],
)
def test_wrong_values_are_refused(
    odoo: Client, values: dict[str, Any], code: int, text: str
) -> None:
    with pytest.raises(xmlrpc.client.Fault, match=".") as caught:
        odoo.invoice(**values)
    assert caught.value.faultCode == code and text in caught.value.faultString


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"account_id": 99999}, "account.account(99999,)"),
        ({"tax_ids": [[6, 0, [99999]]]}, "account_tax_id_fkey"),
        ({"product_id": 99999}, "product.product(99999,)"),
    ],
)
def test_wrong_lines_are_refused(odoo: Client, line: Any, text: str) -> None:
    with pytest.raises(xmlrpc.client.Fault) as caught:
        odoo.invoice(LINE | line)
    assert text in caught.value.faultString


def test_one_bad_record_keeps_the_whole_list_back(odoo: Client) -> None:
    before = odoo("account.move", "search_count", [])
    good = {"move_type": "out_invoice", "ref": "GOOD"}
    with pytest.raises(xmlrpc.client.Fault):
        odoo("account.move", "create", [good, good | {"partner_id": 99999}])
    assert odoo("account.move", "search_count", []) == before


def test_posting_twice_is_refused(odoo: Client) -> None:
    record = odoo.invoice()
    odoo("account.move", "action_post", [record])
    with pytest.raises(xmlrpc.client.Fault, match="must be in draft"):
        odoo("account.move", "action_post", [record])


def test_a_name_that_is_taken_is_refused_at_posting(odoo: Client) -> None:
    records = [odoo.invoice(name="MY/2026/1") for _ in range(2)]
    odoo("account.move", "action_post", [records[0]])
    with pytest.raises(xmlrpc.client.Fault, match="same name already exists"):
        odoo("account.move", "action_post", [records[1]])


def test_a_bill_needs_its_date_to_be_posted(odoo: Client) -> None:
    supplier = int(odoo.server.face.sample()["supplier"])
    record = odoo.invoice(
        move_type="in_invoice", partner_id=supplier, invoice_date=False
    )
    with pytest.raises(xmlrpc.client.Fault, match="date is required"):
        odoo("account.move", "action_post", [record])


def test_a_posted_document_is_neither_deleted_nor_rewritten(odoo: Client) -> None:
    record = odoo.invoice()
    odoo("account.move", "action_post", [record])
    with pytest.raises(xmlrpc.client.Fault, match="delete a posted"):
        odoo("account.move", "unlink", [record])
    with pytest.raises(xmlrpc.client.Fault, match="readonly fields"):
        odoo("account.move", "write", [record], {"invoice_date": "2026-11-21"})
    assert odoo("account.move", "write", [record], {"ref": "NEW"}) is True


def test_a_cancel_is_done_though_its_answer_is_a_fault(odoo: Client) -> None:
    record = odoo.invoice()
    with pytest.raises(xmlrpc.client.Fault, match="cannot marshal None"):
        odoo("account.move", "button_cancel", [record])
    assert odoo.read(record, "state")["state"] == "cancel"


def test_private_methods_and_other_companies_are_refused(odoo: Client) -> None:
    with pytest.raises(xmlrpc.client.Fault, match="Private methods"):
        odoo("account.move", "_post", [1])
    context = {"allowed_company_ids": [99]}
    with pytest.raises(xmlrpc.client.Fault, match="invalid companies"):
        odoo("account.move", "search", [], context=context)


def test_domains_are_read_in_prefix_order(odoo: Client) -> None:
    names = ["Harbour Café Ltd", "J. Smith"]
    either = ["|", ["name", "=", names[0]], ["name", "=ilike", names[1].upper()]]
    found = odoo("res.partner", "search_read", either, fields=["name"], order="name")
    assert [row["name"] for row in found] == names
    count = odoo("res.partner", "search_count", ["!", ["name", "ilike", "harbour"]])
    assert count == odoo("res.partner", "search_count", []) - 2


def test_unknown_ids_are_left_out(odoo: Client) -> None:
    assert odoo("account.move", "read", [999999], fields=["name"]) == []


def test_json_rpc_is_the_same_service(odoo: Client) -> None:
    who = [odoo.given["database"], 2, odoo.given["api_key"]]
    call = {
        "service": "object",
        "method": "execute_kw",
        "args": [*who, "res.partner", "search_count", [[]]],
    }
    body = {"jsonrpc": "2.0", "id": 4, "params": call}
    answer = requests.post(f"{odoo.server.url}/jsonrpc", json=body, timeout=5).json()
    assert answer["result"] == odoo("res.partner", "search_count", [])
    call["args"] = ["nodb", *who[1:], "res.partner", "search_count", [[]]]
    answer = requests.post(f"{odoo.server.url}/jsonrpc", json=body, timeout=5).json()
    assert "does not exist" in answer["error"]["data"]["debug"]


def test_json_2_comes_with_version_19(odoo: Client) -> None:
    headers = {"X-Odoo-Database": odoo.given["database"]}

    def ask(key: str) -> requests.Response:
        return requests.post(
            f"{odoo.server.url}/json/2/res.partner/search_count",
            json={"domain": []},
            headers=headers | {"Authorization": f"bearer {key}"},
            timeout=5,
        )

    assert ask(odoo.given["api_key"]).status_code == 404
    odoo.server.face.ledger.change_company(extra={"version": 19})
    assert ask(odoo.given["api_key"]).json() > 0
    refused = ask("wrong")
    assert (refused.status_code, refused.json()["message"]) == (401, "Invalid apikey")


def test_the_first_wire_words_its_fault_codes(odoo: Client) -> None:
    record = odoo.invoice()
    odoo("account.move", "action_post", [record])
    who = [odoo.given["database"], 2, odoo.given["api_key"]]
    with xmlrpc.client.ServerProxy(f"{odoo.server.url}/xmlrpc/object") as proxy:
        with pytest.raises(xmlrpc.client.Fault) as caught:
            proxy.execute_kw(*who, "account.move", "action_post", [[record]])
        assert str(caught.value.faultCode).startswith("warning -- UserError\n\n")
        with pytest.raises(xmlrpc.client.Fault) as caught:
            proxy.execute_kw(*who[:2], "wrong", "account.move", "read", [[record]])
    assert str(caught.value.faultCode) == "AccessDenied"
