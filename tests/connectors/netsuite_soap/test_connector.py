from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from connectors.errors import Reauthorise, Rejected, StaleVersion, Unsupported
from connectors.records import DocumentKind, Item, PartyRole, RemoteStatus
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.spec_check.recorder import recording

SLUG = "netsuite_soap"


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def test_a_batch_is_one_write_and_one_read(at: Bench) -> None:
    documents = [at.document(f"B-{n}") for n in range(20)]
    at.connector.organisation()
    with recording() as sent:
        results = at.connector.push(documents)
    assert all(r.remote for r in results) and len(sent) == 2


def test_new_customers_go_in_batches_too(at: Bench) -> None:
    at.connector.organisation()
    parties = [at.party(f"Batch customer {n}") for n in range(20)]
    with recording() as sent:
        made = at.connector.create_parties(parties)
    assert all(r.party and r.party.id for r in made) and len(sent) == 2


def test_without_tokens_no_customer_is_made(at: Bench) -> None:
    at.server.face.revoke_grants()
    made = at.connector.create_parties([at.party("A"), at.party("B")])
    assert [type(result.error) for result in made] == [Reauthorise, Reauthorise]


def test_twenty_numbers_of_a_series_are_one_search(at: Bench) -> None:
    at.pushed("S-1007")
    numbers = [f"S-10{n:02}" for n in range(20)]
    with recording() as sent:
        found = at.connector.find_documents(DocumentKind.SALES_INVOICE, numbers)
    assert [d.number for d in found] == ["S-1007"] and len(sent) == 1


def test_many_names_are_read_as_a_list(at: Bench) -> None:
    names = ["Practice Customer", "Northgate Lettings", "A", "B", "C"]
    with recording() as sent:
        found = at.connector.find_parties(PartyRole.CUSTOMER, names)
    assert {p.name for p in found} == set(names[:2]) and len(sent) == 1


def test_an_item_that_carries_the_account_is_used(at: Bench) -> None:
    wanted = Item(name="General sales", income_account_id=at.sample["account"])
    assert at.connector.ensure_item(wanted).id == at.sample["item"]


def test_an_item_of_another_account_gets_another_name(at: Bench) -> None:
    other = next(a for a in at.connector.ledger_accounts() if a.code == "4900")
    wanted = Item(name="General sales", code="4900", income_account_id=other.id)
    made = at.connector.ensure_item(wanted)
    assert made.name == "General sales (4900)"
    assert at.connector.ensure_item(wanted).id == made.id


def test_a_signature_is_good_once(at: Bench) -> None:
    with recording() as sent:
        at.connector.organisation()
    nonces = {s.body.partition(b"nonce>")[2].partition(b"<")[0] for s in sent}
    assert len(nonces) == len(sent)


def test_an_account_of_one_company_has_no_subsidiary(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Rejected("The role lacks a permission.")

    def without(*args: object, **options: object) -> object:
        raise refused

    monkeypatch.setattr("connectors.netsuite_soap.api.SuiteTalk.search", without)
    found = at.connector.organisation()
    assert (found.name, found.home_currency) == ("1234567_SB1", "GBP")


def test_what_changed_there_is_not_deleted(at: Bench) -> None:
    document, remote = at.pushed("D-1")
    there = replace(document, id=remote.id, version=remote.version)
    at.connector.update(there)
    with pytest.raises(StaleVersion):
        at.connector.delete(there)


def test_deleted_documents_come_with_the_changes(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    document, remote = at.pushed("D-2", kind=DocumentKind.SUPPLIER_INVOICE)
    at.connector.delete(replace(document, id=remote.id, version=remote.version))
    changed = at.connector.changed_since(cursor).documents
    assert [d.status for d in changed if d.id == remote.id] == [RemoteStatus.DELETED]


def test_documents_of_a_span_of_days_are_listed(at: Bench) -> None:
    _, remote = at.pushed("L-1")
    at.pushed("L-2", date=date(2026, 11, 21))
    kind = DocumentKind.SALES_INVOICE
    listed = [d.id for d in at.connector.list_documents(kind, DAY, DAY)]
    assert listed == [remote.id]


def test_orders_are_not_looked_for(at: Bench) -> None:
    with pytest.raises(Unsupported):
        at.connector.find_documents(DocumentKind.SALES_ORDER, ["1"])


def test_a_foreign_external_id_is_not_ours(at: Bench) -> None:
    found = list(at.connector.list_documents(DocumentKind.SALES_INVOICE, None, None))
    assert found and not any(d.reference for d in found)
