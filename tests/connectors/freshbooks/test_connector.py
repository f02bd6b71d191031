"""What is peculiar to FreshBooks, and what its practice ledger refuses."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from connectors.errors import NotFound, Reauthorise, Rejected, Unreadable
from connectors.freshbooks.connector import FreshBooks
from connectors.records import (
    AccountType,
    DocumentKind,
    PartyRole,
    RemoteStatus,
)
from connectors.services import Services
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.freshbooks import traffic
from tests.connectors.spec_check.recorder import recording
from tests.connectors.spec_check.specs import needed_specs_of

D = Decimal
SALE = DocumentKind.SALES_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("freshbooks") as made:
        yield made


def call(at: Bench, method: str, path: str, **json: Any) -> requests.Response:
    """A caller of our own making."""
    account = at.connector.config.organisation_id
    return requests.request(
        method,
        f"{at.server.url}/accounting/account/{account}/{path}",
        json=json or None,
        headers={"Authorization": f"Bearer {at.tokens.read().access}"},
        timeout=5,
    )


def errors(answer: requests.Response) -> tuple[int, str]:
    first = answer.json()["response"]["errors"][0]
    return first["errno"], first["field"]


def test_what_arrives_is_a_draft_until_it_is_finished(at: Bench) -> None:
    document = at.document("DRAFT-1")
    [result] = at.connector.push([document])
    assert result.remote and result.remote.status is RemoteStatus.DRAFT
    done = at.connector.finalise(SALE, result.remote)
    assert (done.status, done.sent) == (RemoteStatus.OPEN, True)
    assert [entry["status"] for entry in at.books("DRAFT-1")] == ["open"]


def test_bills_count_at_once(at: Bench) -> None:
    document = at.document("BILL-1", kind=DocumentKind.SUPPLIER_INVOICE)
    [result] = at.connector.push([document])
    assert result.remote and result.remote.status is RemoteStatus.OPEN


def test_a_bill_is_known_again_by_supplier_and_total(at: Bench) -> None:
    kind = DocumentKind.SUPPLIER_INVOICE
    document, remote = at.pushed("BILL-2", kind=kind)
    other = replace(document, party_id="1")
    [found, missing] = at.connector.find_sent([document, other])
    assert found and found.id == remote.id and missing is None


def test_what_is_void_frees_its_number(at: Bench) -> None:
    document, remote = at.pushed("FREE-1")
    gone = at.connector.void(replace(document, id=remote.id))
    assert gone.status is RemoteStatus.VOID
    [result] = at.connector.push([document])
    assert result.remote and result.remote.id != remote.id
    listed = {d.id: d.status for d in at.connector.list_documents(SALE, None, None)}
    assert listed[remote.id] is RemoteStatus.VOID


def test_an_unknown_document_is_not_found(at: Bench) -> None:
    for id in ("1", "no-number"):
        with pytest.raises(NotFound):
            at.connector.get_document(SALE, id)


def test_a_refresh_token_works_once(at: Bench) -> None:
    old = at.tokens.read()
    at.server.face.expire_tokens()
    assert at.connector.organisation().name
    at.tokens.tokens = old
    at.server.face.expire_tokens()
    with pytest.raises(Reauthorise):
        at.connector.organisation()


def test_the_redirect_address_is_kept_for_renewals(at: Bench) -> None:
    assert at.grant.values["redirect_uri"].startswith("https://")
    values = {**at.connector.config.values, "redirect_uri": ""}
    config = replace(at.connector.config, values=values)
    at.server.face.expire_tokens()
    services = Services(tokens=at.tokens, clock=at.clock)
    with FreshBooks(config, services) as connector, pytest.raises(Unreadable):
        connector.organisation()


def test_another_account_is_refused(at: Bench) -> None:
    with pytest.raises(Reauthorise):
        at.connect(at.credentials | {"account_id": "other"})


def test_payments_know_kinds_in_place_of_accounts(at: Bench) -> None:
    _, remote = at.pushed("KIND-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote and result.remote.method == "Bank Transfer"
    wrong = at.payment(remote, bank_account_id="Barter")
    [result] = at.connector.record_payments([wrong])
    assert isinstance(result.error, Rejected)
    assert result.error.field == "bank_account_id"


def test_a_voided_payment_opens_the_invoice(at: Bench) -> None:
    _, remote = at.pushed("OPEN-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    assert at.connector.get_document(SALE, remote.id).status is RemoteStatus.OPEN
    assert not [
        p for p in at.connector.list_payments(None, None) if p.id == result.remote.id
    ]


def test_expense_categories_are_accounts_of_bills(at: Bench) -> None:
    kinds = {a.type for a in at.connector.ledger_accounts()}
    assert kinds == {AccountType.INCOME, AccountType.EXPENSE}


def test_few_names_are_looked_up_and_many_are_listed(at: Bench) -> None:
    stats = at.server.dispatcher.stats
    stats.clear()
    names = ["Harbour Café Ltd", "J. Smith"]
    found = at.connector.find_parties(PartyRole.CUSTOMER, names)
    assert {p.name for p in found} == set(names)
    assert stats.as_json()["requests"] == 2
    stats.clear()
    many = [*names, *(f"Nobody {n}" for n in range(10))]
    found = at.connector.find_parties(PartyRole.CUSTOMER, many)
    assert {p.name for p in found} == set(names)
    assert stats.as_json()["requests"] == 1


def test_an_id_is_never_a_path(at: Bench) -> None:
    document = at.document("PATH-1", id="1/../../x")
    with pytest.raises(Rejected):
        at.connector.void(document)


def test_the_feed_compares_moments_and_not_days(at: Bench) -> None:
    _, before = at.pushed("OLD-1")
    cursor = at.connector.changed_since("").cursor
    later = cursor.replace("2026", "2036")
    assert not at.connector.changed_since(later).documents
    changes = at.connector.changed_since(cursor)
    assert before.id in {d.id for d in changes.documents}


@pytest.mark.parametrize(
    ("invoice", "told"),
    [
        ({}, (1001, "customerid")),
        ({"customerid": 1, "create_date": "2.11.2026"}, (1004, "create_date")),
        ({"customerid": 1, "create_date": "2026-11-02"}, (1012, "customerid")),
        ({"customerid": 1, "bogus": 1}, (1004, "bogus")),
        ({"customerid": 1, "due_date": "2026-11-02"}, (1004, "due_date")),
    ],
)
def test_the_practice_ledger_refuses_wrong_invoices(
    at: Bench, invoice: dict[str, Any], told: tuple[int, str]
) -> None:
    answer = call(at, "POST", "invoices/invoices", invoice=invoice)
    assert errors(answer) == told


def test_the_practice_ledger_takes_both_ways_to_delete(at: Bench) -> None:
    _, remote = at.pushed("GONE-1")
    answer = call(at, "DELETE", f"invoices/invoices/{remote.id}")
    assert answer.json()["response"]["result"]["invoice"]["vis_state"] == 1
    answer = call(at, "GET", f"invoices/invoices/{remote.id}")
    assert answer.json()["response"]["result"]["invoice"]["vis_state"] == 1


def test_pages_hold_a_hundred_at_most(at: Bench) -> None:
    answer = call(at, "GET", "expenses/categories?per_page=1000")
    result = answer.json()["response"]["result"]
    assert result["per_page"] == 100 and result["pages"] == 1


def test_the_explanations_of_the_document_are_needed(at: Bench) -> None:
    """Each of them stands for something that is really sent or answered."""
    folder = needed_specs_of("freshbooks")
    with recording() as sent:
        everything(at)
    assert traffic.unused(folder, sent) == []


def everything(at: Bench) -> None:
    for kind in sorted(at.kind.capabilities.kinds):
        at.pushed(f"X-{kind.value[:5]}", kind=kind)
    _, remote = at.pushed("X-PAID")
    [paid] = at.connector.record_payments([at.payment(remote)])
    assert paid.remote
    at.connector.void_payment(paid.remote)
    assert list(at.connector.ledger_accounts()) and at.connector.organisation()
    assert list(at.connector.list_documents(SALE, None, None))
    assert at.tax().name
    assert list(at.connector.items())
