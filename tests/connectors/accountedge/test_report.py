from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import Unreadable
from connectors.files import Report, Reported
from connectors.records import Document, DocumentKind
from tests.connectors.accountedge.bench import connector, sale, sold, write
from tests.connectors.examples import wire
from tests.connectors.file_contract import newcomer, paid

D = Decimal
FIRST = sale("00000001", sold("1100.00"), sold("10.00"))
SECOND = sale("00000002", kind=DocumentKind.CREDIT_NOTE)
THIRD = sale("00000003", party_name="Ann Lee")


def read(content: bytes, *documents: Document) -> Report:
    (file,) = write(*documents)
    return connector().parse_report(content, file=file.content)


def told(report: Report) -> dict[str, Reported]:
    return {each.reference: each for each in report.results}


def test_an_export_confirms_by_number_and_card() -> None:
    report = read(wire("accountedge", "sales_export.tsv"), FIRST, SECOND, THIRD)
    found = told(report)
    assert found[FIRST.reference].accepted
    assert found[FIRST.reference].gross == D("1332.00")
    assert found[FIRST.reference].balance == D("1012.00")


def test_a_credit_in_brackets_is_in_its_own_direction() -> None:
    report = read(wire("accountedge", "sales_export.tsv"), FIRST, SECOND, THIRD)
    assert told(report)[SECOND.reference].gross == D("120.01")


def test_a_quote_is_not_yet_a_sale() -> None:
    report = read(wire("accountedge", "sales_export.tsv"), FIRST, SECOND, THIRD)
    assert THIRD.reference not in told(report)


def test_a_card_of_another_name_is_known_by_its_id() -> None:
    renamed = replace(FIRST, party_name="Novak and Son", party_id="NOVAK")
    (file,) = write(renamed, identify_by="card_id")
    content = wire("accountedge", "sales_export.tsv")
    (found,) = connector().parse_report(content, file=file.content).results
    assert (found.reference, found.accepted) == (renamed.reference, True)


def test_the_same_number_of_another_card_is_not_ours() -> None:
    other = replace(FIRST, party_name="Somebody Else")
    assert read(wire("accountedge", "sales_export.tsv"), other).results == ()


def test_a_log_names_what_was_refused_and_nothing_else() -> None:
    report = read(wire("accountedge", "sales_log.log"), FIRST, SECOND, THIRD)
    found = told(report)
    assert [each.accepted for each in report.results] == [False, False]
    assert found[FIRST.reference].message == "Error: duplicate record rejected"
    assert "Card not found" in found[THIRD.reference].message


def test_a_log_without_faults_says_nothing() -> None:
    report = read(b"Import log\r\n3 records imported\r\n", FIRST)
    assert report.results == ()


def test_an_export_of_another_kind_is_told_apart() -> None:
    with pytest.raises(Unreadable, match="Cards, Customer Cards"):
        read(wire("accountedge", "customers_export.tsv"), FIRST)


def test_cards_are_known_by_their_name() -> None:
    given = (
        newcomer(name="Acme Ltd"),
        replace(newcomer(name="New Customer"), reference="FinSync-C8"),
    )
    (file,) = write(parties=given)
    content = wire("accountedge", "customers_export.tsv")
    report = connector().parse_report(content, file=file.content)
    assert [each.reference for each in report.results] == ["FinSync-C7"]


def test_a_payment_is_known_by_its_memo() -> None:
    (file,) = write(payments=(paid("1", "120.00"),))
    export = (
        "Co./Last Name,Deposit Account,Receipt Date,Invoice #,Amount Applied,Memo\r\n"
        "Acme,1-1110,11/05/2026,1,$120.00,BACS 991; FinSync-{}\r\n"
    )
    there = export.format("P7").encode()
    other = export.format("P8").encode()
    assert connector().parse_report(there, file=file.content).results[0].accepted
    assert connector().parse_report(other, file=file.content).results == ()
