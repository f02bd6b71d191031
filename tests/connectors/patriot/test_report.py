from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import Unreadable
from connectors.files import Report, Reported
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    PartyRole,
)
from tests.connectors.examples import wire
from tests.connectors.file_contract import paid
from tests.connectors.patriot.bench import acme, connector, newcomer, sold, write

D = Decimal
FIRST, SECOND = sold("INV-1"), sold("INV-2")
CREDIT = sold("C-3", kind=DocumentKind.CREDIT_NOTE)
OTHER = sold("INV-4")


def read(sample: str, *documents: Document, **values: str) -> Report:
    (file,) = write(*documents)
    content = wire("patriot", sample)
    return connector(**values).parse_report(content, file=file.content)


def told(report: Report) -> dict[str, Reported]:
    return {each.reference: each for each in report.results}


def test_a_list_confirms_with_total_and_balance() -> None:
    found = told(read("invoices_list.csv", FIRST, SECOND, CREDIT, OTHER))
    first = found[FIRST.reference]
    assert first.accepted
    assert (first.number, first.gross, first.balance) == (
        *("INV-1", D("1332.01"), D("1012.01")),
    )


def test_a_credit_memo_counts_in_its_own_direction() -> None:
    found = told(read("invoices_list.csv", FIRST, SECOND, CREDIT, OTHER))
    assert found[CREDIT.reference].gross == D("120.00")


def test_a_void_one_is_not_confirmed() -> None:
    found = told(read("invoices_list.csv", FIRST, SECOND, CREDIT, OTHER))
    second = found[SECOND.reference]
    assert (second.accepted, second.message) == (False, "It is void in Patriot.")


def test_the_number_of_another_customer_is_not_ours() -> None:
    found = told(read("invoices_list.csv", FIRST, SECOND, CREDIT, OTHER))
    assert OTHER.reference not in found


def test_an_invoice_is_no_credit_memo_of_that_number() -> None:
    credit = sold("INV-1", kind=DocumentKind.CREDIT_NOTE)
    assert read("invoices_list.csv", credit).results == ()


def test_where_patriot_numbers_ours_is_looked_for_in_the_memo() -> None:
    (found,) = read("invoices_report.csv", FIRST).results
    assert (found.accepted, found.number) == (True, "1001")


def test_what_is_paid_has_nothing_left() -> None:
    (found,) = read("invoices_report.csv", FIRST).results
    assert found.balance == 0


def test_the_user_has_the_last_word_on_columns() -> None:
    content = b"Ref No,Who,Sum\r\nINV-1,Acme Ltd,120.00\r\n"
    (file,) = write(FIRST)
    with pytest.raises(Unreadable, match="no column for: invoicenumber, customer"):
        connector().parse_report(content, file=file.content)
    columns = "Invoice Number=Ref No\nCustomer=Who\nTotal=Sum"
    report = connector(columns=columns).parse_report(content, file=file.content)
    assert report.results[0].gross == D("120.00")


def test_customers_are_known_by_their_name() -> None:
    given = newcomer(), replace(newcomer(8, name="New"), reference="FinSync-C8")
    (file,) = write(parties=given)
    content = wire("patriot", "customers_list.csv")
    report = connector().parse_report(content, file=file.content)
    assert [each.reference for each in report.results] == ["FinSync-C7"]


def test_vendors_are_looked_for_among_vendors() -> None:
    (file,) = write(parties=(newcomer(role=PartyRole.SUPPLIER),))
    content = b"Vendor Name,City\r\nAcme Ltd,Canton\r\n"
    report = connector().parse_report(content, file=file.content)
    assert [each.reference for each in report.results] == ["FinSync-S7"]


def test_bills_are_known_by_number_and_vendor() -> None:
    bill = sold("77", kind=DocumentKind.SUPPLIER_INVOICE, party=acme())
    (file,) = write(bill)
    content = b"Vendor,Bill #,Total,Balance\r\nAcme Ltd,77,120.00,0.00\r\n"
    (found,) = connector().parse_report(content, file=file.content).results
    assert (found.number, found.gross, found.balance) == ("77", D(120), D(0))


@pytest.mark.parametrize(("second", "is_there"), [("30.00", True), ("31.00", False)])
def test_a_payment_is_there_when_all_of_it_is(second: str, is_there: bool) -> None:
    allocations = tuple(
        Allocation(document_id=id, kind=DocumentKind.SALES_INVOICE, amount=D(amount))
        for id, amount in (("INV-1", "20.00"), ("INV-2", second))
    )
    total = str(D("20.00") + D(second))
    given = paid("INV-1", total, allocations=allocations, party_id="Acme Ltd")
    (file,) = write(payments=(given,))
    content = wire("patriot", "payments_list.csv")
    report = connector().parse_report(content, file=file.content)
    assert [each.accepted for each in report.results] == [True] * is_there


def test_a_customer_list_tells_who_is_there() -> None:
    content = wire("patriot", "customers_list.csv")
    found = connector().read_list("customers", content).records
    assert [each.id for each in found] == ["Acme Ltd", "Lee, Ann"]
    with pytest.raises(Unreadable, match="no column for: vendor"):
        connector().read_list("suppliers", b"What,Ever\r\n1,2\r\n")
