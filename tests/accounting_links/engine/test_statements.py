"""What a batch costs does not depend on what is in it."""

import pytest

from accounting_links import building, outbox
from accounting_links.engine.tally import counted_statements
from accounting_links.models import Connection
from tests import factories
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def cost(connection: Connection, *, lines: int, documents: int = 5) -> int:
    office.marked(connection, documents, lines=factories.many_lines(lines))
    result = office.sync(connection, batch=documents)
    assert result.sent == documents
    return result.sql_statements


def test_the_same_statements_for_2_and_for_200_lines(connection: Connection) -> None:
    cost(connection, lines=1)  # Maps the nominal code and tax for the others.
    assert cost(connection, lines=2) == cost(connection, lines=200)


def test_a_batch_of_30_costs_less_than_4_statements_each(
    connection: Connection, books: Books
) -> None:
    office.marked(connection, 90)
    result = office.sync(connection, batch=30)
    assert result.sent == 90
    assert result.sql_statements / 90 < 4
    assert result.http_requests / 90 <= 0.06  # One look-up serves up to 300.


def test_building_costs_the_same_for_one_and_for_many(connection: Connection) -> None:
    one = [document.pk for document in office.marked(connection)]
    many = [document.pk for document in office.marked(connection, 10)]

    def statements(ids: list[int]) -> int:
        with counted_statements() as counter:
            building.build(connection, building.documents(ids))
        return counter["statements"]

    assert statements(one) == statements(many)


def test_releasing_costs_the_same_for_one_and_for_many(connection: Connection) -> None:
    documents = [factories.approved() for _ in range(8)]
    outbox.mark([each.pk for each in documents], connection=connection)

    def statements(**chosen: object) -> int:
        office.sync(connection)
        with counted_statements() as counter:
            outbox.release(connection, **chosen)  # type: ignore[arg-type]  # passed on
        return counter["statements"]

    assert statements(document_ids=[documents[0].pk]) == statements(codes=["NOT_SENT"])
