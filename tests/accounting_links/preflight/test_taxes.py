import pytest

from accounting_links.models import Connection, RecordType, Role
from accounting_links.preflight.base import Finding, Fix
from connectors.capabilities import TaxModel
from invoicing.models import Document, DocumentKind
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import able, check, codes, ready
from tests.accounting_links.ledgerly_fixtures import Install


def untaxed(connection: Connection) -> Document:
    lines = [factories.line(), factories.line(tax_rate=None)]
    return ready(connection, factories.sent(lines=lines))


def unmapped(connection: Connection, **rate: bool) -> Document:
    lines = [factories.line(tax_rate=factories.tax_rate(**rate))]
    document = ready(connection, factories.sent(lines=lines))
    connection.tax_links.all().delete()
    return document


def no_tax(connection: Connection, document: Document) -> Finding:
    [finding] = check(connection, document)
    assert finding.code == "NO_TAX"
    return finding


def test_a_line_needs_a_tax_rate(connection: Connection) -> None:
    finding = no_tax(connection, untaxed(connection))
    assert finding.sentence == "Line 2 has no tax rate."
    assert finding.fix is Fix.EDIT_DOCUMENT


def test_a_tax_rate_must_be_mapped(connection: Connection) -> None:
    finding = no_tax(connection, unmapped(connection))
    assert finding.sentence == (
        "The tax rate VAT S (20 %) is not mapped to a tax in Ledgerly."
    )
    assert (finding.subject, finding.fix) == ("tax:S", Fix.MAP_TAX)


def test_sales_and_purchases_are_mapped_apart(connection: Connection) -> None:
    ready(connection, factories.sent())
    bill = factories.supplier_invoice()
    links.contact_link(connection, bill.contact, role=Role.SUPPLIER)
    finding = no_tax(connection, bill)
    assert finding.fix is Fix.MAP_TAX
    assert bill.kind == DocumentKind.SUPPLIER_INVOICE


def test_the_tax_must_be_active_there(connection: Connection) -> None:
    document = ready(connection, factories.sent())
    links.remote_record(connection, "Another", type=RecordType.TAX_CODE)
    assert "no longer has" in no_tax(connection, document).sentence
    links.remote_record(
        connection,
        "Standard",
        type=RecordType.TAX_CODE,
        external_id=connection.tax_links.get().external_id,
    )
    assert check(connection, document) == []


MODELS = [
    # model, required, line without rate, rate not mapped, zero rate not mapped
    (TaxModel.CODE_PER_LINE, True, ["NO_TAX"], ["NO_TAX"], ["NO_TAX"]),
    (TaxModel.CODE_PER_LINE, False, [], ["NO_TAX"], []),
    (TaxModel.CODE_PER_DOCUMENT, True, ["NO_TAX"], ["NO_TAX"], ["NO_TAX"]),
    (TaxModel.NAME_AND_PERCENT, True, ["NO_TAX"], [], []),
    (TaxModel.NAME_AND_PERCENT, False, [], [], []),
    (TaxModel.CALLER_COMPUTES, False, [], [], []),
    (TaxModel.NONE, True, [], [], []),
]


@pytest.mark.parametrize(
    ("model", "required", "without_rate", "not_mapped", "zero_not_mapped"), MODELS
)
def test_what_is_needed_is_the_platforms_to_say(
    connection: Connection,
    install: Install,
    model: TaxModel,
    required: bool,
    without_rate: list[str],
    not_mapped: list[str],
    zero_not_mapped: list[str],
) -> None:
    install(able(tax_model=model, tax_required=required))
    assert codes(check(connection, untaxed(connection))) == without_rate
    assert codes(check(connection, unmapped(connection))) == not_mapped
    assert codes(check(connection, unmapped(connection, zero=True))) == zero_not_mapped


@pytest.mark.parametrize(
    ("other", "found"), [({"zero": True}, []), ({"reduced": True}, ["NO_TAX"])]
)
def test_an_untaxed_line_may_stand_beside_the_one_tax(
    connection: Connection, install: Install, other: dict[str, bool], found: list[str]
) -> None:
    install(able(tax_model=TaxModel.CODE_PER_DOCUMENT, tax_required=False))
    lines = [factories.line(), factories.line(tax_rate=factories.tax_rate(**other))]
    document = ready(connection, factories.sent(lines=lines))
    assert codes(check(connection, document)) == found


def test_one_tax_for_the_document_means_one(
    connection: Connection, install: Install
) -> None:
    install(able(tax_model=TaxModel.CODE_PER_DOCUMENT))
    lines = [factories.line(), factories.line(tax_rate=factories.tax_rate(zero=True))]
    finding = no_tax(connection, ready(connection, factories.sent(lines=lines)))
    assert finding.sentence == (
        "Ledgerly takes one tax for a whole document; the lines have several."
    )
