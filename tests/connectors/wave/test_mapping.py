from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.records import (
    Address,
    Allocation,
    Document,
    DocumentKind,
    Item,
    Line,
    Party,
    PartyRole,
    RemoteStatus,
)
from connectors.wave import reading
from connectors.wave.mapping import (
    customer_input,
    invoice_input,
    item_input,
    method_word,
    payment_input,
    product_input,
    sent_input,
    transaction_input,
)
from tests.connectors.examples import document, line, payment, wire_json

D = Decimal
ITEM = {
    "productId": "P5",
    "description": "Boiler service",
    "quantity": "2",
    "unitPrice": "60.00",
    "taxes": [{"salesTaxId": "T20", "amount": "24.00"}],
}


def a_line(**changes: Any) -> Line:
    return line(**{"item_id": "P5", **changes})


def an_invoice(*lines: Line, **changes: Any) -> Document:
    return document(*(lines or (a_line(),)), **changes)


def test_an_invoice_is_written_whole() -> None:
    sent = an_invoice(note="Ring first", job_code="JOB-77", rate=D("0.85"))
    assert invoice_input(sent) == {
        "customerId": "58",
        "invoiceNumber": "INV-1042",
        "invoiceDate": date(2026, 11, 2),
        "dueDate": date(2026, 12, 2),
        "memo": "Ring first\nReference: FS-77",
        "poNumber": "JOB-77",
        "currency": "GBP",
        "exchangeRate": "0.85",
        "items": [ITEM],
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ITEM),
        ({"tax_code_id": ""}, ITEM | {"taxes": []}),
        (
            {"unit_price": D("63.158"), "discount_percent": D(5)},
            ITEM,
        ),
        (
            {"quantity": D("2.125"), "unit_price": D("8.005"), "net": D("17.01")},
            ITEM | {"quantity": "1", "unitPrice": "17.01"},
        ),
    ],
)
def test_lines_come_to_our_net(changes: dict[str, Any], expected: Any) -> None:
    assert item_input(a_line(**changes), D("24.00")) == expected


def test_a_tax_of_the_document_is_laid_on_its_lines() -> None:
    lines = [a_line(position=1), a_line(position=2, net=D(10), tax=D(2))]
    made = invoice_input(an_invoice(*lines, tax_override=D("25.99")))
    taxes = [each["taxes"][0]["amount"] for each in made["items"]]
    assert taxes == ["23.99", "2"]


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        (an_invoice(a_line(item_id="")), "NO_NOMINAL", "lines"),
        (an_invoice(number="N" * 21), "NUMBER_TOO_LONG", "number"),
        (an_invoice(kind=DocumentKind.CREDIT_NOTE), "UNSUPPORTED", "kind"),
        (an_invoice(kind=DocumentKind.SUPPLIER_INVOICE), "UNSUPPORTED", "kind"),
    ],
)
def test_what_cannot_be_told_is_named(sent: Document, code: str, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        invoice_input(sent)
    assert (caught.value.status_code, caught.value.field) == (code, field)


def untaxed(*lines: Line, **changes: Any) -> Document:
    free = {"tax": D(0), "tax_rate": D(0), "tax_code_id": ""}
    return an_invoice(*(lines or (a_line(**free),)), **changes)


def test_a_transaction_goes_straight_to_the_ledger() -> None:
    made = transaction_input(untaxed(party_name="Acme"), anchor_account="A7")
    assert made == {
        "externalId": "FS-77",
        "date": date(2026, 11, 2),
        "description": "INV-1042 Acme",
        "anchor": {"accountId": "A7", "amount": "120.00", "direction": "DEPOSIT"},
        "lineItems": [
            {
                "accountId": "200",
                "amount": "120.00",
                "balance": "INCREASE",
                "customerId": "58",
                "description": "Boiler service",
            }
        ],
    }


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (an_invoice(), "tax"),
        (untaxed(kind=DocumentKind.CREDIT_NOTE), "kind"),
        (untaxed(gross=D(0)), "gross"),
        (untaxed(a_line(account_id="", tax=D(0)), tax=D(0)), "lines"),
    ],
)
def test_a_transaction_that_would_be_wrong_is_refused(
    sent: Document, field: str
) -> None:
    with pytest.raises(Rejected) as caught:
        transaction_input(sent, anchor_account="A7")
    assert caught.value.field == field


def test_a_payment_names_its_invoice() -> None:
    assert payment_input(payment(method="Bank transfer")) == {
        "invoiceId": "1",
        "paymentAccountId": "090",
        "amount": "100.00",
        "paymentDate": date(2026, 11, 5),
        "paymentMethod": "BANK_TRANSFER",
        "exchangeRate": "1",
        "memo": "BACS 991",
    }


