from typing import Any

import pytest

from tests.connectors.practice.client import Caller


def link(document: dict[str, Any], kind: str, amount: float) -> dict[str, Any]:
    linked = {"TxnId": document["Id"], "TxnType": kind}
    return {"Amount": amount, "LinkedTxn": [linked]}


def payment(caller: Caller, total: float, *lines: dict[str, Any]) -> dict[str, Any]:
    return {
        "CustomerRef": {"value": caller.sample["customer"]},
        "TotalAmt": total,
        "TxnDate": "2026-11-05",
        "PaymentRefNum": "BACS 991",
        "DepositToAccountRef": {"value": caller.sample["bank"]},
        "Line": list(lines),
    }


def made_invoice(caller: Caller, number: str = "INV-1") -> dict[str, Any]:
    made: dict[str, Any] = caller.post("invoice", caller.invoice(number))["Invoice"]
    return made


def balance(caller: Caller, invoice: dict[str, Any]) -> float:
    found = caller.get(f"invoice/{invoice['Id']}")["Invoice"]
    return float(found["Balance"])


def version(made: dict[str, Any]) -> dict[str, Any]:
    return {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}


def test_a_payment_lowers_the_balance_and_raises_the_version(caller: Caller) -> None:
    invoice = made_invoice(caller)
    body = payment(caller, 100, link(invoice, "Invoice", 100))
    made = caller.post("payment", body)["Payment"]
    assert (made["UnappliedAmt"], made["PaymentRefNum"]) == (0, "BACS 991")
    assert made["Line"] == body["Line"]
    shown = caller.get(f"invoice/{invoice['Id']}")["Invoice"]
    assert (shown["Balance"], shown["SyncToken"]) == (20, "1")
    assert shown["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Payment"}]


def test_money_on_account_is_unapplied(caller: Caller) -> None:
    made = caller.post("payment", payment(caller, 50))["Payment"]
    assert made["UnappliedAmt"] == 50


def test_a_payment_of_nothing_applies_a_credit(caller: Caller) -> None:
    invoice = made_invoice(caller)
    body = caller.invoice("CN-1", Line=[caller.line(30)])
    credit = caller.post("creditmemo", body)["CreditMemo"]
    lines = (link(invoice, "Invoice", 30), link(credit, "CreditMemo", 30))
    made = caller.post("payment", payment(caller, 0, *lines))["Payment"]
    assert {line["Amount"] for line in made["Line"]} == {30}
    assert balance(caller, invoice) == 90
    left = caller.get(f"creditmemo/{credit['Id']}")["CreditMemo"]["RemainingCredit"]
    assert left == 0
    caller.post("payment?operation=delete", version(made))
    assert balance(caller, invoice) == 120


@pytest.mark.parametrize(
    ("total", "applied", "code"),
    [(200, 121, "6000"), (50, 60, "6000"), (-5, 0, "6000")],
)
def test_more_than_is_owed_is_refused(
    caller: Caller, total: float, applied: float, code: str
) -> None:
    invoice = made_invoice(caller)
    body = payment(caller, total, link(invoice, "Invoice", applied))
    assert caller.error("payment", body)["code"] == code
    assert balance(caller, invoice) == 120


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TotalAmt": None}, "2020"),
        ({"CustomerRef": {"value": "99999"}}, "2500"),
        ({"DepositToAccountRef": {"value": "99999"}}, "2500"),
        ({"Line": [{"Amount": 1}]}, "2020"),
        ({"Line": [{"Amount": 1, "LinkedTxn": [{"TxnId": "1"}]}]}, "2170"),
    ],
)
def test_a_bad_payment_is_refused(
    caller: Caller, change: dict[str, Any], code: str
) -> None:
    assert caller.error("payment", {**payment(caller, 10), **change})["code"] == code


def test_a_voided_payment_opens_the_invoice(caller: Caller) -> None:
    invoice = made_invoice(caller)
    body = payment(caller, 120, link(invoice, "Invoice", 120))
    made = caller.post("payment", body)["Payment"]
    path = "payment?operation=update&include=void"
    void = caller.post(path, version(made))["Payment"]
    assert (void["TotalAmt"], void["PrivateNote"]) == (0, "Voided")
    assert balance(caller, invoice) == 120
    assert caller.error(path, version(void))["code"] == "6000"


def test_a_payment_moves_to_another_invoice(caller: Caller) -> None:
    first, second = made_invoice(caller), made_invoice(caller, "INV-2")
    body = payment(caller, 120, link(first, "Invoice", 120))
    made = caller.post("payment", body)["Payment"]
    change = {**version(made), "Line": [link(second, "Invoice", 120)]}
    caller.post("payment", change)
    assert (balance(caller, first), balance(caller, second)) == (120, 0)


def bill_payment(caller: Caller, *lines: dict[str, Any]) -> dict[str, Any]:
    return {
        "VendorRef": {"value": caller.sample["supplier"]},
        "PayType": "Check",
        "TotalAmt": 80,
        "CheckPayment": {"BankAccountRef": {"value": caller.sample["bank"]}},
        "Line": list(lines),
    }


def test_a_bill_is_paid(caller: Caller) -> None:
    bill = caller.post("bill", caller.bill())["Bill"]
    body = bill_payment(caller, link(bill, "Bill", 80))
    made = caller.post("billpayment", body)["BillPayment"]
    assert made["PayType"] == "Check"
    assert made["CheckPayment"] == body["CheckPayment"]
    assert caller.get(f"bill/{bill['Id']}")["Bill"]["Balance"] == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PayType": None}, "2020"),
        ({"PayType": "Gold"}, "2170"),
        ({"CheckPayment": None}, "2020"),
        ({"PayType": "CreditCard"}, "2020"),
    ],
)
def test_a_bad_bill_payment_is_refused(
    caller: Caller, change: dict[str, Any], code: str
) -> None:
    body = {**bill_payment(caller), **change}
    assert caller.error("billpayment", body)["code"] == code


def test_control_accounts_follow(caller: Caller) -> None:
    text = "select * from Account where AccountType = 'Accounts Receivable'"
    before = caller.query(text)["Account"][0]["CurrentBalance"]
    invoice = made_invoice(caller)
    caller.post("payment", payment(caller, 100, link(invoice, "Invoice", 100)))
    assert round(caller.query(text)["Account"][0]["CurrentBalance"] - before, 2) == 20
