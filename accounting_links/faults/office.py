"""A small business, connected to one practice ledger: its documents are put through
the matrix."""

import base64
import itertools
import random
import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from accounting_links import gateway, outbox
from accounting_links.actions import create_contact
from accounting_links.faults import messages, opening, working
from accounting_links.faults.cases import Act, acts
from accounting_links.models import (
    ConnectionKind,
    DeliveryState,
    DocumentLink,
    Operation,
    Role,
    SyncItem,
    WebhookDelivery,
)
from connectors.base import Connector
from connectors.practice import edits
from connectors.practice.oauth import Previous
from connectors.practice.server import PracticeServer
from connectors.records import PaymentDirection
from connectors.webhooks import Delivery
from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    NominalCode,
    Payment,
    PaymentMethod,
    SentHow,
    TaxRate,
)
from invoicing.services import documents, lifecycle, payments, sending, settling
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.payments import PaymentDraft

WHO = "fault matrix"
DOCUMENTS = 3


@dataclass(slots=True, kw_only=True)
class Scene:
    """What one round is about, prepared and waiting to be sent."""

    act: Act
    documents: list[Document]
    payments: list[Payment] = field(default_factory=list)
    # What of the first document, a credit note, was set against the second.
    credited: Decimal = Decimal(0)
    # What the platform tells, of the act that is made of messages.
    told: Delivery | None = None


