import json
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.connectors.practice.client import Caller
from tests.connectors.practice.shop import tax_id


def standard(caller: Caller) -> dict[str, str]:
    return {"value": tax_id(caller.server.face.ledger, "S")}


def test_an_invoice_is_posted_with_computed_totals(caller: Caller) -> None:
    line = caller.line(120, Qty=2, UnitPrice=60, TaxCodeRef=standard(caller))
    made = caller.post("invoice", caller.invoice(Line=[line]))["Invoice"]
    assert (made["TotalAmt"], made["Balance"], made["SyncToken"]) == (144, 144, "0")
    assert made["TxnTaxDetail"]["TotalTax"] == 24
    assert made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxPercent"] == 20
    assert made["Line"][-1] == {
        "Amount": 120,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert made["EmailStatus"] == "NotSet"
    assert caller.get(f"invoice/{made['Id']}")["Invoice"] == made


def test_tax_is_rounded_for_each_code(caller: Caller) -> None:
    lines = [caller.line(0.06, TaxCodeRef=standard(caller)) for _ in range(3)]
    made = caller.post("invoice", caller.invoice(Line=lines))["Invoice"]
    assert made["TxnTaxDetail"]["TotalTax"] == 0.04


def test_amounts_may_hold_their_tax(caller: Caller) -> None:
    line = caller.line(120, TaxCodeRef=standard(caller))
    body = caller.invoice(Line=[line], GlobalTaxCalculation="TaxInclusive")
    made = caller.post("invoice", body)["Invoice"]
    assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (120, 20)
    assert made["Line"][0]["Amount"] == 100
    assert made["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 120


def test_a_tax_total_that_was_sent_stands(caller: Caller) -> None:
    line = caller.line(100, TaxCodeRef=standard(caller))
    body = caller.invoice(Line=[line], TxnTaxDetail={"TotalTax": 20.01})
    made = caller.post("invoice", body)["Invoice"]
    assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (120.01, 20.01)


def test_what_was_sent_comes_back(caller: Caller) -> None:
    sent = caller.invoice(
        DueDate="2026-12-02",
        PrivateNote="Auftrag 77, Öl & Fett",
        BillEmail={"Address": "ap@acme.example"},
        CustomerMemo={"value": "Thank you"},
        CurrencyRef={"value": "GBP"},
    )
    made = caller.post("invoice", sent)["Invoice"]
    for name in ("DocNumber", "TxnDate", "DueDate", "PrivateNote", "BillEmail"):
        assert made[name] == sent[name]
    assert made["CustomerMemo"] == {"value": "Thank you"}
    assert made["Line"][0]["Description"] == "Boiler service"


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        ({"Foo": 1}, "2010", "Foo"),
        ({"Line": [{"Amonut": 1}]}, "2010", "Amonut"),
        ({"CustomerRef": None}, "2020", "CustomerRef"),
        ({"Line": []}, "2020", "Line"),
        ({"Line": "x"}, "2110", "Line"),
        ({"TxnDate": "2.11.2026"}, "2110", "TxnDate"),
        ({"ExchangeRate": "high"}, "2110", "ExchangeRate"),
        ({"ExchangeRate": 1e30}, "2110", "ExchangeRate"),
        ({"CustomerRef": "58"}, "2110", "CustomerRef"),
        ({"CustomerRef": {"value": "99999"}}, "2500", ""),
        ({"DocNumber": "N" * 22}, "2050", "DocNumber"),
        ({"GlobalTaxCalculation": "Maybe"}, "2170", "GlobalTaxCalculation"),
        ({"EmailStatus": "Lost"}, "2170", "EmailStatus"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000", ""),
        ({"BillEmail": "a@b.c"}, "2110", "BillEmail"),
    ],
)
def test_a_bad_document_is_refused(
    caller: Caller, change: dict[str, Any], code: str, element: str
) -> None:
    before = caller.documents()
    error = caller.error("invoice", caller.invoice(**change))
    assert (error["code"], error["element"]) == (code, element)
    assert caller.documents() == before


@pytest.mark.parametrize(
    ("detail", "amount", "code"),
    [
        ({"ItemRef": {"value": "99999"}}, 1.0, "2500"),
        ({"TaxCodeRef": {"value": "99999"}}, 1.0, "2500"),
        ({"TaxCodeRef": None}, 1.0, "6000"),
        ({"Qty": 2, "UnitPrice": 60}, 119.99, "6070"),
        ({}, -1.0, "6000"),
    ],
)
def test_a_bad_line_is_refused(
    caller: Caller, detail: dict[str, Any], amount: float, code: str
) -> None:
    body = caller.invoice(Line=[caller.line(amount, **detail)])
    assert caller.error("invoice", body)["code"] == code


def test_quantities_of_three_decimals_are_rounded_once(caller: Caller) -> None:
    line = caller.line(1.24, Qty=1.235, UnitPrice=1)
    assert caller.post("invoice", caller.invoice(Line=[line]))


def test_a_taken_number_names_the_document_that_has_it(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice("INV-7"))["Invoice"]
    error = caller.error("invoice", caller.invoice("INV-7"))
    assert error["code"] == "6140"
    assert error["Message"] == "Duplicate Document Number Error"
    tail = f"DocNumber=INV-7 is assigned to TxnType=Invoice with TxnId={made['Id']}"
    assert error["Detail"].endswith(tail)
    assert caller.post("creditmemo", caller.invoice("INV-7"))


def test_a_number_may_be_taken_twice_on_request(caller: Caller) -> None:
    caller.post("invoice", caller.invoice("INV-7"))
    path = "invoice?include=allowduplicatedocnum"
    assert caller.post(path, caller.invoice("INV-7"))["Invoice"]["DocNumber"] == "INV-7"


def test_a_closed_period_is_refused(caller: Caller) -> None:
    caller.control("PATCH", "company", {"closed_until": "2026-11-02"})
    assert caller.error("invoice", caller.invoice())["code"] == "6210"
    prefs = caller.get("preferences")["Preferences"]["AccountingInfoPrefs"]
    assert prefs["BookCloseDate"] == "2026-11-02"


def test_the_company_numbers_its_sales_where_it_is_set_so(caller: Caller) -> None:
    caller.control("PATCH", "company", {"settings": {"custom_txn_numbers": False}})
    prefs = caller.get("preferences")["Preferences"]["SalesFormsPrefs"]
    assert prefs["CustomTxnNumbers"] is False
    made = caller.post("invoice", caller.invoice("OURS"))["Invoice"]
    assert made["DocNumber"] == "1001"


def test_a_request_id_is_answered_as_at_first(caller: Caller) -> None:
    path = "invoice?requestid=0b1f&minorversion=75"
    first = caller.post(path, caller.invoice())["Invoice"]
    caller.post("invoice", {**_version(first), "PrivateNote": "changed"})
    assert caller.post(path, caller.invoice())["Invoice"] == first
    assert caller.error(f"invoice?requestid={'x' * 51}", caller.invoice())


def test_a_refused_request_id_may_be_used_again(caller: Caller) -> None:
    path = "invoice?requestid=0b1f"
    caller.error(path, caller.invoice(Line=[]))
    assert caller.post(path, caller.invoice())["Invoice"]["DocNumber"] == "INV-1"


def _version(made: dict[str, Any]) -> dict[str, Any]:
    return {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}


def test_a_sparse_update_keeps_what_was_not_sent(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice(PrivateNote="a"))["Invoice"]
    changed = caller.post(
        "invoice", {**_version(made), "Line": [caller.line(10), caller.line(5)]}
    )["Invoice"]
    assert (changed["TotalAmt"], changed["PrivateNote"]) == (15, "a")
    assert (changed["SyncToken"], changed["DocNumber"]) == ("1", "INV-1")


def test_a_full_update_clears_what_was_not_sent(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice(PrivateNote="a"))["Invoice"]
    body = {**caller.invoice(), **_version(made), "sparse": False}
    assert "PrivateNote" not in caller.post("invoice", body)["Invoice"]
    del body["Line"]
    body["SyncToken"] = "1"
    assert caller.error("invoice", body)["code"] == "2020"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SyncToken": "7"}, "5010"),
        ({"Id": "99999"}, "610"),
        ({"SyncToken": ""}, "2020"),
    ],
)
def test_a_bad_update_is_refused(
    caller: Caller, change: dict[str, str], code: str
) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    assert caller.error("invoice", {**_version(made), **change})["code"] == code


