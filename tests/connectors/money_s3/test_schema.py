"""What we write, against the vendor's schema, in every shape that we write it."""

import dataclasses
from decimal import Decimal

import pytest

from connectors.money_s3.connector import NO_STOCK, STOCK, MoneyS3
from connectors.records import DocumentKind
from connectors.settings import ConnectionConfig
from tests.connectors.file_contract import MOMENT, document, line, paid, party
from tests.connectors.money_s3 import schemas
from tests.connectors.spec_check.specs import needed_specs_of

ALL_SET = {
    "company_id": "87654321",
    "invoice_series": "FV",
    "bill_series": "FP",
    "order_series": "OP",
    "payment_series": "BV",
    "sales_rule": "FV001",
    "purchase_rule": "FP001",
    "receipt_rule": "BP001",
    "outgoing_rule": "BV001",
    "nominal_rules": "4000=FV002",
    "tax_codes": "20=19Ř01,02\n0=19Ř26",
    "bank_account": "BAN",
    "cash_desk": "HP",
    "stock_name": "Hlavní sklad",
    "stock_code": "HL",
}


@pytest.fixture(autouse=True)
def specs() -> None:
    needed_specs_of("money_s3")


def connector(**values: str) -> MoneyS3:
    return MoneyS3(
        ConnectionConfig(platform="money_s3", values=values, home_currency="GBP")
    )


@pytest.mark.parametrize("values", [{}, ALL_SET, {"numbering": "money"}])
@pytest.mark.parametrize("variant", [NO_STOCK, STOCK])
def test_every_kind_is_valid_with_and_without_settings(
    values: dict[str, str], variant: str
) -> None:
    given = [
        document(
            f"{at}",
            line(1, "100.00", nominal_code="4000"),
            line(2, "10.00", rate="21", text="Práce " * 40),
            line(3, "-1.005", rate="0", product_code="", quantity=Decimal("-0.125")),
            kind=kind,
            note="Second line\x0b of text",
            currency="EUR" if at % 2 else "GBP",
            rate=Decimal("0.85432101") if at % 2 else Decimal(1),
            credited_number="7" if kind is DocumentKind.CREDIT_NOTE else "",
        )
        for at, kind in enumerate(DocumentKind)
    ]
    files = connector(**values).write(given, moment=MOMENT, variant=variant)
    assert len(files) == 3
    assert [schemas.faults(file.content) for file in files] == [[], [], []]


@pytest.mark.parametrize("account", ["bank:", "bank:BAN", "cash:HP"])
def test_every_payment_is_valid(account: str) -> None:
    given = paid("1", "120.00", bank_account_id=account, currency="EUR")
    (file,) = connector(**ALL_SET).write([], [given], moment=MOMENT)
    assert schemas.faults(file.content) == []


def test_a_party_of_a_name_alone_is_valid() -> None:
    given = document("1", party=dataclasses.replace(party(), company_number=""))
    (file,) = connector().write([given], moment=MOMENT)
    assert schemas.faults(file.content) == []


def test_the_schema_does_find_what_is_wrong() -> None:
    (file,) = connector().write([document("1")], moment=MOMENT)
    broken = file.content.replace(b"<Celkem>", b"<Celkm>").replace(
        b"</Celkem>", b"</Celkm>"
    )
    assert schemas.faults(broken)
