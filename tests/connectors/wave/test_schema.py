import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from graphql import GraphQLSchema

from connectors.practice.wave.schema import make_schema
from connectors.records import Address, Document, DocumentKind, Item, PartyRole
from connectors.wave.connector import Wave
from connectors.wave.graphql_texts import MUTATIONS
from tests.connectors.contract_parts.bench import DAY, Bench, bench
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import needed_specs_of
from tests.connectors.wave import answers, traffic

D = Decimal
SLUG = "wave"
# Our practice ledger knows more countries and currencies than the subset lists.
SHORTENED = {"CountryCode", "CurrencyCode"}


@pytest.fixture
def folder() -> Path:
    return needed_specs_of(SLUG)


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(SLUG) as made:
        yield made


def everything(at: Bench) -> None:
    """Each call of the connector once, with every field that it knows."""
    masters(at)
    full = at.document("S-1", note="A note", sent=True, job_code="J1", rate=D("1.1"))
    [result] = at.connector.push([full])
    assert result.remote and result.remote.sent
    read(at, result.remote.id)
    [paid] = at.connector.record_payments([at.payment(result.remote, method="Card")])
    assert paid.remote
    assert list(at.connector.list_payments(DAY, DAY))
    at.connector.void_payment(paid.remote)
    change(at, replace(full, id=result.remote.id))
    transaction(at)


def masters(at: Bench) -> None:
    address = Address(street="1 Quay", city="Bristol", postcode="BS1", country="GB")
    party = at.party(
        "Schema Ltd", email="a@b.example", phone="1", currency=at.home, address=address
    )
    at.connector.create_party(party)
    at.connector.ensure_item(
        Item(
            name="Schema item",
            income_account_id=at.sample["account"],
            expense_account_id=at.sample["expense_account"],
        )
    )
    assert list(at.connector.list_parties(PartyRole.CUSTOMER))
    assert list(at.connector.ledger_accounts())
    assert list(at.connector.bank_accounts())
    assert list(at.connector.items())
    assert at.connector.control_balances(at.clock.now().date())


def read(at: Bench, id: str) -> None:
    kind = DocumentKind.SALES_INVOICE
    assert at.connector.get_document(kind, id).lines
    assert at.connector.find_documents(kind, ["S-1", "S-2"])
    assert list(at.connector.list_documents(kind, DAY, DAY))
    assert at.connector.changed_since("2026-01-01T00:00:00+00:00").documents


def change(at: Bench, document: Document) -> None:
    remote = at.connector.update(document)
    face = at.server.face
    [entry] = at.books("S-1")
    face.ledger.documents.reopen(entry["id"])
    at.connector.finalise(document.kind, remote)
    at.connector.delete(document)


def transaction(at: Bench) -> None:
    values = {**at.connector.config.values, "post_as": "transaction"}
    values["transaction_account"] = at.sample["bank"]
    config = replace(at.connector.config, values=values)
    free = at.line("5.00", tax=D(0), tax_rate=D(0), tax_code_id="")
    with Wave(config, at.connector.services) as connector:
        results = [connector.push([at.document("S-9", free)])[0] for _ in range(2)]
    ids = {each.remote and each.remote.id for each in results}
    assert len(ids) == 1 and None not in ids


def test_every_request_is_known_to_the_schema(at: Bench, folder: Path) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.findings(traffic.today(folder), sent) == []
    assert traffic.mutations_sent(sent) == set(MUTATIONS)


def test_what_the_older_schema_refuses_is_known_to_be_newer(
    at: Bench, folder: Path
) -> None:
    with recording() as sent:
        everything(at)
    assert traffic.older_findings(traffic.of_2021(folder), sent) == []


def test_every_answer_is_of_both_schemas(at: Bench, folder: Path) -> None:
    with recording() as sent:
        everything(at)
        assert at.connector.organisation() and list(at.connector.tax_codes())
        assert at.connector.push([at.document("S-BAD", party_id="none")])[0].error
    assert answers.findings(traffic.today(folder), sent) == []
    older = set(answers.findings(traffic.of_2021(folder), sent))
    assert older == answers.EXPLAINED_2021.keys()


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ('"invoiceDate":', '"date":', "Invoice.invoiceDate was asked for, and is"),
        ('"memo":', '"remark": "", "memo":', "Invoice.remark is there, and was not"),
        ('"status": "', '"status": "X', "Invoice.status is 'X"),
        ('"total": {', '"total": null, "x": {', "may not be"),
        ('"quantity": "', '"quantity": "\u00a3 ', "no Decimal"),
        ('"items": [', '"items": {}, "x": [', "Invoice.items is no list"),
        ('Z"', '+00:00"', "no DateTime"),
        ('"data":', '"date":', "an answer of ['date']"),
    ],
)
def test_the_check_sees_a_wrong_answer(
    at: Bench, folder: Path, right: str, wrong: str, finding: str
) -> None:
    with recording() as sent:
        document, remote = at.pushed("S-1")
        at.connector.get_document(document.kind, remote.id)
    spoilt = [
        replace(each, answer=_respaced(each.answer).replace(right, wrong).encode())
        for each in sent
    ]
    assert spoilt != sent
    found = answers.findings(traffic.today(folder), spoilt)
    assert any(finding in each for each in found), found


def _respaced(answer: bytes) -> str:
    return json.dumps(json.loads(answer))


def test_the_practice_ledger_has_the_vendors_types(folder: Path) -> None:
    """So all that it answers is of the vendor's shape."""
    assert differences(make_schema(), traffic.today(folder)) == set()


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> set[str]:
    found = set()
    for name, kind in ours.type_map.items():
        other = theirs.type_map.get(name)
        if other is None:
            found.add(name)
        elif hasattr(kind, "fields"):
            known = getattr(other, "fields", {})
            found |= {
                f"{name}.{field}"
                for field, told in kind.fields.items()
                if field not in known or str(told.type) != str(known[field].type)
            }
        elif hasattr(kind, "values") and name not in SHORTENED:
            found |= {f"{name}.{v}" for v in set(kind.values) - set(other.values)}  # type: ignore[attr-defined] # an enum, as ours
    return found


@pytest.mark.parametrize(
    ("query", "variables", "finding"),
    [
        ("{ user { name } }", {}, "Cannot query field 'name' on type 'User'."),
        (
            "query ($b: ID!) { business(id: $b) { id } }",
            {"b": {}},
            "$b at : ID cannot represent value: {}",
        ),
        ("{ user { id } }", {"b": 1}, "$b is not declared"),
    ],
)
def test_the_check_sees_what_is_wrong(
    folder: Path, query: str, variables: dict[str, object], finding: str
) -> None:

    body = json.dumps({"query": query, "variables": variables}).encode()
    url = "https://gql.waveapps.com/graphql/public"
    sent = Sent(method="POST", url=url, body=body, status=200, answer=b"{}")
    [found] = traffic.findings(traffic.today(folder), [sent])
    assert found.startswith(finding)
