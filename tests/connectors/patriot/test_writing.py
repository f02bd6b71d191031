from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.records import (
    Address,
    Allocation,
    DocumentKind,
    PartyRole,
    PaymentDirection,
)
from tests.connectors.file_contract import line, paid
from tests.connectors.patriot.bench import (
    acme,
    connector,
    newcomer,
    records,
    sold,
    write,
)

D = Decimal
CREDIT, BILL = DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE
ABROAD = acme(address=Address(country="CA"))
LONG_STREET = acme(address=Address(street="x" * 51))
CUSTOMERS = (
    "\ufeffBusiness Name,First Name,Last Name,Address 1,Address 2,City,State,Zip,Email,"
    "Phone,Notes\r\n"
    "Acme Ltd,,,1 Main St,,Canton,OH,44702,novak@example.cz,3305550100,"
    "NOVAK FinSync-C7\r\n"
)


def test_an_import_file_is_utf_8_with_a_mark_and_rows_of_crlf() -> None:
    (file,) = write(parties=(newcomer(),))
    assert file.content.decode() == CUSTOMERS
    assert file.name.startswith("patriot_1-import-customers_NOVAK_")


def test_vendors_have_a_file_of_their_own_and_no_tax_id() -> None:
    (file,) = write(parties=(newcomer(role=PartyRole.SUPPLIER),))
    (row,) = records(file)
    assert (row["Vendor Name"], row["EIN or SSN/ITIN"]) == ("Acme Ltd", "")
    assert row["Notes"] == "NOVAK FinSync-S7"


def test_more_than_two_hundred_customers_are_split() -> None:
    files = write(parties=tuple(newcomer(number) for number in range(201)))
    assert [len(records(file)) for file in files] == [200, 1]
    names = [file.name.split("_")[2] for file in files]
    assert names == ["1of2", "2of2"]
    assert sum(len(file.parties) for file in files) == 201


def test_a_worksheet_has_all_that_is_typed() -> None:
    lines = (
        line(1, "200.00", quantity=D(2), unit_price=D(100), nominal_code="4000"),
        line(2, "49.99", rate="0", text='Say "hi", Ann', product_code=""),
    )
    given = sold("INV-1", *lines, job_code="JOB-77", note="Side door")
    (file,) = write(given, account_names="4000=Service Income")
    first, second = records(file)
    assert {key: first[key] for key in ("Type", "Our Number", "Customer", "Terms")} == {
        "Type": "Invoice",
        "Our Number": "INV-1",
        "Customer": "Acme Ltd",
        "Terms": "Net 30",
    }
    assert (first["Invoice Date"], first["Due Date"]) == ("11/02/2026", "12/02/2026")
    assert [first[key] for key in ("Quantity", "Rate", "Amount", "Taxable")] == [
        *("2", "100.00", "200.00", "Y"),
    ]
    assert (first["Account"], first["Memo"]) == ("Service Income", "JOB-77 Side door")
    assert (second["Taxable"], second["Description"]) == ("N", 'Say "hi", Ann')
    assert {row["Our Total"] for row in (first, second)} == {"289.99"}
    assert first["Our Tax"] == "40.00"
    assert (first["Entered"], first["Patriot Number"]) == ("", "")
    assert first["FinSync"] == given.reference


def test_a_credit_memo_is_negative_and_names_its_invoice() -> None:
    (row,) = records(write(sold("C-1", kind=CREDIT, credited_number="INV-1"))[0])
    assert row["Type"] == "Credit memo"
    assert (row["Amount"], row["Our Total"]) == ("-100.00", "-120.00")
    assert row["Memo"] == "Credit of INV-1"


def test_a_bill_has_its_tax_inside() -> None:
    (file,) = write(sold("SUP-77", kind=BILL, party=acme(PartyRole.SUPPLIER)))
    (row,) = records(file)
    assert (row["Vendor"], row["Bill Number"]) == ("Acme Ltd", "SUP-77")
    assert (row["Amount"], row["Our Total"]) == ("120.00", "120.00")


