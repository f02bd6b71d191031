from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from connectors.money_s3.connector import STOCK, MoneyS3
from connectors.money_s3.parties import is_company_number
from connectors.records import Address, Allocation, DocumentKind, PaymentDirection
from connectors.settings import ConnectionConfig
from connectors.transport.files import ExportFile
from tests.connectors.file_contract import MOMENT, document, line, paid, party

D = Decimal
ORDER = DocumentKind.SALES_ORDER


def connector(**values: str) -> MoneyS3:
    return MoneyS3(
        ConnectionConfig(platform="money_s3", values=values, home_currency="GBP")
    )


def write(*documents: Any, variant: str = "", **values: str) -> list[ExportFile]:
    return connector(**values).write(documents, moment=MOMENT, variant=variant)


def text(file: ExportFile, path: str) -> str | None:
    found: str | None = etree.fromstring(file.content).findtext(f".//{path}")
    return found


def texts(file: ExportFile, path: str) -> list[str]:
    return [each.text or "" for each in etree.fromstring(file.content).iter(path)]


def test_an_order_is_a_file_named_by_its_code() -> None:
    files = write(document("OP-2026-0042", kind=ORDER), document("A/7", kind=ORDER))
    assert [file.name for file in files] == ["OP-2026-0042.xml", "A_7.xml"]


def test_invoices_and_credit_notes_share_a_file() -> None:
    files = write(
        document("1"),
        document("2", kind=DocumentKind.CREDIT_NOTE),
        document("3", kind=DocumentKind.SUPPLIER_INVOICE),
    )
    assert [len(file.documents) for file in files] == [1, 2]


def test_the_product_code_is_the_catalogue_number() -> None:
    (file,) = write(document("1", line(1, "10.00", product_code="F-100"), kind=ORDER))
    assert text(file, "NesklPolozka/Katalog") == "F-100"
    assert text(file, "KmKarta") is None


def test_with_stock_a_line_names_its_card_and_warehouse() -> None:
    lines = (line(1, "10.00"), line(2, "5.00", product_code="", text="Delivery"))
    (file,) = write(
        document("1", *lines, kind=ORDER),
        variant=STOCK,
        stock_name="Hlavní sklad",
        stock_code="HL",
    )
    assert text(file, "KmKarta/Katalog") == "SRV-01"
    assert text(file, "Sklad/KodSkladu") == "HL"
    assert len(texts(file, "NesklPolozka")) == 1


def test_an_order_keeps_our_number_beside_its_own() -> None:
    (file,) = write(document("OP-2026-000042", kind=ORDER))
    assert text(file, "PrimDoklad") == "OP-2026-000042"
    assert text(file, "Doklad") is None


def test_totals_by_rate_add_up_to_the_gross() -> None:
    lines = (
        line(1, "100.00", rate="21"),
        line(2, "10.00", rate="12"),
        line(3, "5.00", rate="0"),
        line(4, "40.00", rate="20"),
    )
    (file,) = write(document("1", *lines))
    assert texts(file, "Zaklad22") == ["100"] and texts(file, "DPH22") == ["21"]
    assert texts(file, "Zaklad5") == ["10"] and texts(file, "Zaklad0") == ["5"]
    assert text(file, "DalsiSazba/Sazba") == "20"
    assert text(file, "DalsiSazba/DPH") == "8"
    assert text(file, "Celkem") == "185.2"


def test_a_credit_note_is_negative_and_names_its_invoice() -> None:
    (file,) = write(
        document("7", kind=DocumentKind.CREDIT_NOTE, credited_number="1042")
    )
    assert text(file, "Dobropis") == "1"
    assert text(file, "ParSymbol") == "1042"
    assert text(file, "PocetMJ") == "-1"
    assert text(file, "Celkem") == "-120"


def test_a_supplier_invoice_keeps_the_number_of_the_supplier() -> None:
    (file,) = write(document("SUP-77", kind=DocumentKind.SUPPLIER_INVOICE))
    assert text(file, "PrijatDokl") == "SUP-77"
    assert text(file, "Doklad") is None


