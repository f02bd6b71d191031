"""A payment on its way, and what became of it; the record is built here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounting_links.engine.sending import Fate
from accounting_links.models import (
    Connection,
    ContactLink,
    DocumentLink,
    MethodLink,
    Role,
    SyncItem,
)
from accounting_links.status_codes import StatusCode
from connectors import records
from connectors.records import DocumentKind, PaymentDirection, RemotePayment
from invoicing.models import Direction, Payment


@dataclass(slots=True, kw_only=True)
class PaymentSending:
    item: SyncItem
    payment: Payment
    record: records.Payment
    again: bool = False


@dataclass(slots=True, kw_only=True)
class PaymentOutcome:
    sending: PaymentSending
    fate: Fate
    remote: RemotePayment | None = None
    code: str = ""
    message: str = ""
    after: float | None = None


def build(connection: Connection, items: Sequence[SyncItem]) -> list[PaymentSending]:
    payments = (
        Payment.objects.select_related("contact", "method")
        .prefetch_related("allocations")
        .in_bulk([item.payment_id for item in items])
    )
    maps = _Maps.of(connection, list(payments.values()))
    return [
        PaymentSending(
            item=item,
            payment=payments[item.payment_id],
            record=maps.record(payments[item.payment_id]),
        )
        for item in items
        if item.payment_id is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maps:
    parties: Mapping[tuple[int, str], str]
    banks: Mapping[int | None, str]
    links: Mapping[int, DocumentLink]

    @classmethod
    def of(cls, connection: Connection, payments: Sequence[Payment]) -> "_Maps":
        contacts = ContactLink.objects.filter(
            connection=connection,
            contact__in={payment.contact_id for payment in payments},
            ended_at=None,
        ).values_list("contact", "role", "external_id")
        banks = MethodLink.objects.filter(connection=connection)
        documents = {a.document_id for p in payments for a in p.allocations.all()}
        links = DocumentLink.objects.filter(
            connection=connection, document__in=documents, ended_at=None
        )
        return cls(
            parties={(pk, role): external for pk, role, external in contacts},
            banks=dict(banks.values_list("method", "account_id")),
            links={link.document_id: link for link in links},
        )

    def record(self, payment: Payment) -> records.Payment:
        """The party is the one that the documents are billed to over there."""
        allocations = tuple(
            records.Allocation(
                document_id=self.links[each.document_id].external_id,
                kind=DocumentKind(self.links[each.document_id].kind),
                amount=each.amount,
            )
            for each in payment.allocations.all()
            if each.document_id in self.links
        )
        made = payment.direction == Direction.MADE
        role = Role.SUPPLIER if made else Role.CUSTOMER
        billed = {
            self.links[each.document_id].party_id
            for each in payment.allocations.all()
            if each.document_id in self.links
        } - {""}
        own = self.parties.get((payment.contact_id, role.value), "")
        return records.Payment(
            direction=PaymentDirection(payment.direction),
            key="",
            party_id=billed.pop() if len(billed) == 1 else own,
            date=payment.date,
            amount=payment.amount,
            currency=payment.currency,
            rate=payment.rate,
            allocations=allocations,
            bank_account_id=self.banks.get(payment.method_id)
            or self.banks.get(None, ""),
            reference=payment.reference or f"FinSync-P{payment.pk}",
            method=payment.method.name if payment.method else "",
        )


def check(sending: PaymentSending) -> PaymentOutcome | None:
    payment, record_ = sending.payment, sending.record
    if payment.cancelled_at is not None:
        return blocked(sending, StatusCode.VOID, f"{payment} was cancelled.")
    if len(record_.allocations) < len(payment.allocations.all()):
        sentence = "A document that it settles is not in the platform any more."
        return blocked(sending, StatusCode.NOT_FOUND, sentence)
    if not record_.bank_account_id:
        method = payment.method or "payments without a method"
        sentence = f"No bank account there stands for {method}. Map it."
        return blocked(sending, StatusCode.NO_METHOD, sentence)
    if not record_.party_id:
        sentence = f"{payment.contact} has no account in the platform."
        return blocked(sending, StatusCode.NO_ACCOUNT, sentence)
    return None


def blocked(sending: PaymentSending, code: StatusCode, sentence: str) -> PaymentOutcome:
    return PaymentOutcome(
        sending=sending, fate=Fate.BLOCKED, code=code, message=sentence
    )
