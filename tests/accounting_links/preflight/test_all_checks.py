"""What holds for the checks together: their order, their cost, their form."""

import json
from collections.abc import Sequence

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounting_links import building, preflight
from accounting_links.models import Connection
from accounting_links.preflight.registry import CHECKS, FINAL
from accounting_links.status_codes import StatusCode
from invoicing.models import Document
from tests import factories
from tests.accounting_links.ledgerly import (
    Ledgerly,
    check,
    codes,
    customer,
    in_books,
    ready,
)

MOST_STATEMENTS = 12


def test_all_faults_are_said_in_the_order_of_the_checks(
    connection: Connection, books: Ledgerly
) -> None:
    lines = [factories.line("12", text="", nominal=None, tax_rate=None)]
    document = factories.approved(lines=lines, number="INV-1", currency="EUR")
    books.documents = [in_books(document)]
    connection.books_locked_before = document.date.replace(day=3)
    assert codes(check(connection, document, connector=books)) == [
        *("NOT_SENT", "NO_ACCOUNT", "DUPLICATE_NUMBER", "NO_NOMINAL", "NO_TAX"),
        *("BLANK_LINE", "CURRENCY", "PERIOD_LOCKED"),
    ]


def test_codes_are_declared_in_the_order_of_the_checks() -> None:
    order = list(StatusCode)
    first = [each.codes[0] for each in (*FINAL, *CHECKS)]
    unique = list(dict.fromkeys(first))
    assert sorted(unique, key=order.index) == unique


def test_findings_are_json(connection: Connection, books: Ledgerly) -> None:
    document = factories.approved(number="INV-1")
    books.documents = [in_books(document)]
    for finding in check(connection, document, connector=books):
        kept = json.loads(json.dumps(finding.as_dict()))
        assert kept["sentence"] == finding.sentence
        assert kept["fix"] == kept["fixes"][0]


def test_a_document_that_may_go_has_an_empty_list(connection: Connection) -> None:
    document = ready(connection, factories.sent())
    loaded = building.documents([document.pk])
    built = building.build(connection, loaded)
    assert preflight.check(connection, loaded, built) == {document.pk: []}


def statements(
    connection: Connection, documents: Sequence[Document], books: Ledgerly
) -> int:
    loaded = building.documents([document.pk for document in documents])
    built = building.build(connection, loaded)
    with CaptureQueriesContext(database) as captured:
        preflight.check(connection, loaded, built, connector=books)
    return len(captured)


@pytest.mark.parametrize("is_ready", [True, False])
def test_statements_depend_on_neither_documents_nor_lines(
    connection: Connection, books: Ledgerly, is_ready: bool
) -> None:
    few = [factories.sent(lines=factories.many_lines(2))]
    many = [factories.sent(lines=factories.many_lines(20)) for _ in range(12)]
    books.documents = [in_books(document) for document in (*few, *many)]
    if is_ready:
        for document in (*few, *many):
            ready(connection, document)
    first = statements(connection, few, books)
    assert statements(connection, many, books) == first <= MOST_STATEMENTS


def test_a_pass_asks_the_platform_twice(
    connection: Connection, books: Ledgerly
) -> None:
    documents = [ready(connection, factories.sent()) for _ in range(25)]
    connection.contact_links.update(verified_at=None)
    books.parties = [
        customer(link.external_id, link.external_name)
        for link in connection.contact_links.all()
    ]
    statements(connection, documents, books)
    assert [asked[0] for asked in books.asked] == ["get_parties", "find_documents"]
