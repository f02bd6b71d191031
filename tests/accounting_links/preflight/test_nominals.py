import pytest

from accounting_links.models import Connection, RecordType
from accounting_links.preflight.base import Finding, Fix
from connectors.records import DocumentKind as RemoteKind
from invoicing.models import Document, DocumentKind
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import able, check, codes, ready
from tests.accounting_links.ledgerly_fixtures import Install


def invoice(connection: Connection, *nominals: str) -> Document:
    """One line for each nominal code; an empty one is for a line without."""
    lines = [
        factories.line(nominal=factories.nominal(code) if code else None)
        for code in nominals
    ]
    return ready(connection, factories.sent(lines=lines))


def no_nominal(connection: Connection, document: Document) -> Finding:
    [finding] = check(connection, document)
    assert finding.code == "NO_NOMINAL"
    return finding


def test_a_line_needs_a_nominal_code(connection: Connection) -> None:
    finding = no_nominal(connection, invoice(connection, "4000", "", ""))
    assert finding.sentence == "Lines 2 and 3 have no nominal code."
    assert finding.fixes == (Fix.EDIT_DOCUMENT, Fix.USE_DEFAULT_NOMINAL)


def test_the_default_stands_in(connection: Connection) -> None:
    document = invoice(connection, "4000", "")
    connection.default_nominal = factories.nominal("4000")
    assert check(connection, document) == []


def test_one_code_for_all_lines_takes_the_place_of_theirs(
    connection: Connection,
) -> None:
    document = invoice(connection, "4000", "4001")
    connection.nominal_links.filter(nominal__code="4001").delete()
    connection.default_nominal = factories.nominal("4000")
    connection.one_nominal_for_all = True
    assert check(connection, document) == []


def test_a_code_must_be_mapped(connection: Connection) -> None:
    document = invoice(connection, "4000", "4001", "4001")
    connection.nominal_links.filter(nominal__code="4001").delete()
    finding = no_nominal(connection, document)
    assert finding.sentence == (
        "Nominal code 4001 is not mapped to an account in Ledgerly."
    )
    assert finding.hint == "Lines 2 and 3 have that code."
    assert (finding.subject, finding.fix) == ("nominal:4001", Fix.MAP_NOMINAL)


def test_each_code_is_a_finding(connection: Connection) -> None:
    document = invoice(connection, "4000", "4001", "")
    connection.nominal_links.all().delete()
    assert codes(check(connection, document)) == ["NO_NOMINAL"] * 3


@pytest.mark.parametrize("type_", [RecordType.ACCOUNT, RecordType.BANK])
def test_the_account_must_be_active_there(connection: Connection, type_: str) -> None:
    document = invoice(connection, "4000")
    account = connection.nominal_links.get().account_id
    links.remote_record(connection, "Other", type=RecordType.ACCOUNT)
    links.remote_record(connection, "Bank", type=RecordType.BANK)
    assert "no longer has" in no_nominal(connection, document).sentence
    links.remote_record(connection, "Sales", type=type_, external_id=account)
    assert check(connection, document) == []


def test_an_account_is_believed_where_accounts_were_never_fetched(
    connection: Connection,
) -> None:
    assert check(connection, invoice(connection, "4000")) == []


def test_the_item_that_carries_it_must_be_active_there(
    connection: Connection, install: Install
) -> None:
    install(able(items_carry_accounts=True, sales_line_accounts=False))
    document = invoice(connection, "4000")
    connection.nominal_links.update(item_id="I9")
    item = links.remote_record(
        connection, "Sales", type=RecordType.ITEM, external_id="I9"
    )
    assert check(connection, document) == []
    item.active = False
    item.save()
    assert "mapped to an item" in no_nominal(connection, document).sentence


def test_a_platform_without_nominal_codes_needs_none(
    connection: Connection, install: Install
) -> None:
    install(able(nominal_codes=False))
    assert check(connection, invoice(connection, "")) == []


def test_sales_need_none_where_their_lines_carry_no_account(
    connection: Connection, install: Install
) -> None:
    install(able(sales_line_accounts=False, kinds=frozenset(RemoteKind)))
    assert check(connection, invoice(connection, "")) == []
    bill = factories.supplier_invoice(lines=[factories.line(nominal=None)])
    assert codes(check(connection, ready(connection, bill))) == ["NO_NOMINAL"]
    assert bill.kind == DocumentKind.SUPPLIER_INVOICE