def test_a_voided_invoice_shows_zeros_and_keeps_its_number(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    void = caller.post("invoice?operation=void", _version(made))["Invoice"]
    assert (void["TotalAmt"], void["Balance"], void["PrivateNote"]) == (0, 0, "Voided")
    assert caller.error("invoice", caller.invoice())["code"] == "6140"
    assert caller.documents()["INV-1"]["status"] == "void"


def test_a_deleted_invoice_is_gone_and_frees_its_number(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    gone = caller.post("invoice?operation=delete", _version(made))["Invoice"]
    assert (gone["status"], gone["Id"]) == ("Deleted", made["Id"])
    assert caller.call("GET", f"invoice/{made['Id']}").status_code == 400
    assert caller.post("invoice", caller.invoice())["Invoice"]["Id"] != made["Id"]


@pytest.mark.parametrize("path", ["bill", "creditmemo", "vendorcredit"])
def test_only_invoices_are_voided(caller: Caller, path: str) -> None:
    body = caller.invoice() if path == "creditmemo" else caller.bill()
    made = next(iter(caller.post(path, body).values()))
    assert caller.error(f"{path}?operation=void", _version(made))["code"] == "500"


def test_sending_marks_the_invoice(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    headers = {"Content-Type": "application/octet-stream"}
    path = f"invoice/{made['Id']}/send"
    answer = caller.call("POST", path, headers=headers)
    assert answer.json()["Fault"]["Error"][0]["code"] == "6000"
    answer = caller.call("POST", f"{path}?sendTo=a@b.example", headers=headers)
    assert answer.json()["Invoice"]["EmailStatus"] == "EmailSent"
    assert answer.json()["Invoice"]["BillEmail"] == {"Address": "a@b.example"}


def test_the_sent_mark_can_be_written(caller: Caller) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    body = {**_version(made), "EmailStatus": "EmailSent"}
    assert caller.post("invoice", body)["Invoice"]["EmailStatus"] == "EmailSent"


def test_bills_and_credits_carry_accounts(caller: Caller) -> None:
    made = caller.post("bill", caller.bill())["Bill"]
    detail = made["Line"][0]["AccountBasedExpenseLineDetail"]
    assert detail["AccountRef"]["value"] == caller.sample["expense_account"]
    assert (made["Balance"], made["DueDate"]) == (80, "2026-11-01")
    assert caller.error("bill", caller.bill())["code"] == "6140"
    assert caller.post("vendorcredit", caller.bill())["VendorCredit"]["TotalAmt"] == 80


def test_a_customer_is_no_vendor(caller: Caller) -> None:
    body = caller.bill(VendorRef={"value": caller.sample["customer"]})
    assert caller.error("bill", body)["code"] == "2500"


def test_sales_lines_do_not_go_on_bills(caller: Caller) -> None:
    body = caller.bill(Line=[caller.line()])
    assert caller.error("bill", body)["code"] == "2170"


def test_a_document_of_ours_has_a_reference(caller: Caller) -> None:
    caller.post("invoice", caller.invoice("INV-7"))
    rows = caller.documents()
    assert (rows["INV-7"]["reference"], rows["M-1001"]["reference"]) == ("INV-7", "")


def test_another_kinds_id_is_not_found(caller: Caller) -> None:
    made = caller.post("creditmemo", caller.invoice())["CreditMemo"]
    answer = caller.call("GET", f"invoice/{made['Id']}")
    assert answer.json()["Fault"]["Error"][0]["code"] == "610"
    assert made["RemainingCredit"] == 120


def test_a_body_that_is_no_json_is_refused(caller: Caller) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b"\xff", b'{"TotalAmt": NaN}', b"[1]", b"7"):
        answer = caller.call("POST", "invoice", data=body, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["Fault"]["Error"][0]["code"] == "2110"


def test_without_accept_the_answer_is_xml(caller: Caller) -> None:
    answer = caller.call("GET", "preferences", headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"] == "application/xml"
    assert b"<CustomTxnNumbers>true</CustomTxnNumbers>" in answer.content


def test_every_answer_has_a_support_id(caller: Caller) -> None:
    assert caller.call("GET", "preferences").headers["intuit_tid"]


def test_another_realm_is_refused_in_xml(caller: Caller) -> None:
    caller.realm = "123"
    answer = caller.call("GET", "preferences")
    assert answer.status_code == 401
    assert b'<Error code="100">' in answer.content


def test_money_keeps_its_cents(caller: Caller) -> None:
    total = Decimal(0)
    for number in range(40):
        amount = Decimal(number * 7919 % 10000) / 100
        line = caller.line(float(amount))
        caller.post("invoice", caller.invoice(f"C-{number}", Line=[line]))
        total += amount
    answer = caller.call("GET", "query?query=select * from Invoice maxresults 1000")
    rows = json.loads(answer.text, parse_float=Decimal)["QueryResponse"]["Invoice"]
    ours = [row for row in rows if row["DocNumber"].startswith("C-")]
    assert sum(row["TotalAmt"] for row in ours) == total


def test_empty_dates_and_amounts_count_as_left_out(caller: Caller) -> None:
    body = caller.invoice(DueDate="", ShipDate="", TotalAmt="")
    made = caller.post("invoice", body)["Invoice"]
    assert made["DueDate"] == made["TxnDate"]
    assert made["TotalAmt"] == 120


def test_the_discovery_document_tells_the_token_address(caller: Caller) -> None:
    url = f"{caller.server.url}/.well-known/openid_configuration"
    told = requests.get(url, timeout=5).json()
    assert told["token_endpoint"] == f"{caller.server.url}/oauth2/v1/tokens/bearer"
    assert told["revocation_endpoint"].startswith(caller.server.url)
