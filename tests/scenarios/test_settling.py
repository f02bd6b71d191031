"""What settles what, over the practice ledgers of one platform of each family: credit
notes set against invoices, part payments, refunds, payments moved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import requests

from accounting_links import outbox
from accounting_links.models import (
    Connection,
    CreditLink,
    ItemState,
    MethodLink,
    PaymentRow,
    PaymentVerdict,
    SyncItem,
)
from connectors.practice.books import Document as Row
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.registry import connector_class
from invoicing import demo
from invoicing.models import Contact, Document, DocumentKind, SentHow
from invoicing.services import payments, sending, settling
from tests import factories
from tests.scenarios.shop import TIMEOUT, Shop

pytestmark = pytest.mark.django_db
FAMILIES = (
    *("quickbooks_online", "xero", "odoo", "acumatica"),
    *("sage_intacct", "freeagent", "sap_business_one"),
)


@dataclass
class Books:
    """A shop at its practice ledger, with one customer."""

    server: PracticeServer
    shop: Shop
    contact: Contact = field(default_factory=factories.customer)

    @property
    def able(self) -> Any:
        return connector_class(self.server.face.slug).capabilities

    def document(self, kind: str = DocumentKind.SALES_INVOICE) -> Document:
        made = factories.approved(kind, contact=self.contact)
        if kind == DocumentKind.SALES_INVOICE:
            sending.mark_sent(made, SentHow.EMAILED)
        return made

    def send(self) -> dict[str, Any]:
        self.shop.link()
        return self.shop.sync("--batch", "30")

    def open_there(self, document: Document) -> Decimal:
        return self.row(document).balance

    def row(self, document: Document) -> Row:
        link = document.ledger_links.get(ended_at=None)
        entries = requests.get(
            f"{self.shop.url}/__practice__/documents", timeout=TIMEOUT
        ).json()["documents"]
        names = {document.number, document.reference, link.number} - {""}
        [id] = [e["id"] for e in entries if {e["number"], e["reference"]} & names]
        return self.server.face.ledger.documents.get(id)


@pytest.fixture(params=FAMILIES)
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    with serve(request.param, empty=True) as server:
        shop = Shop(server.url)
        shop.command("connect", request.param, "--practice", server.url, name=True)
        assert MethodLink.objects.filter(connection=shop.connection).exists()
        yield Books(server, shop)


def test_a_credit_note_is_set_against_its_invoice(books: Books) -> None:
    invoice, note = books.document(), books.document(DocumentKind.CREDIT_NOTE)
    settling.apply_credit(note, invoice, note.gross, actor_name="test")
    books.send()
    books.shop.sync()
    left = Decimal(0) if books.able.allocate_credit else note.gross
    assert (books.open_there(invoice), books.open_there(note)) == (left, left)
    assert CreditLink.objects.count() == int(books.able.allocate_credit)
    assert not SyncItem.objects.open().exists()


def test_taken_back_here_it_is_open_again_there(books: Books) -> None:
    if not books.able.release_credit:
        return
    invoice, note = books.document(), books.document(DocumentKind.CREDIT_NOTE)
    laid = settling.apply_credit(note, invoice, note.gross, actor_name="test")
    books.send()
    settling.take_off(laid, actor_name="test")
    books.shop.sync()
    assert books.open_there(invoice) == invoice.gross
    assert not SyncItem.objects.open().exists()


def test_a_part_payment_leaves_the_same_open(books: Books) -> None:
    invoice = books.document()
    factories.payment(invoice, amount="20.00")
    books.send()
    assert books.open_there(invoice) == invoice.gross - 20
    factories.payment(Document.objects.get(pk=invoice.pk))
    books.shop.sync()
    assert books.open_there(invoice) == Decimal(0)


def test_a_refund_goes_or_is_said(books: Books) -> None:
    note = books.document(DocumentKind.CREDIT_NOTE)
    factories.payment(note)
    books.send()
    if books.able.refunds:
        assert books.open_there(note) == Decimal(0)
        return
    item = SyncItem.objects.filter(payment__isnull=False).first()
    assert item is None or item.state == ItemState.BLOCKED
    assert books.open_there(note) == note.gross


def test_the_sample_data_agrees_after_a_sync() -> None:
    """CN-101 is set against INV-1004."""
    assert demo.load_repair_shop()
    with serve("quickbooks_online") as server:
        shop = Shop(server.url)
        shop.command(
            "connect", "quickbooks_online", "--practice", server.url, name=True
        )
        Connection.objects.update(go_live=None)
        outbox.mark_eligible(shop.connection)
        shop.link()
        shop.sync("--batch", "30")
        report = shop.command("reconcile", "--balances")
        note = Document.objects.get(number="CN-101")
        [row] = PaymentRow.objects.filter(document=note)
    assert report["verdicts"]["paid_differently"] == 0
    assert (row.verdict, row.ours, row.theirs) == (
        PaymentVerdict.MATCHED,
        note.gross,
        note.gross,
    )


def test_one_payment_of_two_documents_is_voided_whole(books: Books) -> None:
    """Where a payment settles one document only, it is said."""
    two = [books.document(), books.document()]
    paid = factories.payment(*two)
    books.send()
    if item := SyncItem.objects.open().filter(payment=paid).first():
        assert (item.state, item.status_code) == (ItemState.BLOCKED, "UNSUPPORTED")
        return
    assert [books.open_there(each) for each in two] == [Decimal(0)] * 2
    payments.cancel_payment(paid, actor_name="test")
    books.shop.sync()
    assert [books.open_there(each) for each in two] == [each.gross for each in two]
    assert not SyncItem.objects.open().exists()
