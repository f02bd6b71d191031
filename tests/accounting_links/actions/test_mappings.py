import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database

from accounting_links.actions.base import Refused
from accounting_links.actions.map_method import map_method
from accounting_links.actions.map_nominal import map_nominal, use_default_nominal
from accounting_links.actions.map_tax import map_tax
from accounting_links.engine.tally import counted_statements
from accounting_links.models import (
    Connection,
    ItemState,
    MethodLink,
    NominalLink,
    RecordType,
    SyncItem,
    TaxLink,
)
from accounting_links.verbs import Verb
from invoicing.models import Document, DocumentKind, DocumentLine, Event, Lifecycle
from tests import base, factories
from tests.accounting_links import factories as links


def blocked(connection: Connection, code: str, nominal: str = "4000") -> SyncItem:
    lines = [factories.line(nominal=factories.nominal(nominal))]
    return links.sync_item(
        connection,
        factories.sent(lines=lines),
        state=ItemState.BLOCKED,
        status_code=code,
    )


def state(item: SyncItem) -> str:
    item.refresh_from_db()
    return item.state


def test_a_mapping_lets_go_what_waited_for_it(connection: Connection) -> None:
    links.remote_record(connection, "Sales", type=RecordType.ACCOUNT, external_id="1")
    waiting = blocked(connection, "NO_NOMINAL")
    other = blocked(connection, "NO_NOMINAL", "5000")
    actor = base.bookkeeper()
    map_nominal(connection, factories.nominal(), account_id="1", actor=actor)
    assert (state(waiting), state(other)) == (ItemState.WAITING, ItemState.BLOCKED)
    event = Event.objects.get(verb=Verb.NOMINAL_MAPPED)
    assert (event.actor, event.before, event.after) == (
        actor,
        {"external_id": ""},
        {"external_id": "1"},
    )


def test_another_account_forgets_the_item_of_the_first(connection: Connection) -> None:
    links.remote_record(connection, "Sales", type=RecordType.ACCOUNT, external_id="1")
    nominal = factories.nominal()
    links.nominal_link(connection, nominal, account_id="1", item_id="I1")
    assert map_nominal(connection, nominal, account_id="1").item_id == "I1"
    links.remote_record(connection, "Other", type=RecordType.ACCOUNT, external_id="2")
    map_nominal(connection, nominal, account_id="2")
    made = NominalLink.objects.get()
    assert (made.account_id, made.account_name, made.item_id) == ("2", "Other", "")


def test_what_the_platform_lacks_is_no_choice(connection: Connection) -> None:
    links.remote_record(
        connection, "Old", type=RecordType.ACCOUNT, external_id="1", active=False
    )
    links.remote_record(connection, "Tax", type=RecordType.TAX_CODE, external_id="2")
    for account_id in ("1", "2", ""):
        with pytest.raises(Refused, match="Ledgerly was not seen to have"):
            map_nominal(connection, factories.nominal(), account_id=account_id)
    assert not NominalLink.objects.exists()


def test_the_mapping_of_the_default_frees_lines_without_code(
    connection: Connection,
) -> None:
    links.remote_record(connection, "Sales", type=RecordType.ACCOUNT, external_id="1")
    connection.default_nominal = factories.nominal("9999")
    connection.save()
    item = blocked(connection, "NO_NOMINAL")
    map_nominal(connection, factories.nominal("9999"), account_id="1")
    assert state(item) == ItemState.WAITING


@pytest.mark.parametrize("for_all", [True, False])
def test_a_default_is_an_option_of_the_connection(
    connection: Connection, for_all: bool
) -> None:
    item = blocked(connection, "NO_NOMINAL")
    nominal = factories.nominal("9999")
    use_default_nominal(connection, nominal, for_all=for_all)
    connection.refresh_from_db()
    assert connection.default_nominal == nominal
    assert connection.one_nominal_for_all is for_all
    assert state(item) == ItemState.WAITING
    assert Event.objects.get(verb=Verb.DEFAULT_NOMINAL_SET).after == {
        "nominal": "9999",
        "all": for_all,
    }