def test_payments_that_wave_cannot_keep_are_refused() -> None:
    kind = DocumentKind.SALES_INVOICE
    two = [Allocation(document_id=id, kind=kind, amount=D(5)) for id in ("1", "2")]
    with pytest.raises(Unsupported, match="one invoice"):
        payment_input(payment(*two))
    with pytest.raises(Unsupported, match="on account"):
        payment_input(payment(amount=D("101.00")))
    with pytest.raises(Rejected) as caught:
        payment_input(payment(bank_account_id=""))
    assert caught.value.field == "bank_account_id"


@pytest.mark.parametrize(
    ("method", "word"),
    [
        ("Cash", "CASH"),
        ("Card terminal", "CREDIT_CARD"),
        ("BACS", "BANK_TRANSFER"),
        ("Voucher", "OTHER"),
        ("", "UNSPECIFIED"),
    ],
)
def test_methods_are_told_in_waves_words(method: str, word: str) -> None:
    assert method_word(method) == word


def test_an_address_of_nothing_is_left_out() -> None:
    bare = Party(role=PartyRole.CUSTOMER, name="Acme")
    assert customer_input(bare) == {"name": "Acme"}
    full = Party(
        role=PartyRole.CUSTOMER,
        name="Acme",
        email="a@b.example",
        address=Address(street="1 Quay", country="gb"),
    )
    assert customer_input(full)["address"] == {
        "addressLine1": "1 Quay",
        "countryCode": "GB",
    }


def test_a_product_carries_the_accounts() -> None:
    item = Item(name="Labour", income_account_id="A1", expense_account_id="")
    assert product_input(item) == {
        "name": "Labour",
        "unitPrice": "0",
        "incomeAccountId": "A1",
    }


def test_marking_tells_the_moment_in_utc() -> None:
    moment = datetime(2026, 11, 2, 10, 15, 30, tzinfo=UTC)
    assert sent_input("I9", moment)["sentAt"] == "2026-11-02T10:15:30Z"


# Reading


def invoice(**changes: Any) -> dict[str, Any]:
    return {**wire_json("wave", "invoice.json"), **changes}


def test_an_invoice_is_read_whole() -> None:
    found = reading.document_from(invoice())
    assert (found.number, found.reference) == ("INV-1042", "FS-77")
    assert (found.gross, found.net) == (D("1248.80"), D("1040.67"))
    assert (found.tax, found.balance) == (D("208.13"), D("1000.00"))
    assert (found.party_name, found.currency, found.sent) == ("Acme Ltd", "GBP", True)
    [item] = found.lines
    assert (item.net, item.tax, item.quantity) == (D("1040.67"), D("208.13"), D(1))
    assert (item.item_id, item.account_id) == ("UHJvZHVjdDo1", "QWNjb3VudDo3")


@pytest.mark.parametrize(
    ("word", "paid", "status"),
    [
        ("DRAFT", "0.00", RemoteStatus.DRAFT),
        ("SAVED", "0.00", RemoteStatus.OPEN),
        ("UNPAID", "0.00", RemoteStatus.OPEN),
        ("VIEWED", "0.00", RemoteStatus.OPEN),
        ("OVERDUE", "0.00", RemoteStatus.OPEN),
        ("OVERDUE", "1.00", RemoteStatus.PART_PAID),
        ("PARTIAL", "1.00", RemoteStatus.PART_PAID),
        ("PAID", "5.00", RemoteStatus.PAID),
        ("OVERPAID", "6.00", RemoteStatus.PAID),
        ("NEW_WORD", "0.00", RemoteStatus.UNKNOWN),
    ],
)
def test_statuses_are_translated(word: str, paid: str, status: RemoteStatus) -> None:
    node = invoice(status=word, amountPaid={"value": paid})
    assert reading.document_from(node).status is status


@pytest.mark.parametrize(
    ("via", "sent"), [("MARKED_SENT", True), ("NOT_SENT", False), (None, False)]
)
def test_what_was_not_sent_is_not_sent(via: str | None, sent: bool) -> None:
    assert reading.document_from(invoice(lastSentVia=via)).sent is sent


def test_a_rate_is_told_as_a_fraction() -> None:
    found = reading.tax_from({"id": "T", "name": "VAT", "rate": "0.2"})
    assert found.rate == 20


def test_old_and_archived_businesses_are_not_offered() -> None:
    assert reading.is_usable({"isArchived": False})
    assert not reading.is_usable({"isArchived": True})
    assert not reading.is_usable({"isClassicInvoicing": True})
