from typing import Any

import pytest

from tests.connectors.practice.client import Caller


def test_a_customer_is_made_found_and_read(caller: Caller) -> None:
    body = {
        "DisplayName": "Müller & Söhne",
        "PrimaryEmailAddr": {"Address": "a@b.example"},
        "PrimaryPhone": {"FreeFormNumber": "0117 496 0000"},
        "BillAddr": {"Line1": "2 Quay", "City": "Bristol"},
        "CompanyName": "Müller",
    }
    made = caller.post("customer", body)["Customer"]
    assert {name: made[name] for name in body} == body
    assert made["CurrencyRef"] == {"value": "GBP"}
    found = caller.query("select * from Customer where DisplayName = 'Müller & Söhne'")
    assert found["Customer"] == [made]
    assert caller.get(f"customer/{made['Id']}")["Customer"] == made


def test_a_name_is_made_of_its_parts(caller: Caller) -> None:
    body = {"GivenName": "Ann", "FamilyName": "Lee"}
    assert caller.post("customer", body)["Customer"]["DisplayName"] == "Ann Lee"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("customer", {"DisplayName": "practice customer"}, "6240"),
        ("vendor", {"DisplayName": "Practice Customer"}, "6240"),
        ("customer", {}, "2020"),
        ("customer", {"DisplayName": "a:b"}, "2050"),
        ("customer", {"DisplayName": "x" * 501}, "2050"),
        ("customer", {"DisplayName": "A", "Nick": "B"}, "2010"),
        ("customer", {"DisplayName": "A", "PrimaryEmailAddr": "a@b"}, "2110"),
        ("customer", {"DisplayName": "A", "Active": "perhaps"}, "2110"),
        ("customer", {"DisplayName": "A", "CurrencyRef": {"value": "XXX"}}, "2500"),
        ("item", {"Name": "Tap", "Type": "Service"}, "2020"),
        ("item", {"Name": "Tap", "Type": "Magic"}, "2170"),
        ("account", {"Name": "Till"}, "2020"),
        ("account", {"Name": "Till", "AccountType": "Hidden"}, "2170"),
        ("taxcode", {"Name": "X"}, "500"),
    ],
)
def test_a_bad_name_is_refused(
    caller: Caller, path: str, body: dict[str, Any], code: str
) -> None:
    assert caller.error(path, body)["code"] == code


def test_a_name_is_changed_with_its_version(caller: Caller) -> None:
    made = caller.post("vendor", {"DisplayName": "Spares"})["Vendor"]
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    changed = caller.post("vendor", {**body, "DisplayName": "Spares Ltd"})["Vendor"]
    assert (changed["DisplayName"], changed["SyncToken"]) == ("Spares Ltd", "1")
    assert caller.error("vendor", {**body, "DisplayName": "X"})["code"] == "5010"


def test_an_inactive_customer_leaves_the_list(caller: Caller) -> None:
    made = caller.post("customer", {"DisplayName": "Gone"})["Customer"]
    caller.post(
        "customer",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False},
    )
    text = "select * from Customer where DisplayName = 'Gone'"
    assert caller.query(text) == {}
    both = caller.query(f"{text} and Active in (true, false)")
    assert both["Customer"][0]["Active"] is False
    body = caller.invoice(CustomerRef={"value": made["Id"]})
    assert caller.error("invoice", body)["code"] == "2500"


def test_an_item_carries_its_account(caller: Caller) -> None:
    account = caller.query("select * from Account where AcctNum = '4010'")["Account"][0]
    body = {
        "Name": "Labour 4010",
        "Type": "Service",
        "IncomeAccountRef": {"value": account["Id"]},
        "ExpenseAccountRef": {"value": caller.sample["expense_account"]},
    }
    made = caller.post("item", body)["Item"]
    assert made["IncomeAccountRef"] == {"value": account["Id"], "name": "Labour"}
    assert caller.error("item", body)["code"] == "6240"
    body = {**body, "Name": "Other", "IncomeAccountRef": {"value": "99999"}}
    assert caller.error("item", body)["code"] == "2500"


def test_an_account_is_made(caller: Caller) -> None:
    body = {"Name": "Card", "AccountType": "Credit Card", "AcctNum": "1240"}
    made = caller.post("account", body)["Account"]
    assert {name: made[name] for name in body} == body


def test_the_books_map_without_help(caller: Caller) -> None:
    accounts = caller.query("select * from Account maxresults 1000")["Account"]
    codes = {account["AcctNum"] for account in accounts}
    assert {"4000", "4010", "4020", "5000", "1200", "1100", "2100"} <= codes
    rates = caller.query("select * from TaxRate")["TaxRate"]
    assert {rate["RateValue"] for rate in rates} == {20, 5, 0}
    codes = {code["Name"] for code in caller.query("select * from TaxCode")["TaxCode"]}
    assert codes == {"20.0% S", "5.0% R", "0.0% Z", "Exempt"}