def test_an_inactive_code_is_no_default(connection: Connection) -> None:
    with pytest.raises(Refused, match="is not active"):
        use_default_nominal(connection, factories.nominal("1", active=False))


def test_a_tax_is_mapped_for_one_side(connection: Connection) -> None:
    links.remote_record(
        connection,
        "Output VAT",
        type=RecordType.TAX_CODE,
        external_id="T1",
        data={"sales": True, "purchases": False},
    )
    item = blocked(connection, "NO_TAX")
    rate = factories.tax_rate()
    with pytest.raises(Refused, match="is not for purchases in Ledgerly"):
        map_tax(connection, rate, "supplier", external_id="T1")
    map_tax(connection, rate, "customer", external_id="T1")
    made = TaxLink.objects.get()
    assert (made.role, made.external_id) == ("customer", "T1")
    assert state(item) == ItemState.WAITING


def test_a_tax_lets_go_only_what_bears_it(connection: Connection) -> None:
    links.remote_record(connection, "VAT", type=RecordType.TAX_CODE, external_id="T1")
    rates = (factories.tax_rate(), factories.tax_rate(zero=True))
    items = [
        links.sync_item(
            connection,
            factories.sent(lines=[factories.line(tax_rate=rate)]),
            state=ItemState.BLOCKED,
            status_code="NO_TAX",
        )
        for rate in rates
    ]
    map_tax(connection, rates[0], "customer", external_id="T1")
    assert [state(item) for item in items] == [ItemState.WAITING, ItemState.BLOCKED]


@pytest.mark.parametrize("what", ["nominal", "tax"])
def test_a_mapping_costs_the_same_for_10_and_for_500(
    connection: Connection, what: str
) -> None:
    links.remote_record(connection, "Sales", type=RecordType.ACCOUNT, external_id="1")
    links.remote_record(connection, "VAT", type=RecordType.TAX_CODE, external_id="T1")
    nominal, rate = factories.nominal(), factories.tax_rate()

    def statements(count: int) -> int:
        SyncItem.objects.all().delete()
        stuck(connection, count)
        with counted_statements() as counter:
            if what == "nominal":
                map_nominal(connection, nominal, account_id="1")
            else:
                map_tax(connection, rate, "customer", external_id="T1")
        assert SyncItem.objects.filter(state=ItemState.WAITING).count() == count
        return counter["statements"]

    statements(1)  # makes the mapping
    assert statements(10) == statements(500)


def stuck(connection: Connection, count: int) -> None:
    contact, rate = factories.customer(), factories.tax_rate()
    made = Document.objects.bulk_create(
        Document(
            kind=DocumentKind.SALES_INVOICE,
            number=f"{count}-{number}",
            contact=contact,
            date=factories.DATE,
            currency="GBP",
            lifecycle=Lifecycle.APPROVED,
        )
        for number in range(count)
    )
    DocumentLine.objects.bulk_create(
        DocumentLine(
            document=each, position=1, nominal=factories.nominal(), tax_rate=rate
        )
        for each in made
    )
    SyncItem.objects.bulk_create(
        SyncItem(connection=connection, document=each, state=ItemState.BLOCKED)
        for each in made
    )


def test_a_method_has_its_bank_account_or_the_common_one(
    connection: Connection,
) -> None:
    for external_id in ("B1", "B2"):
        links.remote_record(
            connection, "Bank", type=RecordType.BANK, external_id=external_id
        )
    card = factories.method()
    map_method(connection, None, account_id="B1")
    map_method(connection, card, account_id="B1")
    map_method(connection, card, account_id="B2")
    found = MethodLink.objects.order_by("id").values_list("method", "account_id")
    assert list(found) == [(None, "B1"), (card.pk, "B2")]
    assert Event.objects.filter(verb=Verb.METHOD_MAPPED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_people_who_map_the_same_at_once_make_one_mapping(
    connection: Connection,
) -> None:
    links.remote_record(connection, "Sales", type=RecordType.ACCOUNT, external_id="1")
    nominal = factories.nominal()
    together = threading.Barrier(4)

    def work(number: int) -> str:
        try:
            together.wait()
            return map_nominal(connection, nominal, account_id="1").account_id
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == ["1"] * 4
    assert NominalLink.objects.count() == 1