def test_a_payment_of_two_invoices_is_two_rows() -> None:
    allocations = tuple(
        Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D(amount))
        for id, amount in (("INV-1", "20.00"), ("INV-2", "30.00"))
    )
    given = paid("INV-1", "60.00", allocations=allocations, method="Card")
    rows = records(write(payments=(given,), method_names="Card=Credit Card")[0])
    assert [(row["Applies To"], row["Amount Applied"]) for row in rows] == [
        *(("INV-1", "20.00"), ("INV-2", "30.00"), ("", "10.00")),
    ]
    assert {row["Method"] for row in rows} == {"Credit Card"}
    assert {row["Direction"] for row in rows} == {"In"}


def test_a_payment_names_the_number_that_patriot_gave() -> None:
    given = replace(paid("INV-1", "9.00"), numbers_there={"INV-1": "1001"})
    (row,) = records(write(payments=(given,))[0])
    assert row["Applies To"] == "1001"


def test_money_paid_goes_out() -> None:
    given = paid("SUP-1", "9.00", direction=PaymentDirection.MADE)
    (row,) = records(write(payments=(given,))[0])
    assert (row["Direction"], row["Amount"]) == ("Out", "9.00")


def test_files_come_in_the_order_of_their_use() -> None:
    files = write(
        sold("1"),
        sold("2", kind=BILL),
        payments=(paid("1", "5.00"),),
        parties=(newcomer(), newcomer(role=PartyRole.SUPPLIER)),
    )
    assert [file.name.split("_")[1] for file in files] == [
        "1-import-customers",
        "2-import-vendors",
        "3-key-in-invoices",
        "4-key-in-bills",
        "5-key-in-payments",
    ]


def test_text_that_opens_a_formula_stands_behind_an_apostrophe() -> None:
    given = sold("1", line(1, "1.00", text="=1+1"), note="@here")
    (row,) = records(write(given)[0])
    assert (row["Description"], row["Memo"]) == ("'=1+1", "'@here")


@pytest.mark.parametrize(
    ("changes", "status_code", "field", "words"),
    [
        ({"number": "x" * 21}, "NUMBER_TOO_LONG", "number", "longer than 20"),
        ({"number": "=1"}, "REJECTED", "number", "like a formula"),
        ({"currency": "EUR"}, "CURRENCY", "currency", "one currency"),
        ({"party_name": "x" * 51}, "REJECTED", "contact", "longer than the 50"),
        ({"party_name": "@x"}, "REJECTED", "contact", "like a formula"),
        (
            {"party": acme(address=Address(country="CA"))},
            "REJECTED",
            "contact",
            "in CA",
        ),
        (
            {"party": acme(address=Address(street="x" * 51))},
            "REJECTED",
            "contact",
            "line of more",
        ),
    ],
)
def test_what_patriot_cannot_be_told_is_held_back(
    changes: dict[str, object], status_code: str, field: str, words: str
) -> None:
    refused = connector().refusal(sold(str(changes.pop("number", "1")), **changes))
    assert refused is not None
    assert (refused.status_code, refused.field) == (status_code, field)
    assert words in str(refused)


def test_one_who_is_there_already_is_named_as_there() -> None:
    abroad = acme(address=Address(country="CA"), name="x" * 60)
    given = sold("1", party=abroad, party_name="x" * 60, party_id="Short Name")
    assert connector().refusal(given) is None
    assert records(write(given)[0])[0]["Customer"] == "Short Name"


def test_addresses_abroad_may_be_left_out() -> None:
    abroad = acme(address=Address(street="1 Rue X", country="FR"))
    lenient = connector(foreign_addresses="leave_out")
    assert lenient.refusal(sold("1", party=abroad)) is None
    given = newcomer(address=abroad.address, phone="+33 1 23")
    (row,) = records(write(parties=(given,), foreign_addresses="leave_out")[0])
    assert (row["Business Name"], row["Address 1"], row["Phone"]) == (
        "Acme Ltd",
        "",
        "",
    )


def test_a_street_of_two_lines_takes_two_columns() -> None:
    given = newcomer(address=Address(street="Suite 4\n1 Main St\n", country="US"))
    (row,) = records(write(parties=(given,))[0])
    assert (row["Address 1"], row["Address 2"]) == ("Suite 4", "1 Main St")


def test_a_setting_that_cannot_be_read_refuses_the_document() -> None:
    refused = connector(account_names="4000").refusal(sold("1"))
    assert refused is not None and "no line like 4000=Service Income" in str(refused)
