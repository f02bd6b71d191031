"""sageintacctsdk 1.28 against the practice Sage Intacct.

Each of its objects has the gateway's address hard-coded: the constructor that sets it
is wrapped.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sageintacctsdk import SageIntacctSDK
from sageintacctsdk.apis.api_base import ApiBase
from sageintacctsdk.exceptions import InvalidTokenError, WrongParamsError

from tests.clients.practice import Practice

SLUG = "sage_intacct"


@pytest.fixture(scope="module", autouse=True)
def here(practice: Practice) -> Iterator[None]:
    begin = ApiBase.__init__

    def begin_here(self: Any, *args: Any, **named: Any) -> None:
        begin(self, *args, **named)
        self._ApiBase__api_url = f"{practice.url}/ia/xml/xmlgw.phtml"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ApiBase, "__init__", begin_here)
        yield


def signed_in(practice: Practice, password: str) -> SageIntacctSDK:
    return SageIntacctSDK(
        sender_id=practice.told["sender_id"],
        sender_password=practice.told["sender_password"],
        user_id=practice.told["user"],
        company_id=practice.told["company_id"],
        user_password=password,
    )


@pytest.fixture(scope="module")
def sdk(practice: Practice) -> SageIntacctSDK:
    return signed_in(practice, practice.told["password"])


def invoice(practice: Practice, number: str) -> dict[str, Any]:
    line = {
        "glaccountno": practice.sample["account"],
        "amount": "59.70",
        "memo": "Replace door seal",
    }
    return {
        "customerid": practice.sample["customer"],
        "datecreated": day(date(2026, 11, 2)),
        "datedue": day(date(2026, 12, 2)),
        "invoiceno": number,
        "description": "Call-out",
        "invoiceitems": {"lineitem": [line]},
    }


def day(on: date) -> dict[str, int]:
    return {"year": on.year, "month": on.month, "day": on.day}


def test_it_finds_a_customer_by_name(sdk: SageIntacctSDK, practice: Practice) -> None:
    customer, fields = practice.sample["customer"], ["CUSTOMERID", "NAME"]
    [known] = sdk.customers.get_by_query(
        fields, and_filter=[("equalto", "CUSTOMERID", customer)]
    )
    found = sdk.customers.get_by_query(
        fields, and_filter=[("equalto", "NAME", known["NAME"])]
    )
    assert [each["CUSTOMERID"] for each in found] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(
    sdk: SageIntacctSDK, practice: Practice
) -> None:
    made = sdk.ar_invoices.post(invoice(practice, "PI-1"))
    assert made["status"] == "success"
    back = sdk.ar_invoices.get("RECORDID", "PI-1")["arinvoice"]
    assert (back["RECORDNO"], back["CUSTOMERID"]) == (
        made["key"],
        practice.sample["customer"],
    )
    gross = practice.in_the_books("PI-1")["gross"]
    assert Decimal(back["TOTALENTERED"]) == gross == Decimal("59.70")


def test_it_lists_all_customers(sdk: SageIntacctSDK) -> None:
    pages = sdk.customers.get_all_generator(fields=["CUSTOMERID", "NAME"])
    ids = [each["CUSTOMERID"] for page in pages for each in page]
    assert len(ids) == len(set(ids)) > 5


def test_it_understands_a_refusal(sdk: SageIntacctSDK, practice: Practice) -> None:
    sdk.ar_invoices.post(invoice(practice, "PI-2"))
    with pytest.raises(WrongParamsError) as refused:
        sdk.ar_invoices.post(invoice(practice, "PI-2"))
    assert refused.value.response["error"][0]["errorno"]


def test_a_wrong_password_is_refused(practice: Practice) -> None:
    with pytest.raises(InvalidTokenError):
        signed_in(practice, "wrong")
