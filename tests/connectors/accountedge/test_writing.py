from decimal import Decimal

import pytest

from connectors.accountedge.connector import ITEMS
from connectors.records import (
    Allocation,
    DocumentKind,
    PaymentDirection,
)
from tests.connectors.accountedge.bench import connector, records, sale, sold, write
from tests.connectors.file_contract import line, newcomer, paid, party

D = Decimal
CREDIT, BILL = DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE


def test_a_sale_is_a_row_for_each_line_and_a_blank_one() -> None:
    given = sale("42", sold("200.00"), sold("49.99", text="Parts"), job_code="JOB-77")
    (file,) = write(given)
    lines = file.content.decode("cp1252").split("\r\n")
    assert lines[0] == (
        "Co./Last Name\tFirst Name\tInclusive\tInvoice #\tDate\tCustomer PO"
        "\tDelivery Status\tDescription\tAccount #\tAmount\tInc-Tax Amount"
        "\tJournal Memo\tTax Code\tSale Status\tTerms - Payment is Due"
        "\t- Balance Due Days\tCard ID"
    )
    memo = f"Sale; Novák & syn s.r.o.; {given.reference}"
    ends = ("TAX", "I", "2", "30", "")
    head = ("Novák & syn s.r.o.", "", "", "42", "11/02/2026", "JOB-77", "A")
    assert lines[1].split("\t") == [
        *head,
        *("Boiler service", "4-1100", "200.00", "240.00", memo),
        *ends,
    ]
    assert lines[2].split("\t")[7:11] == ["Parts", "4-1100", "49.99", "59.99"]
    assert lines[3:] == ["", ""]


def test_files_are_named_in_the_order_of_their_import() -> None:
    files = write(
        sale("1"),
        sale("2", kind=BILL),
        payments=(paid("1", "5.00"),),
        parties=(newcomer(),),
    )
    assert [file.name.split("_")[1] for file in files] == [
        "1-customers",
        "3-service-sales",
        "5-service-purchases",
        "6-receive-payments",
    ]


def test_a_credit_note_is_a_negative_sale() -> None:
    (file,) = write(sale("C42", kind=CREDIT, credited_number="42"))
    (row,) = records(file)
    assert (row["Amount"], row["Inc-Tax Amount"]) == ("-100.00", "-120.00")
    assert row["Journal Memo"].startswith("Credit of 42; FinSync-")


def test_a_bill_keeps_the_number_of_the_supplier() -> None:
    (file,) = write(sale("SUP-77", kind=BILL))
    (row,) = records(file)
    assert (row["Purchase #"], row["Supplier Invoice #"]) == ("", "SUP-77")
    assert row["Purchase Status"] == "B"


def test_more_than_one_is_said_in_the_text() -> None:
    hours = sold("100.00", quantity=D("2.50"), unit_price=D(40))
    (row,) = records(write(sale("1", hours))[0])
    assert row["Description"] == "2.5 x Boiler service"


def test_tax_that_was_overridden_stands_in_the_lines() -> None:
    given = sale("1", sold("10.00"), sold("20.00"), tax_override=D("6.01"))
    rows = records(write(given)[0])
    taxes = [D(row["Inc-Tax Amount"]) - D(row["Amount"]) for row in rows]
    assert taxes == [D("2.00"), D("4.01")]


def test_item_sales_take_documents_of_items_alone() -> None:
    bought = sold("37.50", quantity=D(3), unit_price=D("12.50"))
    given = sale("1", bought), sale("2", sold("1.00", product_code=""))
    service, items = write(*given, variant=ITEMS)
    assert [file.documents for file in (service, items)] == [
        (given[1].reference,),
        (given[0].reference,),
    ]
    (row,) = records(items)
    assert [row[key] for key in ("Item Number", "Quantity", "Price", "Total")] == [
        *("SRV-01", "3", "12.50", "37.50"),
    ]


def test_a_card_carries_what_we_know() -> None:
    (row,) = records(write(parties=(newcomer(phone="+44 161 1"),))[0])
    assert row["Card ID"] == "NOVAK" and row["Card Status"] == "N"
    assert (row["- City"], row["- ZIP Code"]) == ("Praha 14", "19800")
    assert row["- Phone # 1"] == "0044 161 1"
    assert row["Notes"] == "FinSync-C7"


