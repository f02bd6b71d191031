from decimal import Decimal

import pytest

from accounting_links.models import Connection, SentPolicy, ZeroPolicy
from accounting_links.preflight.base import Fix
from connectors.records import DocumentKind as RemoteKind
from invoicing.models import Document, DocumentKind, Lifecycle
from tests import factories
from tests.accounting_links.ledgerly import able, check, codes, ready
from tests.accounting_links.ledgerly_fixtures import Install


def test_a_document_without_fault_may_go(connection: Connection) -> None:
    assert check(connection, ready(connection, factories.sent())) == []


@pytest.mark.parametrize(
    "kind",
    [DocumentKind.CREDIT_NOTE, DocumentKind.SUPPLIER_INVOICE],
)
def test_only_sales_invoices_must_be_sent(connection: Connection, kind: str) -> None:
    document = factories.approved(kind)
    assert check(connection, ready(connection, document)) == []


def test_an_invoice_must_be_marked_as_sent(connection: Connection) -> None:
    [finding] = check(connection, ready(connection, factories.approved()))
    assert finding.code == "NOT_SENT"
    assert finding.sentence == "Cannot sync until marked as sent."
    assert finding.fix is Fix.MARK_SENT


def test_sending_may_mark_it_as_sent(connection: Connection) -> None:
    connection.sent_policy = SentPolicy.MARKS_SENT
    assert check(connection, ready(connection, factories.approved())) == []


def test_a_draft_is_to_be_approved_before_it_is_sent(connection: Connection) -> None:
    findings = check(connection, ready(connection, factories.draft()))
    assert codes(findings) == ["NOT_SENT", "NOT_APPROVED"]
    assert [finding.fix for finding in findings] == [Fix.APPROVE, Fix.APPROVE]


def test_of_a_kind_that_is_not_taken_nothing_else_is_said(
    connection: Connection, install: Install
) -> None:
    install(
        able(
            kinds=frozenset({RemoteKind.SALES_INVOICE}),
            reasons={"credit_note": "Ledgerly books refunds as expenses."},
        )
    )
    [finding] = check(connection, factories.draft(DocumentKind.CREDIT_NOTE, lines=[]))
    assert finding.code == "UNSUPPORTED"
    assert finding.sentence == "Ledgerly does not take a credit note."
    assert finding.hint == "Ledgerly books refunds as expenses."


def test_a_void_document_does_not_go(connection: Connection) -> None:
    document = ready(connection, factories.sent())
    Document.objects.filter(pk=document.pk).update(lifecycle=Lifecycle.VOID)
    [finding] = check(connection, document)
    assert (finding.code, finding.fix) == ("VOID", Fix.TAKE_OFF)


def test_a_document_needs_a_line(connection: Connection) -> None:
    document = ready(connection, factories.sent())
    document.lines.all().delete()
    Document.objects.filter(pk=document.pk).update(net=0, tax=0, gross=0)
    assert codes(check(connection, document)) == ["EMPTY"]


def test_an_order_must_be_won_and_have_a_product(connection: Connection) -> None:
    order = ready(connection, factories.draft(DocumentKind.SALES_ORDER))
    findings = check(connection, order)
    assert codes(findings) == ["NOT_WON", "NOT_WON"]
    assert [finding.fix for finding in findings] == [Fix.WIN_ORDER, Fix.EDIT_DOCUMENT]


def test_a_won_order_with_a_product_may_go(connection: Connection) -> None:
    lines = [factories.line(product=factories.product())]
    assert check(connection, ready(connection, factories.won_order(lines=lines))) == []


ZERO = [
    (ZeroPolicy.BLOCK, True, ["ZERO_VALUE"]),
    (ZeroPolicy.SEND, True, []),
    (ZeroPolicy.SEND, False, ["ZERO_VALUE"]),
    (ZeroPolicy.BLOCK, False, ["ZERO_VALUE"]),
]


@pytest.mark.parametrize(("policy", "is_taken", "expected"), ZERO)
def test_zero_value_goes_by_policy_and_platform(
    connection: Connection,
    install: Install,
    policy: str,
    is_taken: bool,
    expected: list[str],
) -> None:
    install(able(zero_documents=is_taken))
    connection.zero_policy = policy
    document = factories.sent(lines=[factories.line("12"), factories.line("-12")])
    assert document.gross == Decimal(0)
    assert codes(check(connection, ready(connection, document))) == expected
