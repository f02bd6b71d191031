"""How strict the practice face is: what our connector never sends."""

from collections.abc import Callable, Iterator

import pytest
import requests

from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.spec_check.recorder import recording

ODATA = "/sap/opu/odata/sap"
PARTNERS = "API_BUSINESS_PARTNER"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("sap_s4hana_cloud") as made:
        yield made


def signed(at: Bench) -> tuple[str, str]:
    return str(at.credentials["user"]), str(at.credentials["password"])


def entry(at: Bench, change: Callable[[bytes], bytes]) -> requests.Response:
    """An invoice as the connector sends it, changed on its way."""
    with recording() as sent:
        at.pushed("FACE-1")
    body = change(sent[-1].body)
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    return requests.post(
        sent[-1].url, data=body, headers=headers, auth=signed(at), timeout=10
    )


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (b'"GBP">25.50<', b'"GBP">25.51<', "Balance in transaction currency"),
        (b"<TaxCode>A1<", b"<TaxCode>ZZ<", "Tax code ZZ does not exist"),
        (b">0000004000<", b">0000009999<", "G/L account 0000009999 is not defined"),
        (b"<CompanyCode>1010<", b"<CompanyCode>2020<", "Company code 2020"),
        (b">-4.25<", b">-9.25<", "Tax amount of tax code A1 is wrong"),
        (b"DebitCreditCode>H<", b"DebitCreditCode>S<", "Sign and debit/credit code"),
    ],
)
def test_a_wrong_entry_is_refused_in_the_log(
    at: Bench, old: bytes, new: bytes, note: str
) -> None:
    answer = entry(at, lambda body: body.replace(old, new))
    assert answer.status_code == 200
    assert "<AccountingDocument>0000000000<" in answer.text
    assert note in answer.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<PostingDate>2026-11-20<", b"<PostingDate>20.11.2026<"),
        (b">0000004000<", b">4000<"),
        (b"<CreatedByUser>FINSYNC<", b"<CreatedByUser><"),
        (b"<DocumentReferenceID>FACE-1<", b"<DocumentReferenceID>FACE-1234567890123<"),
        (b"HeaderText>", b"HeaderTxt>"),
        (b"JournalEntryBulkCreateRequest", b"JournalEntryOtherRequest"),
    ],
)
def test_an_entry_of_another_shape_is_a_fault(
    at: Bench, old: bytes, new: bytes
) -> None:
    answer = entry(at, lambda body: body.replace(old, new))
    assert answer.status_code == 500 and "Fault" in answer.text


def test_an_unchanged_entry_is_posted_twice(at: Bench) -> None:
    answer = entry(at, lambda body: body)
    assert "posted successfully" in answer.text
    assert len(at.books("FACE-1")) == 2


def test_a_write_needs_its_token(at: Bench) -> None:
    url = f"{at.server.url}{ODATA}/{PARTNERS}/A_BusinessPartner"
    answer = requests.post(url, json={}, auth=signed(at), timeout=10)
    assert answer.status_code == 403
    assert answer.headers["x-csrf-token"] == "Required"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("$filter=Customer eq '1'", 200),
        ("$filter=Odd eq '1'", 400),
        ("$filter=Customer like '1'", 400),
        ("$filter=(Customer eq '1'", 400),
        ("$select=Odd", 400),
    ],
)
def test_a_question_is_held_against_the_entity(
    at: Bench, query: str, status: int
) -> None:
    url = f"{at.server.url}{ODATA}/{PARTNERS}/A_Customer?{query}"
    assert requests.get(url, auth=signed(at), timeout=10).status_code == status


def test_nobody_gets_in_with_another_password(at: Bench) -> None:
    url = f"{at.server.url}{ODATA}/{PARTNERS}/A_Customer"
    user, _ = signed(at)
    assert requests.get(url, auth=(user, "wrong"), timeout=10).status_code == 401
