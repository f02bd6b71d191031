from decimal import Decimal
from typing import Any

import pytest

from connectors.kashoo.reading import (
    account_from,
    document_from,
    organisation_from,
    payment_from,
    tax_from,
    typed_taxes,
)
from connectors.records import (
    AccountType,
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "kashoo"
INVOICE = DocumentKind.SALES_INVOICE


def test_a_record_is_read_with_its_lines() -> None:
    row = wire_json(SLUG, "invoice_created.json")
    found = document_from(INVOICE, row, currency="GBP")
    assert (found.id, found.number, found.party_id) == ("90871234", "INV-1042", "58")
    assert (found.net, found.tax, found.gross) == (D(120), D(24), D(144))
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D(44))
    [item] = found.lines
    assert (item.net, item.quantity, item.unit_price) == (D(120), D(2), D(60))
    assert (item.account_id, item.tax_code_id) == ("200", "71")


@pytest.mark.parametrize(
    ("total", "balance", "status"),
    [
        (14400, 14400, RemoteStatus.OPEN),
        (14400, 1, RemoteStatus.PART_PAID),
        (14400, 0, RemoteStatus.PAID),
        (0, 0, RemoteStatus.PAID),
        (14400, None, RemoteStatus.UNKNOWN),
    ],
)
def test_what_is_left_tells_the_status(
    total: int, balance: int | None, status: RemoteStatus
) -> None:
    row = {"id": 1, "totalDue": total, "balanceDue": balance}
    assert document_from(INVOICE, row, currency="CAD").status is status


def test_a_payment_is_read_with_what_it_pays() -> None:
    [row] = wire_json(SLUG, "payments.json")
    found = payment_from(PaymentDirection.RECEIVED, row, currency="GBP")
    assert (found.id, found.amount, found.bank_account_id) == ("5512", D(144), "5001")
    [share] = found.allocations
    assert (share.document_id, share.amount) == ("90871234", D(144))


@pytest.mark.parametrize(
    ("told", "type"),
    [
        ("INCOME", AccountType.INCOME),
        ("Revenue", AccountType.INCOME),
        ("COST_OF_GOODS_SOLD", AccountType.EXPENSE),
        ("Bank account", AccountType.BANK),
        ("ACCOUNTS_RECEIVABLE", AccountType.RECEIVABLE),
        ("SALES_TAX", AccountType.TAX),
        ("Something else", AccountType.OTHER),
    ],
)
def test_the_words_of_a_type_decide(told: str, type: AccountType) -> None:
    row = {"id": 7, "name": "X", "number": "4000", "type": told}
    found = account_from(row)
    assert (found.id, found.code, found.type) == ("7", "4000", type)


def test_taxes_may_be_typed_in() -> None:
    typed = "71 = GST 5%\nnonsense\n 72=HST 13.5 %\n\n73 = 0%"
    found = [(tax.id, tax.name, tax.rate) for tax in typed_taxes(typed)]
    assert found == [
        ("71", "GST 5%", D(5)),
        ("72", "HST 13.5%", D("13.5")),
        ("73", "0%", D(0)),
    ]


@pytest.mark.parametrize(("rate", "expected"), [(5, D(5)), (None, None)])
def test_a_tax_has_a_rate_or_none(rate: Any, expected: Decimal | None) -> None:
    assert tax_from({"id": 71, "name": "GST", "rate": rate}).rate == expected


def test_a_business_tells_its_product_where_it_does() -> None:
    own, other = wire_json(SLUG, "businesses.json")
    found = organisation_from(own, home="")
    assert (found.home_currency, found.facts) == ("CAD", {"product": "kashoo"})
    assert organisation_from(other, home="USD").home_currency == "USD"