def test_a_payment_has_a_row_for_each_invoice_and_the_rest() -> None:
    allocations = tuple(
        Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D(amount))
        for id, amount in (("1", "20.00"), ("2", "30.00"))
    )
    given = paid("1", "60.00", allocations=allocations, bank_account_id="1-1110")
    rows = records(write(payments=(given,))[0])
    assert [(row["Invoice #"], row["Amount Applied"]) for row in rows] == [
        *(("1", "20.00"), ("2", "30.00"), ("", "10.00")),
    ]
    assert {row["Deposit Account"] for row in rows} == {"1-1110"}
    assert {row["Memo"] for row in rows} == {"BACS 991; FinSync-P7"}


def test_money_paid_settles_bills() -> None:
    made = paid("SUP-7", "9.00", direction=PaymentDirection.MADE)
    (row,) = records(write(payments=(made,))[0])
    assert (row["Supplier Invoice #"], row["Amount Applied"]) == ("SUP-7", "9.00")


@pytest.mark.parametrize(
    ("identify_by", "name", "card"),
    [("name", "Novak and Son", ""), ("card_id", "Novák & syn s.r.o.", "N-1")],
)
def test_an_account_that_is_linked_is_named_as_it_is_there(
    identify_by: str, name: str, card: str
) -> None:
    known = "Novak and Son" if identify_by == "name" else "N-1"
    given = sale("1", party_id=known)
    (row,) = records(write(given, identify_by=identify_by)[0])
    assert (row["Co./Last Name"], row["Card ID"]) == (name, card)


def test_days_first_and_commas_by_the_settings() -> None:
    given = sale("1", sold("1.00", text='Pump, 12"'))
    (file,) = write(given, date_format="day_first", file_style="comma")
    assert b'"Pump, 12"""' in file.content
    assert records(file)[0]["Date"] == "02/11/2026"


def test_a_learned_layout_gives_columns_and_order() -> None:
    learned = "\t".join(
        (
            *("Invoice No.", "Co./Last Name", "Salesperson", "Account #", "Amount"),
            *("Inc-Tax Amount", "Date", "Description", "Journal Memo", "Tax Code"),
            "Sale Status",
        )
    )
    (file,) = write(sale("42"), layout_service_sales=learned)
    lines = file.content.decode("cp1252").split("\r\n")
    assert lines[0] == learned
    assert lines[1].split("\t")[:6] == [
        *("42", "Novák & syn s.r.o.", "", "4-1100", "100.00", "120.00"),
    ]


def test_text_is_on_one_line_and_in_the_letters_of_the_page() -> None:
    given = sale("1", sold("1.00", text="Čerpadlo\t1\r\nand 2"))
    (row,) = records(write(given)[0])
    assert row["Description"] == "?erpadlo 1 and 2"


@pytest.mark.parametrize(
    ("changes", "status_code", "field"),
    [
        ({"number": "123456789"}, "NUMBER_TOO_LONG", "number"),
        ({"number": "=1"}, "REJECTED", "number"),
        ({"number": "Č1"}, "REJECTED", "number"),
        ({"currency": "EUR"}, "CURRENCY", "currency"),
        ({"party_name": "x" * 51}, "REJECTED", "contact"),
        ({"party_name": "a\tb"}, "REJECTED", "contact"),
        ({"party_name": "-x"}, "REJECTED", "contact"),
        ({"party": party(code="x" * 16)}, "REJECTED", "contact"),
    ],
)
def test_what_a_file_cannot_hold_is_held_back(
    changes: dict[str, object], status_code: str, field: str
) -> None:
    given = sale(str(changes.pop("number", "1")), **changes)
    refused = connector().refusal(given)
    assert refused is not None
    assert (refused.status_code, refused.field) == (status_code, field)


def test_lines_are_held_back_by_their_position() -> None:
    for bad in (line(1, "9999999999999.00"), line(1, "1.00", product_code="x" * 31)):
        refused = connector().refusal(sale("1", bad))
        assert refused is not None and refused.field == "lines.1"


def test_longer_numbers_go_where_the_connection_says_so() -> None:
    given = sale("INV-2026-0042")
    assert connector().refusal(given) is not None
    assert connector(longest_number="13").refusal(given) is None
