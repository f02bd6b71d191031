"""What the contract does not ask: settings, lists that misbehave, items."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import DuplicateNumber, NotFound, Reauthorise, Rejected
from connectors.oneup.connector import OneUp
from connectors.records import DocumentKind, Item, PartyRole
from connectors.services import Services
from tests.connectors.contract_parts.bench import DAY, Bench, bench

SLUG = "oneup"
KIND = DocumentKind.SALES_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def switch(at: Bench, **settings: bool) -> None:
    at.server.face.ledger.change_company(extra=settings)


def opened(at: Bench, **values: str) -> OneUp:
    config = at.connector.config
    changed = replace(config, values={**config.values, **values})
    return OneUp(changed, Services(clock=at.clock, log=at.log))


def test_the_e_mail_stands_for_the_company(at: Bench) -> None:
    with opened(at, company_name="", user="API_1234_5678@api.oneup.com") as connector:
        found = connector.organisation()
    assert found.id == found.name == "api_1234_5678@api.oneup.com"


@pytest.mark.parametrize("style", ["objects", "numbers"])
def test_other_ways_to_name_records_arrive(at: Bench, style: str) -> None:
    switch(at, numbers=True)
    with opened(at, reference_style=style) as connector:
        [result] = connector.push([at.document("STYLE-1")])
    assert result.remote and result.remote.party_id == at.sample["customer"]


def test_bare_numbers_are_not_taken_by_everybody(at: Bench) -> None:
    with opened(at, reference_style="numbers") as connector:
        [result] = connector.push([at.document("STYLE-2")])
    assert isinstance(result.error, Rejected)
    assert "an object is needed" in result.error.vendor_message


@pytest.mark.parametrize("no_header", [False, True])
def test_lists_end_with_and_without_their_header(at: Bench, no_header: bool) -> None:
    sent = {at.pushed(f"HEAD-{n}")[1].id for n in range(4)}
    switch(at, no_header=no_header)
    connector = opened(at)
    connector.api.page_size = 2
    with connector:
        listed = [d.id for d in connector.list_documents(KIND, DAY, DAY)]
    assert sent <= set(listed)


def test_changes_are_found_though_the_order_is_passed_over(at: Bench) -> None:
    """The first row is the oldest then, and must not end the search."""
    switch(at, unsorted=True)
    begun = datetime.now(UTC)
    _, remote = at.pushed("LATE-1")
    connector = opened(at)
    connector.api.page_size = 2
    with connector:
        rows = list(connector.api.changed("poll", "invoices", "invoice", begun))
    assert [str(row["id"]) for row in rows] == [remote.id]


def test_in_their_order_no_more_is_read_than_needed(at: Bench) -> None:
    old = [at.pushed(f"OLD-{n}")[1].id for n in range(5)]
    begun = datetime.now(UTC)
    _, remote = at.pushed("LATE-1")
    asked = "GET /v1/invoices"
    before = at.server.dispatcher.stats.as_json()["by_route"].get(asked, 0)
    connector = opened(at)
    connector.api.page_size = 2
    with connector:
        rows = list(connector.api.changed("poll", "invoices", "invoice", begun))
    after = at.server.dispatcher.stats.as_json()["by_route"][asked]
    assert [str(row["id"]) for row in rows] == [remote.id]
    assert len(old) == 5 and after - before == 1


def test_leads_are_no_customers(at: Bench) -> None:
    made = at.connector.create_party(at.party("Maybe Ltd"))
    ledger = at.server.face.ledger
    ledger.parties.update(made.id, extra={"type": 1, "status": 2})
    listed = {each.id for each in at.connector.list_parties(PartyRole.CUSTOMER)}
    assert made.id not in listed


def test_an_item_that_is_sold_to_the_account_is_chosen(at: Bench) -> None:
    wanted = Item(name="4000 Sales", income_account_id=at.sample["account"])
    assert at.connector.ensure_item(wanted).id == at.sample["item"]


def test_the_item_of_that_code_is_preferred(at: Bench) -> None:
    account = at.sample["account"]
    ledger = at.server.face.ledger
    own = ledger.items.get(at.sample["item"])
    made = ledger.items.create(replace(own, id="", name="Callout", code="4000"))
    wanted = Item(name="Sales", code="4000", income_account_id=account)
    assert at.connector.ensure_item(wanted).id == made.id


def test_no_item_is_made_for_an_account(at: Bench) -> None:
    wanted = Item(name="Rent", income_account_id=at.sample["expense_account"])
    with pytest.raises(Rejected, match="Make one there") as caught:
        at.connector.ensure_item(wanted)
    assert caught.value.status_code == "NO_NOMINAL"


def test_headings_of_the_chart_are_no_accounts(at: Bench) -> None:
    accounts = {each.code for each in at.connector.ledger_accounts()}
    assert "4000" in accounts and "4" not in accounts


def test_other_charts_are_told_by_their_numbers(at: Bench) -> None:
    with opened(at, income_numbers="7, 70", expense_numbers="4") as connector:
        found = {each.code: each.type for each in connector.ledger_accounts()}
    assert (found["7100"], found["4000"]) == ("income", "expense")


def test_nothing_but_one_invoice_is_deleted(at: Bench) -> None:
    document, _ = at.pushed("KEEP-1")
    for id in ("", "..", "1,2"):
        with pytest.raises(NotFound):
            at.connector.delete(replace(document, id=id))
    assert at.books(document.number)


def test_a_number_that_is_refused_is_named(at: Bench) -> None:
    switch(at, unique_numbers=True)
    at.pushed("ONCE-1")
    [result] = at.connector.push([at.document("ONCE-1", reference="FS-2")])
    assert isinstance(result.error, DuplicateNumber)


def test_corrected_fields_travel_both_ways(at: Bench) -> None:
    _, remote = at.pushed("NAME-1")
    with opened(at, field_names="invoice.user_code = po_number") as connector:
        [result] = connector.push([at.document("NAME-2")])
        assert result.remote and result.remote.number == "NAME-2"
        assert connector.get_document(KIND, remote.id).number == ""
    assert at.server.face.ledger.documents.get(result.remote.id).number == ""


def test_a_wrong_correction_is_shown_at_once(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="wages"):
        opened(at, field_names="wages = x")