class Office:
    def __init__(self, server: PracticeServer, chance: random.Random) -> None:
        self.server = server
        self.ledger = server.face.ledger
        self.chance = chance
        self._numbers = itertools.count(1)
        self._there: list[Document] = []
        self.blamed: set[str] = set()
        # How many requests an act takes when nothing fails.
        self.requests: dict[Act, int] = {}
        opening.make_codes()
        self._locks = opening.Locks(server)
        self.connection = opening.connect(server)
        opening.map_expenses(self.connection)
        self.able = gateway.capabilities(self.connection)
        connector = gateway.connector_class(self.connection)
        self._void_payment = connector.void_payment
        self.endpoint = None
        if connector.webhooks is not None:
            self.endpoint = messages.switch_on(self.connection)
        self._contacts = {
            role: self._linked(role) for role in opening.roles(self.connection)
        }

    def acts(self) -> list[Act]:
        voids = self._void_payment is not Connector.void_payment
        return acts(self.able, voids_payments=voids, tells=self.endpoint is not None)

    @property
    def grants_die(self) -> bool:
        """Whether a refresh token is spent for good once it was used there: then an
        answer that a killed worker took with it costs the grant."""
        rules = getattr(getattr(self.server.face, "oauth", None), "rules", None)
        return rules is not None and rules.previous is Previous.DIES

    def connect_again(self) -> bool:
        """As staff do. Answers whether that was needed."""
        self.connection.refresh_from_db()
        if self.connection.is_connected:
            return False
        self._locks.open()
        opening.grant(self.connection, self.server)
        return True

    def close(self) -> None:
        """Leaves its kinds of document to the next platform's connection."""
        ConnectionKind.objects.filter(connection=self.connection).delete()

    # What waits

    def scene(self, act: Act) -> Scene:
        return {
            Act.CREATE: self._creates,
            Act.FINALISE: self._creates,
            Act.UPDATE: self._changes,
            Act.VOID: self._voids,
            Act.PAYMENT: self._payments,
            Act.PAYMENT_VOID: self._cancelled_payments,
            Act.ALLOCATE: self._credits,
            Act.POLL: self._paid_over_there,
            Act.MESSAGE: self._told_as_paid,
        }[act](act)

    def _creates(self, act: Act) -> Scene:
        kinds = [kind.value for kind in self.able.kinds if kind in _KINDS]
        chosen = [self.chance.choice(sorted(kinds)) for _ in range(DOCUMENTS)]
        made = [self.document(kind) for kind in chosen]
        outbox.mark([each.pk for each in made], connection=self.connection)
        return Scene(act=act, documents=made)

    def _changes(self, act: Act) -> Scene:
        document = self._take_one(keep=True)
        supplied = document.kind == DocumentKind.SUPPLIER_INVOICE
        lines = [self._line_of(self._price(), supplied=supplied)]
        documents.change(document, {}, lines=lines, actor_name=WHO)
        self._mark(document, Operation.UPDATE)
        return Scene(act=act, documents=[document])

    def _voids(self, act: Act) -> Scene:
        # Some platforms void no other kind, and say so.
        document = self._take_one(DocumentKind.SALES_INVOICE)
        lifecycle.void(document, actor_name=WHO)
        self._mark(document, Operation.VOID)
        return Scene(act=act, documents=[document])

    def _payments(self, act: Act) -> Scene:
        document, paid = self._paid(self._payable())
        return Scene(act=act, documents=[document], payments=[paid])

    def _cancelled_payments(self, act: Act) -> Scene:
        document, paid = self._paid(self._voidable())
        self.work(Act.PAYMENT)
        payments.cancel_payment(paid, actor_name=WHO)
        return Scene(act=act, documents=[document], payments=[paid])

    def _paid(self, kinds: list[str]) -> tuple[Document, Payment]:
        """In part, so that the books would take it a second time."""
        document = self._take_one(*kinds)
        amount = (document.outstanding / 3).quantize(Decimal("0.01"))
        draft = PaymentDraft(
            direction=document.settled_by_direction,
            contact=document.bill_to,
            date=timezone.localdate(),
            amount=amount,
            currency=document.currency,
            method=PaymentMethod.objects.get(code="FAULT"),
        )
        paid = payments.record_payment(draft, [(document, amount)], actor_name=WHO)
        return document, paid

    def _credits(self, act: Act) -> Scene:
        note = self._take_one(DocumentKind.CREDIT_NOTE)
        invoice = self._take_one(DocumentKind.SALES_INVOICE)
        amount = min(note.outstanding, invoice.outstanding)
        settling.apply_credit(note, invoice, amount, actor_name=WHO)
        return Scene(act=act, documents=[note, invoice], credited=amount)

    def _paid_over_there(self, act: Act) -> Scene:
        return Scene(act=act, documents=[self.pay_over_there()])

    def pay_over_there(self) -> Document:
        document = self._take_one(DocumentKind.SALES_INVOICE)
        link = document.ledger_links.get(ended_at=None)
        row = self.row_of(link)
        if row is None:
            raise LookupError(f"{document} is not in the books.")
        edits.change(self.ledger, row["id"], {"status": "paid"})
        return document

    def _told_as_paid(self, act: Act) -> Scene:
        document = self.pay_over_there()
        link = document.ledger_links.get(ended_at=None)
        told = messages.message(link, next(self._numbers))
        scene = Scene(act=act, documents=[document], told=told)
        self.tell(scene, 1)
        return scene

    def tell(self, scene: Scene, copies: int) -> list[int]:
        """The answers that the platform got."""
        if self.endpoint is None or scene.told is None:
            return []
        return messages.deliver(self.endpoint, scene.told, copies)

    def row_of(self, link: DocumentLink | None) -> dict[str, str] | None:
        """What stands in the ledger's own books for a link."""
        names = ledger_ids(link.external_id) if link else set()
        rows = edits.entries(self.ledger)
        return next((row for row in rows if row["id"] in names), None)

    def _payable(self) -> list[str]:
        found = []
        if PaymentDirection.RECEIVED in self.able.payments:
            found.append(DocumentKind.SALES_INVOICE.value)
        if PaymentDirection.MADE in self.able.payments:
            found.append(DocumentKind.SUPPLIER_INVOICE.value)
        return found

    def _voidable(self) -> list[str]:
        """Where a reason says which cannot be taken back, it is what customers paid."""
        found = self._payable()
        return found[-1:] if "void_payment" in self.able.reasons else found

    def _mark(self, document: Document, operation: Operation) -> None:
        outbox.mark([document.pk], connection=self.connection, operation=operation)

    def _take_one(self, *kinds: str, keep: bool = False) -> Document:
        """Of those that are there already; sends one when none is left."""
        fitting = [d for d in self._there if not kinds or d.kind in kinds]
        if not fitting:
            kind = kinds[0] if kinds else DocumentKind.SALES_INVOICE.value
            fitting = [self.document(kind)]
            outbox.mark([fitting[0].pk], connection=self.connection)
            self.work(Act.CREATE)
            self._there.append(fitting[0])
        chosen = self.chance.choice(fitting)
        if not keep:
            self._there.remove(chosen)
        return Document.objects.get(pk=chosen.pk)

    def keep(self, scene: Scene) -> None:
        """What a clean round left in the books may be used by later ones."""
        if scene.act in (Act.CREATE, Act.FINALISE):
            self._there += scene.documents

    def document(self, kind: str) -> Document:
        """Approved, and sent where it is an invoice of ours."""
        supplied = kind == DocumentKind.SUPPLIER_INVOICE
        draft = DocumentDraft(
            kind=kind,
            contact=self._contacts[Role.SUPPLIER if supplied else Role.CUSTOMER],
            date=timezone.localdate(),
            number=f"F{self.connection.pk}-{next(self._numbers):05}",
            lines=[self._line_of(self._price(), supplied=supplied)],
        )
        made = documents.create(draft, actor_name=WHO)
        lifecycle.approve(made, actor_name=WHO)
        if kind == DocumentKind.SALES_INVOICE:
            sending.mark_sent(made, SentHow.EMAILED, actor_name=WHO)
        return made

    def _line_of(self, price: Decimal, *, supplied: bool = False) -> LineDraft:
        return LineDraft(
            text="Repair",
            unit_price=price,
            nominal=NominalCode.objects.get(code="5000" if supplied else "4000"),
            tax_rate=TaxRate.objects.get(code="S"),
        )

    def _price(self) -> Decimal:
        return Decimal(self.chance.randint(1_00, 900_00)) / 100

    # Working

    def work(self, act: Act) -> int:
        """One turn by this process. Answers how many requests it made."""
        before = self._requests_so_far()
        working.work(self.connection.pk, act)
        return self._requests_so_far() - before

    def attempt(self, act: Act) -> None:
        working.attempt(self.connection.pk, act)

    def _requests_so_far(self) -> int:
        return int(self.server.dispatcher.stats.as_json()["requests"])

    def open_messages(self) -> list[WebhookDelivery]:
        """Those that were given up too."""
        states = (DeliveryState.RECEIVED, DeliveryState.FAILED)
        found = WebhookDelivery.objects.filter(
            connection=self.connection, state__in=states
        )
        return list(found)

    def open_items(self) -> list[SyncItem]:
        return list(SyncItem.objects.open().filter(connection=self.connection))

    def _linked(self, role: Role) -> Contact:
        supplied = role == Role.SUPPLIER
        contact, _ = Contact.objects.get_or_create(
            code=f"FAULT-{role.value}"[:20],
            defaults={
                "name": f"Fault {role.value} Ltd",
                "is_supplier": supplied,
                "is_customer": not supplied,
                "email": "office@example.com",
                "street": "1 High Street",
                "city": "Leeds",
                "postcode": "LS1 1AA",
                "country": "GB",
            },
        )
        create_contact.create(self.connection, contact, role, actor=None)
        return contact


def ledger_ids(external_id: str) -> set[str]:
    """The ledger's own id, as vendors wrap it: bare, at the end of an address, before
    a year, filled up with zeros behind a few letters, or in base64 as `Type:id`."""
    found = {external_id, external_id.rpartition("/")[2]}
    found.add(external_id.partition("-")[0])
    if filled := _FILLED.fullmatch(external_id):
        found.add(filled[1])
    try:
        text = base64.b64decode(external_id, validate=True).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        return found
    return found | set(text.split(":"))


_FILLED = re.compile(r"[0-9A-Za-z]{2,3}0+([1-9]\d*)")
_KINDS = frozenset(
    {
        DocumentKind.SALES_INVOICE.value,
        DocumentKind.CREDIT_NOTE.value,
        DocumentKind.SUPPLIER_INVOICE.value,
    }
)
