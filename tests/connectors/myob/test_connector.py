"""What is peculiar to MYOB's connector, over real sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.errors import (
    DuplicateNumber,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Unsupported,
)
from connectors.myob.connector import Myob
from connectors.records import (
    DocumentKind,
    PartyRole,
)
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig
from tests.connectors.contract_parts.bench import DAY, Bench, bench

D = Decimal
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE
CALLBACK = "https://finsync.example/callback"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("myob") as made:
        yield made


@contextmanager
def set_as(at: Bench, **values: str) -> Iterator[Myob]:
    config = at.connector.config
    config = replace(config, values={**config.values, **values})
    services = Services(tokens=at.tokens, log=at.log, clock=at.clock)
    with Myob(config, services) as connector:
        assert isinstance(connector, Myob)
        yield connector


# Getting in


def consented(at: Bench, **more: str) -> tuple[Myob, dict[str, str]]:
    """A connector without a connection yet, and what the consent page sends back."""
    config = ConnectionConfig(
        platform="myob",
        practice_url=at.server.url,
        values={name: at.credentials[name] for name in ("client_id", "client_secret")},
    )
    fresh = Myob(config, Services(log=at.log, clock=at.clock))
    asked = fresh.authorize(state="s-1", redirect_uri=CALLBACK)
    assert parse_qs(urlsplit(asked.url).query)["prompt"] == ["consent"]
    answer = requests.post(
        asked.url, data={"decision": "allow"}, allow_redirects=False, timeout=5
    )
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    return fresh, {name: values[0] for name, values in told.items()}


def test_the_callback_names_the_company_file(at: Bench) -> None:
    fresh, callback = consented(at)
    with fresh:
        granted = fresh.grant(callback=callback, redirect_uri=CALLBACK)
    assert [each.id for each in granted.organisations] == [callback["businessId"]]
    assert granted.values["file_uri"].endswith(callback["businessId"])
    assert "home_currency" not in granted.values
    assert granted.tokens.refresh


def test_without_a_name_the_files_are_listed(at: Bench) -> None:
    fresh, callback = consented(at)
    with fresh:
        del callback["businessId"]
        granted = fresh.grant(callback=callback, redirect_uri=CALLBACK)
    assert [each.name for each in granted.organisations] == [
        at.server.face.ledger.company.name
    ]


def test_another_company_file_is_not_opened(at: Bench) -> None:
    other = at.credentials | {"company_file_id": "9b0e3f7a-0000-4000-8000-00000000ffff"}
    with pytest.raises(Reauthorise, match="administrator"):
        at.connect(other)


def test_a_file_with_users_asks_for_one(at: Bench) -> None:
    log_in = {"file_user": "Administrator", "file_password": "quay-side-9"}
    at.server.face.ledger.change_company(extra=log_in)
    with pytest.raises(Reauthorise):
        at.connector.organisation()
    with set_as(at, **log_in) as connector:
        assert connector.organisation().name
    shown = repr(at.log.exchanges)
    assert "quay-side-9" not in shown and "QWRtaW5pc3RyYXRvcj" not in shown


def test_the_home_currency_comes_with_the_country(at: Bench) -> None:
    at.server.face.ledger.change_company(country="AU")
    with set_as(at, home_currency="") as connector:
        assert connector.organisation().home_currency == "AUD"


def test_a_quota_that_is_spent_means_later(at: Bench) -> None:
    at.fault(
        "status",
        status=403,
        answer={
            "body": '{"Errors":[{"Name":"RateLimitError","Message":"per-second"}]}',
            "content_type": "application/json",
        },
    )
    with pytest.raises(Retry) as caught:
        at.connector.push([at.document("RATE-1")])
    assert caught.value.after == 2 and not at.books("RATE-1")


# Layouts


def test_a_sale_in_the_item_layout(at: Bench) -> None:
    with set_as(at, layout="Item") as connector:
        document = at.document("ITEM-1", at.line("42.50", quantity=D(2), item_id=""))
        [result] = connector.push([document])
        assert result.remote and result.remote.gross == document.gross, result.error
        found = connector.get_document(SALE, result.remote.id)
    [line] = found.lines
    assert (line.item_id, line.account_id) == (at.sample["item"], at.sample["account"])
    assert (line.quantity, line.net) == (D(2), D("42.50"))


def test_a_document_of_another_layout_is_still_known(at: Bench) -> None:
    with set_as(at, layout="Item") as items:
        [result] = items.push([at.document("ITEM-2")])
    assert result.remote
    there = replace(
        at.document("ITEM-2", at.line("99.00")),
        id=result.remote.id,
        version=result.remote.version,
    )
    changed = at.connector.update(there)
    assert changed.gross == there.gross
    assert changed.lines[0].item_id == at.sample["item"]
    at.connector.delete(there)
    with pytest.raises(NotFound):
        at.connector.get_document(SALE, result.remote.id)


def test_bills_go_by_accounts_in_either_layout(at: Bench) -> None:
    with set_as(at, layout="Item") as connector:
        [result] = connector.push([at.document("B-2026/000889-XL", kind=BILL)])
        assert result.remote and result.remote.number == "B-2026/000889-XL"
        listed = list(connector.list_documents(BILL, DAY, DAY))
    assert [each.lines[0].account_id for each in listed] == [
        at.sample["expense_account"]
    ]


# Documents


def test_an_update_keeps_adds_and_drops_lines(at: Bench) -> None:
    three = [at.line("10.00", position=n, text=f"Line {n}") for n in (1, 2, 3)]
    document, remote = at.pushed("ROWS-1", *three)
    for lines in ([three[0]], [three[0], three[1], three[2]]):
        changed = at.document("ROWS-1", *lines, id=remote.id, version=remote.version)
        remote = at.connector.update(changed)
        assert [line.text for line in remote.lines] == [line.text for line in lines]
        assert remote.gross == changed.gross


def test_a_change_under_our_hands_is_told(at: Bench) -> None:
    document, remote = at.pushed("RACE-1")
    at.fault("status", status=409, method="PUT")
    with pytest.raises(StaleVersion):
        at.connector.update(replace(document, id=remote.id, version=remote.version))


def test_prices_that_hold_the_tax_come_to_our_gross(at: Bench) -> None:
    line = at.line("8.33", unit_price=D("10.00"), tax=D("1.67"))
    lines = [replace(line, position=n) for n in (1, 2, 3)]
    document = at.document("INCL-1", *lines, prices_include_tax=True)
    [result] = at.connector.push([document])
    assert result.remote and result.remote.gross == D("30.00") == document.gross
    found = at.connector.get_document(SALE, result.remote.id)
    assert [line.net for line in found.lines] == [D("8.33")] * 3
    assert found.gross == at.connector.forecast(document).gross


def test_taxes_rounded_by_code_are_forecast_so(at: Bench) -> None:
    lines = [at.line("8.33", position=n, tax=D("1.67")) for n in (1, 2, 3)]
    with set_as(at, tax_rounding="per_code") as connector:
        assert connector.forecast(at.document("CODE-1", *lines)).tax == D("5.00")
    assert at.connector.forecast(at.document("CODE-1", *lines)).tax == D("5.01")


def test_a_number_that_was_filled_up_is_ours(at: Bench) -> None:
    document, remote = at.pushed("00001042")
    [found] = at.connector.find_documents(SALE, ["1042"])
    assert (found.id, found.number) == (remote.id, "1042")
    assert at.connector.find_sent([replace(document, number="1042")]) == [found]


@pytest.mark.parametrize(
    ("net", "changes", "known"),
    [
        ("21.25", {}, True),
        ("21.26", {}, False),
        ("21.25", {"party_id": "9b0e3f7a-0000-4000-8000-00000000ffff"}, False),
        ("21.25", {"date": date(2026, 11, 19)}, False),
    ],
)
def test_a_memo_that_was_written_over_leaves_the_rest(
    at: Bench, net: str, changes: dict[str, Any], known: bool
) -> None:
    _, remote = at.pushed("MEMO-1", at.line("21.25"))
    at.server.face.ledger.documents.update(remote.id, memo="See job 7", reference="")
    asked = at.document("MEMO-1", at.line(net), **changes)
    [found] = at.connector.find_sent([asked])
    assert (found is not None) == known


def test_an_invoice_and_a_credit_share_their_numbers(at: Bench) -> None:
    at.pushed("SHARED-1", kind=CREDIT)
    assert not at.connector.find_documents(SALE, ["SHARED-1"])
    [result] = at.connector.push([at.document("SHARED-1")])
    assert isinstance(result.error, DuplicateNumber)


def test_where_numbers_may_be_taken_twice_a_lost_answer_leaves_one(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"duplicate_numbers": True})
    document = at.document("LOST-1")
    at.fault("cut_after", method="POST", nth=1)
    at.connector.push([document])
    [found] = at.connector.find_sent([document])
    assert found and len(at.books("LOST-1")) == 1


def test_bills_of_one_number_are_told_apart_by_supplier(at: Bench) -> None:
    other = at.connector.create_party(at.party("Other", role=PartyRole.SUPPLIER))
    _, mine = at.pushed("S-1", kind=BILL)
    at.pushed("S-1", kind=BILL, party_id=other.id, reference="FS-other")
    [found] = at.connector.find_documents(BILL, ["S-1"], party_ids=[mine.party_id])
    assert found.id == mine.id


def test_what_must_be_reversed_is_neither_changed_nor_deleted(at: Bench) -> None:
    document, remote = at.pushed("KEEP-1")
    at.server.face.ledger.change_company(extra={"must_be_reversed": True})
    assert at.connector.organisation().facts["reversed_only"] == "true"
    there = replace(document, id=remote.id, version=remote.version)
    for change in (at.connector.update, at.connector.delete):
        with pytest.raises(Unsupported, match="reversed"):
            change(there)


def test_an_id_that_is_none_of_theirs_is_not_found(at: Bench) -> None:
    with pytest.raises(NotFound):
        at.connector.get_document(SALE, "58")


# Cards


def test_people_are_found_by_both_names(at: Bench) -> None:
    link = {"UID": at.sample["tax_code"]}
    person = {
        "IsIndividual": True,
        "LastName": "Ng",
        "FirstName": "Ann Mary",
        "SellingDetails": {"TaxCode": link, "FreightTaxCode": link},
    }
    assert isinstance(at.connector, Myob)
    made = at.connector.api.create("test", "Contact/Customer", person)
    [found] = at.connector.find_parties(PartyRole.CUSTOMER, ["Ann Mary Ng"])
    assert (found.id, found.name) == (made["UID"], "Ann Mary Ng")


def test_the_tax_code_of_new_cards_may_be_chosen(at: Bench) -> None:
    with set_as(at, card_tax_code="s") as connector:
        made = connector.create_party(at.party("Chosen"))
        row = connector.api.get("test", f"Contact/Customer/{made.id}")
    assert row["SellingDetails"]["TaxCode"]["Code"] == "S"


def test_a_tax_code_that_is_not_there_is_named(at: Bench) -> None:
    with set_as(at, card_tax_code="GST") as connector:
        with pytest.raises(Rejected, match="no tax code GST"):
            connector.create_party(at.party("Chosen"))


# What changed, and what stands in the accounts


def test_control_balances_move_with_the_books(at: Bench) -> None:
    today = at.clock.now().date()
    before = {b.role: b.amount for b in at.connector.control_balances(today)}
    _, sale = at.pushed("CTRL-1")
    _, bill = at.pushed("CTRL-2", kind=BILL)
    after = {b.role: b.amount for b in at.connector.control_balances(today)}
    assert after[PartyRole.CUSTOMER] - before[PartyRole.CUSTOMER] == sale.gross
    assert after[PartyRole.SUPPLIER] - before[PartyRole.SUPPLIER] == bill.gross
    assert at.connector.control_balances(today - timedelta(days=1)) == []


def test_lists_of_days_are_of_whole_days(at: Bench) -> None:
    at.pushed("DAY-1", date=date(2026, 11, 19), due_date=DAY)
    _, remote = at.pushed("DAY-2")
    listed = at.connector.list_documents(SALE, DAY, DAY)
    assert [each.id for each in listed] == [remote.id]


def test_tokens_are_of_single_use(at: Bench) -> None:
    at.server.face.expire_tokens()
    used = at.tokens.read()
    at.connector.organisation()
    at.tokens.tokens = replace(used, access="")
    with pytest.raises(Reauthorise):
        at.connector.organisation()
    assert isinstance(at.tokens, MemoryTokens)