def test_a_discounted_line_comes_to_its_net() -> None:
    bought = line(
        1, "33.33", quantity=D(3), unit_price=D("12.345"), discount_percent=D(10)
    )
    (file,) = write(document("1", bought))
    quantity, price = text(file, "PocetMJ"), text(file, "Cena")
    assert quantity and price
    assert (D(quantity) * D(price)).quantize(D("0.01")) == D("33.33")


def test_another_currency_stands_beside_the_home_one() -> None:
    (file,) = write(document("1", currency="EUR", rate=D("0.85")))
    assert text(file, "FaktVyd/Celkem") == "102"
    assert text(file, "FaktVyd/Valuty/Celkem") == "120"
    assert text(file, "Mena/Kod") == "EUR"


def test_money_may_number_invoices_itself() -> None:
    long = document("INV-2026-0000042")
    refused = connector().refusal(long)
    assert refused is not None and refused.status_code == "NUMBER_TOO_LONG"
    values = {"numbering": "money", "invoice_series": "FV"}
    assert connector(**values).refusal(long) is None
    (file,) = write(long, **values)
    assert (text(file, "Doklad"), text(file, "Rada")) == (None, "FV")
    assert text(file, "VarSymbol") == "INV-2026-0000042"


def test_the_variable_symbol_may_be_digits_alone() -> None:
    (file,) = write(document("INV-0042"), variable_symbol="digits")
    assert text(file, "VarSymbol") == "0042"


def test_posting_rules_follow_the_nominal_code() -> None:
    lines = (line(1, "1.00", nominal_code="4000"), line(2, "1.00", nominal_code="4010"))
    (file,) = write(
        document("1", *lines), sales_rule="FV001", nominal_rules="4010 = FV010"
    )
    assert text(file, "PredKontac") == "FV001"
    assert texts(file, "Predkontac") == ["FV010"]


def test_a_setting_that_cannot_be_read_refuses_the_document() -> None:
    refused = connector(nominal_rules="4000").refusal(document("1"))
    assert refused is not None and "no line like 4000=FV001" in str(refused)


def test_a_payment_of_two_invoices_is_two_entries() -> None:
    allocations = tuple(
        Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D(amount))
        for id, amount in (("1", "20.00"), ("2", "30.00"))
    )
    given = paid("1", "60.00", allocations=allocations)
    (file,) = connector().write([], [given], moment=MOMENT)
    assert texts(file, "VarSym") == ["1", "2"]
    assert texts(file, "Celkem") == ["20", "30", "10"]
    assert texts(file, "IDPolozky") == [f"FinSync-P7-{n}" for n in (1, 2, 3)]


def test_cash_paid_out_goes_to_the_cash_desk() -> None:
    given = paid(
        "1", "9.00", bank_account_id="cash:HP", direction=PaymentDirection.MADE
    )
    (file,) = connector().write([], [given], moment=MOMENT)
    assert text(file, "PokDokl/Pokl") == "HP"
    assert text(file, "PokDokl/Vydej") == "1"


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("12345679", True), ("27074358", True), ("12345678", False), ("1234567", False)],
)
def test_a_company_number_is_checked(number: str, is_right: bool) -> None:
    assert is_company_number(number) is is_right


def test_a_wrong_company_number_is_for_a_person_to_correct() -> None:
    refused = connector().refusal(document("1", party=party(company_number="123")))
    assert refused is not None and refused.field == "contact"


def test_a_foreign_company_number_is_not_taken_for_one() -> None:
    foreign = party(company_number="SC123456", address=Address(country="GB"))
    (file,) = write(document("1", party=foreign))
    assert text(file, "ICO") is None
    assert text(file, "KodPartn") == "NOVAK"


def test_a_long_product_code_is_never_cut() -> None:
    refused = connector().refusal(document("1", line(1, "1.00", product_code="x" * 21)))
    assert refused is not None and "Katalog" in str(refused)
