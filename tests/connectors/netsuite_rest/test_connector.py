from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import InDoubt, NotFound, Reauthorise, Rejected, StaleVersion
from connectors.netsuite_rest.connector import NetSuiteRest
from connectors.records import DocumentKind, Item, PartyRole, RemoteStatus
from connectors.services import Services
from connectors.settings import ConnectionConfig
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.spec_check.recorder import recording

SLUG = "netsuite_rest"
INVOICE = DocumentKind.SALES_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def with_tokens(at: Bench, **changes: str) -> NetSuiteRest:
    names = ("account_id", "consumer_key", "consumer_secret", "token_id")
    values = {name: str(at.credentials[name]) for name in (*names, "token_secret")}
    config = ConnectionConfig(
        platform=SLUG,
        practice_url=at.server.url,
        values={**values, "sign_in": "tokens", **changes},
    )
    return NetSuiteRest(config, Services(log=at.log))


def test_tokens_open_the_account_too(at: Bench) -> None:
    with with_tokens(at) as connector:
        grant = connector.login()
        assert list(connector.list_documents(INVOICE, None, None))
    assert grant.organisations[0].id == "1234567_SB1" and not grant.tokens.access


def test_wrong_tokens_need_a_person(at: Bench) -> None:
    with with_tokens(at, token_secret="wrong") as connector:
        with pytest.raises(Reauthorise):
            connector.login()


def test_a_key_that_does_not_fit_needs_a_person(at: Bench) -> None:
    with pytest.raises(Reauthorise, match="private key"):
        at.connect({**at.credentials, "algorithm": "PS256"})


def test_a_document_is_a_write_and_a_read(at: Bench) -> None:
    document = at.document("TWO-1")
    at.connector.organisation()
    with recording() as sent:
        at.connector.push([document])
    assert [s.method for s in sent] == ["PUT", "GET"]
    assert sent[0].url.endswith("/invoice/eid:finsync-FS-TWO-1?replace=item")


def test_a_hundred_numbers_are_one_question(at: Bench) -> None:
    at.pushed("N-7")
    with recording() as sent:
        found = at.connector.find_documents(INVOICE, [f"N-{n}" for n in range(100)])
    assert [d.number for d in found] == ["N-7"] and len(sent) == 1


def test_sending_again_replaces_the_lines(at: Bench) -> None:
    document, remote = at.pushed("LINES-1")
    at.connector.push([document])
    found = at.connector.get_document(INVOICE, remote.id)
    assert (len(found.lines), found.gross) == (1, document.gross)


def test_a_document_that_cannot_be_read_back_is_in_doubt(at: Bench) -> None:
    document = at.document("READ-1")
    at.connector.organisation()
    at.fault("status", status=503, method="GET", path="/invoice/")
    [result] = at.connector.push([document])
    at.clear_faults()
    assert isinstance(result.error, InDoubt)
    [found] = at.connector.find_sent([document])
    assert found and found.number == "READ-1"


def test_a_quote_in_a_name_stays_within_the_question(at: Bench) -> None:
    name = "O'Hara') OR ('1'='1"
    assert at.connector.find_parties(PartyRole.CUSTOMER, [name]) == []
    made = at.connector.create_party(at.party(name))
    found = at.connector.find_parties(PartyRole.CUSTOMER, [name])
    assert [party.id for party in found] == [made.id]


def test_items_of_other_accounts_do_not_count(at: Bench) -> None:
    other = next(a for a in at.connector.ledger_accounts() if a.code == "4900")
    wanted = Item(name="General sales", code="4900", income_account_id=other.id)
    made = at.connector.ensure_item(wanted)
    assert made.name == "General sales (4900)"
    assert at.connector.ensure_item(wanted).id == made.id


def test_taxes_are_read_one_by_one_where_the_table_is_hidden(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {c.id: c.rate for c in at.connector.tax_codes()}
    refuse_queries(monkeypatch, "salestaxitem")
    assert {c.id: c.rate for c in at.connector.tax_codes()} == codes


def test_an_account_of_one_company_has_no_subsidiary(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_queries(monkeypatch, "subsidiary")
    found = at.connector.organisation()
    assert (found.name, found.home_currency) == ("1234567_SB1", "GBP")


def test_without_sight_of_deletions_changes_are_not_complete(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = at.connector.changed_since("").cursor
    assert at.connector.changed_since(cursor).complete
    refuse_queries(monkeypatch, "deletedrecord")
    assert not at.connector.changed_since(cursor).complete


def refuse_queries(monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    query = "connectors.netsuite_rest.api.SuiteTalkRest.query"
    from connectors.netsuite_rest.api import SuiteTalkRest

    usual = SuiteTalkRest.query

    def refusing(api: SuiteTalkRest, asked: str) -> Any:
        if f"FROM {table} " in asked:
            raise Rejected("The table is not shown.")
        return usual(api, asked)

    monkeypatch.setattr(query, refusing)


def test_payments_come_back_with_what_they_settle(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    _, invoice = at.pushed("PAID-1")
    at.connector.record_payments([at.payment(invoice)])
    changed = at.connector.changed_since(cursor).payments
    [paid] = [p for p in changed if p.reference == "BACS 991"]
    assert paid.allocations[0].document_id == invoice.id
    at.connector.void_payment(paid)
    assert at.connector.get_document(INVOICE, invoice.id).status is RemoteStatus.OPEN


def test_what_changed_there_is_not_deleted(at: Bench) -> None:
    document, remote = at.pushed("D-1")
    there = replace(document, id=remote.id, version=remote.version)
    at.connector.update(there)
    with pytest.raises(StaleVersion):
        at.connector.delete(there)


def test_a_credit_stands_positive_in_lists(at: Bench) -> None:
    kind = DocumentKind.CREDIT_NOTE
    _, credit = at.pushed("CR-1", kind=kind)
    [found] = at.connector.find_documents(kind, ["CR-1"])
    assert (found.gross, found.balance) == (credit.gross, credit.gross)


def test_documents_of_a_span_of_days_are_listed(at: Bench) -> None:
    _, remote = at.pushed("L-1")
    at.pushed("L-2", date=date(2026, 11, 21))
    listed = [d.id for d in at.connector.list_documents(INVOICE, DAY, DAY)]
    assert listed == [remote.id]


def test_an_unknown_document_is_not_found(at: Bench) -> None:
    with pytest.raises(NotFound):
        at.connector.get_document(INVOICE, "99999999")


def test_a_part_paid_invoice_shows_what_is_left(at: Bench) -> None:
    _, invoice = at.pushed("PP-1")
    part = replace(at.payment(invoice).allocations[0], amount=Decimal("1.00"))
    payment = at.payment(invoice, amount=Decimal("1.00"), allocations=(part,))
    at.connector.record_payments([payment])
    [found] = at.connector.find_documents(INVOICE, ["PP-1"])
    assert found.status is RemoteStatus.PART_PAID
    assert found.balance == invoice.gross - 1
