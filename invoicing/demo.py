"""A small home-appliance repair shop, to try everything with: master data from
fixtures/repair_shop.json, and documents in every state with dates near today."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    Job,
    JobStatus,
    NominalCode,
    PaymentMethod,
    Product,
    SentHow,
    TaxRate,
)
from invoicing.services import (
    billing,
    documents,
    jobs,
    lifecycle,
    payments,
    sending,
    settling,
)
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.payments import PaymentDraft

FIXTURE = Path("fixtures") / "repair_shop.json"
WHO = "demo"
INVOICE, CREDIT, BILL, ORDER = (
    DocumentKind.SALES_INVOICE,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.SUPPLIER_INVOICE,
    DocumentKind.SALES_ORDER,
)


@dataclass(frozen=True, kw_only=True)
class Sold:
    """`days` before today; `paid` a share of the whole; lines as (product code or
    text, quantity) or (text, price, nominal code)."""

    to: str
    days: int
    lines: Sequence[tuple[str, int] | tuple[str, str, str]]
    sent: SentHow | None = SentHow.EMAILED
    paid: Decimal = Decimal(0)
    draft: bool = False
    void: bool = False
    care_of: str = ""
    kind: DocumentKind = INVOICE
    number: str = ""
    fields: dict[str, object] = field(default_factory=dict)


HALF, WHOLE = Decimal("0.5"), Decimal(1)
COUNTER = SentHow.COUNTER
SOLD = (
    Sold(to="HARBOUR", days=62, lines=[("CALL", 1), ("LAB", 2), ("PUMP-A30", 1)]),
    Sold(to="NORTHGATE", days=58, lines=[("LAB", 3)], paid=WHOLE),
    Sold(to="STMARY-K", days=55, lines=[("CALL", 1), ("ELEM-2KW", 2)], paid=HALF),
    Sold(to="BRAMLEY", days=52, lines=[("LAB", 4), ("BELT-1200", 6), ("SEAL-WM", 2)]),
    Sold(to="SMITHJ", days=49, lines=[("CALL", 1)], sent=COUNTER, paid=WHOLE),
    Sold(to="CROWN", days=45, lines=[("LAB-EVE", 2), ("COMP-R600", 1)]),
    Sold(to="EVERGREEN-P", days=43, lines=[("LAB", 2), ("SEAL-WM", 1)], paid=WHOLE),
    Sold(to="PATEL", days=40, lines=[("CALL", 1), ("THERM-FR", 1)], paid=WHOLE),
    Sold(to="DALES", days=38, lines=[("LAB", 6), ("PCB-DW", 2)], paid=HALF),
    Sold(to="OKAFOR", days=36, lines=[("IGN-GAS", 1), ("LAB", 1)], sent=COUNTER),
    Sold(to="OEHLMANN", days=33, lines=[("PLAN-Y", 1)]),
    Sold(to="MOORSIDE", days=31, lines=[("CALL", 1), ("LAB", 1)]),
    Sold(
        to="NOVAKOVA",
        days=28,
        lines=[("LAB", 1), ("PUMP-A30", 1)],
        care_of="HOMEGUARD",
    ),
    Sold(to="FOSTER", days=26, lines=[("CALL", 1)], sent=SentHow.POSTED, paid=WHOLE),
    Sold(to="GARCIA", days=24, lines=[("LAB", 2), ("ELEM-2KW", 1)]),
    Sold(to="HOLMES", days=21, lines=[("COMP-R600", 1), ("LAB", 3)], paid=HALF),
    Sold(to="KHAN", days=19, lines=[("PLAN-Y", 1)], sent=COUNTER, paid=WHOLE),
    Sold(to="LUNDQVIST", days=17, lines=[("CALL", 1), ("BELT-1200", 1)]),
    Sold(to="QUICKBITE", days=15, lines=[("LAB-EVE", 3), ("PCB-DW", 1)]),
    Sold(
        to="ROWAN",
        days=13,
        lines=[("LAB", 5)],
        fields={"discount_percent": Decimal(10)},
    ),
    Sold(to="OBRIEN", days=11, lines=[("SEAL-WM", 1), ("LAB", 1)], sent=None),
    Sold(to="SMITHJU", days=9, lines=[("CALL", 1), ("", "18.50", "4020")]),
    Sold(to="STMARY-B", days=8, lines=[("LAB", 2), ("Travel", "12.00", "")]),
    Sold(
        to="HARBOUR",
        days=7,
        lines=[("Espresso machine service", "95.00", "4010")],
        fields={"prices_include_tax": True},
        sent=None,
    ),
    Sold(to="CROWN", days=6, lines=[("LAB", 1)], void=True),
    Sold(to="PATEL", days=5, lines=[("Goodwill visit", "0.00", "4010")]),
    Sold(to="NORTHGATE", days=3, lines=[("CALL", 2), ("THERM-FR", 2)], sent=None),
    Sold(to="BRAMLEY", days=2, lines=[("LAB", 2)], draft=True),
    Sold(to="GARCIA", days=1, lines=[("CALL", 1)], draft=True),
    Sold(to="KHAN", days=0, lines=[("ELEM-2KW", 1), ("LAB", 1)]),
)
BOUGHT = (
    Sold(
        to="ASD",
        days=50,
        number="ASD-8102",
        lines=[("Drain pumps", "118.40", "5010"), ("Carriage", "9.50", "5010")],
        paid=WHOLE,
    ),
    Sold(
        to="ASD",
        days=22,
        number="ASD-8240",
        lines=[("Compressors", "236.00", "5010")],
    ),
    Sold(
        to="VANHIRE",
        days=35,
        number="20931",
        lines=[("Van, October", "310.00", "7300")],
    ),
    Sold(
        to="GASMERCH",
        days=14,
        number="G/5571",
        lines=[("Igniters", "74.85", "5010")],
        paid=HALF,
    ),
    Sold(to="TELCO", days=4, number="PT-0042", lines=[("Phones", "46.00", "7500")]),
    Sold(
        to="VANHIRE",
        days=2,
        number="21044",
        lines=[("Van, November", "310.00", "7300")],
        draft=True,
    ),
)
ORDERED = (
    Sold(to="EVERGREEN", days=20, lines=[("PLAN-Y", 4), ("LAB", 2)]),
    Sold(to="DALES", days=16, lines=[("COMP-R600", 2), ("LAB", 6)]),
    Sold(to="QUICKBITE", days=12, lines=[("PCB-DW", 2)], void=True),
    Sold(to="MOORSIDE", days=4, lines=[("THERM-FR", 3), ("LAB", 2)], draft=True),
)
JOBS = (
    ("HARBOUR", "Espresso machine leaks", "Espresso machine", JobStatus.BOOKED, -2),
    ("NORTHGATE", "No hot water in flat 3", "Boiler", JobStatus.IN_PROGRESS, 0),
    ("CROWN", "Ice machine stopped", "Ice machine", JobStatus.WAITING_FOR_PARTS, 3),
    ("FOSTER", "Drum does not turn", "Washing machine", JobStatus.BOOKED, -5),
    ("LUNDQVIST", "Cancelled by customer", "Tumble dryer", JobStatus.CANCELLED, 6),
)


@transaction.atomic
def load_repair_shop() -> bool:
    """Into an installation without contacts and documents; anywhere else it does
    nothing, and answers False. So it may be called again and again."""
    if Contact.objects.exists() or Document.objects.exists():
        return False
    call_command("loaddata", Path(settings.BASE_DIR) / FIXTURE, verbosity=0)
    Shop(timezone.localdate()).open()
    return True


class Shop:
    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.contacts = Contact.objects.in_bulk(field_name="code")
        self.nominals = NominalCode.objects.in_bulk(field_name="code")
        self.taxes = TaxRate.objects.in_bulk(field_name="code")
        self.products = {
            product.code: product
            for product in Product.objects.select_related("nominal", "tax_rate")
        }
        self.card = PaymentMethod.objects.get(code="CARD")
        self.bank = PaymentMethod.objects.get(code="BANK")

    def open(self) -> None:
        invoices = [self.document(each, INVOICE) for each in SOLD]
        for bill in BOUGHT:
            self.document(bill, BILL)
        self.orders()
        self.credits(invoices)
        self.jobs()

    def document(self, sold: Sold, kind: DocumentKind) -> Document:
        draft = DocumentDraft(
            kind=kind,
            contact=self.contacts[sold.to],
            care_of=self.contacts.get(sold.care_of),
            date=self.date(sold.days),
            number=sold.number,
            lines=[self.line(*line) for line in sold.lines],
            **sold.fields,  # type: ignore[arg-type]  # as the table says
        )
        document = documents.create(draft, actor_name=WHO)
        if sold.draft:
            return document
        if kind == ORDER:
            end = lifecycle.lose if sold.void else lifecycle.win
            end(document, actor_name=WHO)
            return document
        lifecycle.approve(document, actor_name=WHO)
        if sold.sent and kind != BILL:
            sending.mark_sent(document, sold.sent, actor_name=WHO)
        if sold.paid:
            self.pay(document, sold)
        if sold.void:
            lifecycle.void(document, actor_name=WHO, reason="Entered twice")
        return document

    def line(self, what: str, much: int | str, nominal: str = "") -> LineDraft:
        product = self.products.get(what)
        if product is None:
            return LineDraft(
                text=what,
                unit_price=Decimal(much),
                nominal=self.nominals.get(nominal),
                tax_rate=self.taxes["S"],
            )
        return LineDraft(
            text=product.name,
            quantity=Decimal(much),
            unit=product.unit,
            unit_price=product.unit_price,
            nominal=product.nominal,
            tax_rate=product.tax_rate,
            product=product,
        )

    def pay(self, document: Document, sold: Sold) -> None:
        cents = (document.gross * sold.paid).quantize(Decimal("0.01"))
        at_counter = sold.sent == COUNTER
        draft = PaymentDraft(
            direction=document.settled_by_direction,
            contact=document.bill_to,
            date=self.date(sold.days if at_counter else sold.days // 2),
            amount=cents,
            method=self.card if at_counter else self.bank,
            reference=document.number,
        )
        payments.record_payment(draft, [(document, cents)], actor_name=WHO)

    def orders(self) -> None:
        orders = [self.document(each, ORDER) for each in ORDERED]
        invoice = billing.invoice_order(orders[0], self.date(10), actor_name=WHO)
        lifecycle.approve(invoice, actor_name=WHO)

    def credits(self, invoices: Sequence[Document]) -> None:
        """One set against its invoice, one sent and open, one still a draft."""
        for position, invoice in enumerate((invoices[3], invoices[8], invoices[14])):
            note = billing.credit_invoice(invoice, self.date(1), actor_name=WHO)
            part = [self.line("Goodwill", "15.00", "4010")]
            documents.change(note, {}, lines=part, actor_name=WHO)
            if position == 2:
                continue
            lifecycle.approve(note, actor_name=WHO)
            sending.mark_sent(note, SentHow.EMAILED, actor_name=WHO)
            if position == 0:
                settling.apply_credit(note, invoice, note.gross, actor_name=WHO)

    def jobs(self) -> None:
        for number, (code, title, appliance, status, days) in enumerate(JOBS, start=1):
            Job.objects.create(
                code=f"JOB-{2000 + number}",
                contact=self.contacts[code],
                title=title,
                appliance=appliance,
                engineer=("Ruth", "Sanjay")[number % 2],
                status=status,
                booked_for=self.date(days),
            )
        done = Job.objects.create(
            code="JOB-2000",
            contact=self.contacts["ROWAN"],
            title="Lift motor serviced",
            appliance="Laundry lift",
            engineer="Ruth",
            status=JobStatus.IN_PROGRESS,
            booked_for=self.date(14),
        )
        jobs.complete_job(done, raise_invoice=True, actor_name=WHO)

    def date(self, days: int) -> dt.date:
        return self.today - dt.timedelta(days=days)
