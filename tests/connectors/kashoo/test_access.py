"""Getting in: forms of the token, the choice of a business, corrected settings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.errors import (
    DuplicateNumber,
    InDoubt,
    Reauthorise,
    Unreadable,
    Unsupported,
)
from connectors.kashoo.connection import TOKEN
from connectors.kashoo.connector import Kashoo
from connectors.records import DocumentKind, PartyRole, RemoteStatus
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.examples import wire
from tests.connectors.scripted_server import ScriptedServer, answer

SLUG = "kashoo"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def opened(at: Bench, **values: str) -> Kashoo:
    """A connector of its own log-in, with other settings."""
    config = at.connector.config
    changed = replace(config, organisation_id="", values={**config.values, **values})
    return Kashoo(changed, Services(clock=at.clock, log=at.log))


@pytest.mark.parametrize("style", ["uuid", "json", "bearer"])
def test_the_token_is_written_as_the_setting_says(at: Bench, style: str) -> None:
    at.server.face.ledger.change_company(extra={"bearer": True})
    with opened(at, auth_style=style) as connector:
        assert connector.organisation().name


def test_bearer_is_no_form_that_everybody_takes(at: Bench) -> None:
    with opened(at, auth_style="bearer") as connector, pytest.raises(Reauthorise):
        connector.organisation()


def test_a_pasted_token_needs_no_password(at: Bench) -> None:
    token = at.tokens.read().session[TOKEN]
    with opened(at, user="", password="", token=token) as connector:
        assert connector.organisation().name
    at.server.face.expire_tokens()
    with opened(at, user="", password="", token=token) as connector:
        with pytest.raises(Reauthorise):
            connector.organisation()


def test_without_password_and_token_a_person_is_asked(at: Bench) -> None:
    with opened(at, password="") as connector:
        with pytest.raises(Reauthorise, match="paste a token"):
            connector.organisation()


def test_a_token_that_ends_after_some_calls_is_renewed(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"calls_per_token": 3})
    for _ in range(5):
        at.connector.organisation()
    assert at.tokens.renewals == 2


def test_a_token_may_come_as_json_by_the_later_way() -> None:
    """The older way is refused, the later one answers with what the web app holds."""
    turns = (
        answer(415, b"no"),
        answer(200, wire(SLUG, "token.json")),
        answer(200, wire(SLUG, "businesses.json")),
    )
    tokens = MemoryTokens()
    with ScriptedServer(*turns) as server:
        config = ConnectionConfig(
            platform=SLUG,
            practice_url=server.url,
            values={"user": "u@x.example", "password": "pass-word", "business_id": "1"},
        )
        with Kashoo(config, Services(tokens=tokens)) as connector:
            with pytest.raises(Reauthorise, match="Tap & Sons \\(123456789\\)"):
                connector.organisation()
        _, form, question = server.requests
    assert form.body == b"email=u%40x.example&password=pass-word"
    token = "TOKEN uuid:4d1b9f60-6a0b-4c6f-9f0e-2f6f0a3a9d11"
    assert question.headers["authorization"] == token
    assert tokens.read().expires_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_page_instead_of_a_token_is_not_understood() -> None:
    with ScriptedServer(answer(200, b"<html>log in</html>")) as server:
        values = {"user": "u", "password": "pass-word"}
        config = ConnectionConfig(platform=SLUG, practice_url=server.url, values=values)
        with Kashoo(config, Services()) as connector, pytest.raises(Unreadable):
            connector.organisation()


def test_where_several_businesses_open_one_must_be_chosen(at: Bench) -> None:
    with opened(at, business_id="") as connector:
        with pytest.raises(Reauthorise, match="987654321"):
            connector.organisation()


def test_contacts_may_be_listed_by_a_temporary_copy(at: Bench) -> None:
    with opened(at, contacts_by="sync") as connector:
        listed = {each.id for each in connector.list_parties(PartyRole.CUSTOMER)}
        list(connector.list_parties(PartyRole.SUPPLIER))
    assert at.sample["customer"] in listed
    assert at.server.dispatcher.stats.as_json()["by_route"]["POST /api/sync"] == 1


def test_a_contact_is_read_by_itself_where_the_path_is_known(at: Bench) -> None:
    path = "contact = businesses/{business}/contacts/{id}"
    with opened(at, paths=path) as connector:
        assert connector.get_parties(PartyRole.CUSTOMER, ["1"]) == []


def test_a_path_that_was_taken_away_switches_the_call_off(at: Bench) -> None:
    with opened(at, paths="taxes =") as connector:
        with pytest.raises(Unsupported, match="taxes"):
            list(connector.tax_codes())
    with opened(at, paths="taxes =", taxes="3 = None 0%") as connector:
        assert [tax.id for tax in connector.tax_codes()] == ["3"]


def test_a_wrong_correction_is_shown_at_once(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="wages"):
        opened(at, paths="wages = x")


def test_a_list_without_totals_is_completed_by_the_records() -> None:
    """As old clients knew the list: it told only what is left to pay."""
    turns = (
        answer(200, wire(SLUG, "invoice_list.json")),
        answer(200, wire(SLUG, "invoice_created.json")),
    )
    values = {TOKEN: "pasted-token", "home_currency": "GBP", "business_id": "7"}
    with ScriptedServer(*turns) as server:
        config = ConnectionConfig(platform=SLUG, practice_url=server.url, values=values)
        with Kashoo(config, Services()) as connector:
            listed = connector.list_documents(DocumentKind.SALES_INVOICE, None, None)
            found = next(listed)
        targets = [seen.target for seen in server.requests]
    assert (found.gross, found.status) == (Decimal(144), RemoteStatus.PART_PAID)
    assert targets[1] == "/api/businesses/7/records/invoices/90871234"


def test_a_record_without_a_total_is_not_understood(at: Bench) -> None:
    _, remote = at.pushed("BARE-1")
    with opened(at, field_names="invoice.totalDue = total") as connector:
        with pytest.raises(Unreadable, match="totalDue"):
            connector.get_document(DocumentKind.SALES_INVOICE, remote.id)


def test_what_arrived_and_cannot_be_shown_is_in_doubt(at: Bench) -> None:
    document = at.document("BLIND-1")
    with opened(at, field_names="invoice.totalDue = total") as connector:
        [result] = connector.push([document])
    assert isinstance(result.error, InDoubt)
    assert len(at.books("BLIND-1")) == 1


def test_a_number_that_is_refused_is_named(at: Bench) -> None:
    at.server.face.ledger.change_company(extra={"unique_numbers": True})
    at.pushed("ONCE-1")
    [result] = at.connector.push([at.document("ONCE-1")])
    assert isinstance(result.error, DuplicateNumber)
