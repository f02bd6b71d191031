"""Wave: its public GraphQL API behind our contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Grant, PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, InDoubt, NotFound, Reauthorise, Rejected
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import payment_results
from connectors.services import Tokens
from connectors.wave import reading
from connectors.wave.errors import LABEL
from connectors.wave.mapping import (
    customer_input,
    invoice_input,
    payment_input,
    product_input,
    sent_input,
    transaction_input,
)
from connectors.wave.reads import BusinessReads
from connectors.wave.webhooks import WaveWebhooks

TRANSACTION = "transaction:"
_NOT_MARKED = "It arrived in Wave, and could not be marked as sent: {}"


class Wave(BusinessReads):
    webhooks = WaveWebhooks()

    # Getting in

    def login(self) -> Grant:
        """With a full access token, which is its owner's and does not end."""
        token = self.config.value("full_access_token")
        if not token:
            raise Reauthorise(
                "Enter a full access token, or connect through Wave's consent page.",
                where=self.business.transport.where("login"),
            )
        kept, offered = self._opened(self.config, Tokens(access=token))
        return Grant(tokens=kept, organisations=tuple(offered))

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        token = credentials.get("access_token") or credentials.get("full_access_token")
        return super().connect_practice({**credentials, "access_token": token or ""})

    # Writes

    def create_party(self, party: Party) -> Party:
        if party.role is PartyRole.SUPPLIER:
            self._unsupported("find_parties", "role")
        made = self.api.mutate(
            "create_party", "customerCreate", self._here(customer_input(party))
        )
        return replace(reading.party_from(made["customer"]), key=party.key)

    def ensure_item(self, item: Item) -> Item:
        names = (item.name, f"{item.name} ({item.code})")
        for found in self.items():
            same = found.income_account_id == item.income_account_id
            if found.active and same and found.name in names:
                return found
        made = self.api.mutate(
            "ensure_item", "productCreate", self._here(product_input(item))
        )
        return replace(reading.item_from(made["product"]), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = one_by_one(documents, self._pushed)
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else outcome
            for outcome in outcomes
        ]

    def _pushed(self, document: Document) -> PushResult:
        if self.business.posts_transactions:
            return PushResult(remote=self._transaction(document))
        sent = self._here(invoice_input(document)) | {"status": "SAVED"}
        try:
            made = self.api.mutate("push", "invoiceCreate", sent)
        except NotFound as error:
            raise self._diagnosed(document, error) from error
        remote = self._invoice("push", made)
        if not document.sent:
            return PushResult(remote=remote)
        try:
            return PushResult(remote=self.mark_sent(document.kind, remote))
        except ConnectorError as error:
            warning = _NOT_MARKED.format(error)
            return PushResult(remote=remote, warnings=(warning,))

    def _transaction(self, document: Document) -> RemoteDocument:
        account = self.business.config.value("transaction_account")
        sent = transaction_input(document, anchor_account=account)
        made = self.api.mutate("push", "moneyTransactionCreate", self._here(sent))
        return RemoteDocument(
            kind=document.kind,
            id=f"{TRANSACTION}{made['transaction']['id']}",
            number=document.number,
            status=RemoteStatus.PAID,
            date=document.date,
            currency=document.currency,
            gross=document.gross,
            reference=document.reference,
            party_id=document.party_id,
        )

    def _diagnosed(self, document: Document, error: NotFound) -> Rejected:
        """Wave does not say which id it did not find."""
        try:
            known = self._customer("diagnose", document.party_id)
        except ConnectorError:
            return error
        if known:
            what = "product or a tax of its lines is", "NO_NOMINAL", "lines"
        else:
            what = "customer is", "ACCOUNT_WRONG", "party_id"
        return Rejected(
            f"The {what[0]} not in {LABEL}.",
            status_code=what[1],
            field=what[2],
            vendor_message=str(error),
            where=error.where,
        )

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        now = self.get_document(kind, remote.id)
        if now.status is not RemoteStatus.DRAFT:
            return now
        made = self.api.mutate("finalise", "invoiceApprove", {"invoiceId": remote.id})
        return self._invoice("finalise", made)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        self._check_kind(kind)
        now = self.services.clock.now()
        made = self.api.mutate(
            "mark_sent", "invoiceMarkSent", sent_input(remote.id, now)
        )
        return self._invoice("mark_sent", made)

    def update(self, document: Document) -> RemoteDocument:
        sent = invoice_input(document) | {"id": document.id}
        try:
            made = self.api.mutate("update", "invoicePatch", sent)
        except NotFound as error:
            self.get_document(document.kind, document.id)
            raise self._diagnosed(document, error) from error
        return self._invoice("update", made)

    def delete(self, document: Document) -> None:
        self._check_kind(document.kind)
        self.api.mutate("delete", "invoiceDelete", {"invoiceId": document.id})

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        self.api.mutate("void_payment", "invoicePaymentDelete", {"id": payment.id})

    def _paid(self, payment: Payment) -> RemotePayment:
        if payment.direction is PaymentDirection.MADE:
            self._unsupported("payments", "direction")
        made = self.api.mutate(
            "record_payments", "invoicePaymentCreateManual", payment_input(payment)
        )
        node = made.get("invoicePayment")
        if not node:
            raise InDoubt(f"{LABEL} does not show the payment that it made.")
        invoice = {
            "id": payment.allocations[0].document_id,
            "currency": {"code": payment.currency},
            "customer": {"id": payment.party_id},
        }
        return reading.payment_from(node, invoice)

    def _invoice(self, operation: str, made: Mapping[str, object]) -> RemoteDocument:
        node = made.get("invoice")
        if not isinstance(node, dict):
            raise InDoubt(
                f"{LABEL} does not show the invoice that it wrote.",
                where=self.business.transport.where(operation),
            )
        return reading.document_from(node)

    def _here(self, sent: Mapping[str, object]) -> dict[str, object]:
        return {"businessId": self.config.organisation_id, **sent}


CONNECTOR = Wave
