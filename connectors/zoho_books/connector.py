"""Zoho Books: the API of version 3 behind our contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from connectors.amounts import credit_shares
from connectors.base import Grant, PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, Reauthorise, Rejected
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import credit_laid, payment_results
from connectors.settings import ConnectionConfig
from connectors.zoho_books import masters, refunds
from connectors.zoho_books.api import OUR_NUMBER, Identity, Node, checked
from connectors.zoho_books.centres import Centre, is_api, told_by
from connectors.zoho_books.errors import LABEL
from connectors.zoho_books.kinds import PLACES, Place
from connectors.zoho_books.mapping import (
    NAME_LENGTH,
    Style,
    document_payload,
    strayed,
    warnings_of,
)
from connectors.zoho_books.payments import (
    ROUTES,
    credits_applied,
    is_share,
    payment_from,
    payment_payload,
)
from connectors.zoho_books.reads import CONTACTS, ITEMS, OrganisationReads
from connectors.zoho_books.webhooks import WorkflowRules


class ZohoBooks(OrganisationReads):
    webhooks = WorkflowRules()

    # Getting in

    def grant(
        self, *, callback: Mapping[str, str], redirect_uri: str, verifier: str = ""
    ) -> Grant:
        """The code is good at the data centre alone that the redirect names."""
        centre = told_by(callback, self.config.value("data_centre"))
        if centre is None:
            raise self._elsewhere()
        config = _with(self.config, {"data_centre": centre.code})
        there = type(self)(config, self.services)
        try:
            answer = there.app.exchange(
                callback, redirect_uri=redirect_uri, verifier=verifier
            )
        finally:
            there.close()
        values = {
            "data_centre": centre.code,
            "api_domain": self._api_domain(answer.raw, centre),
        }
        tokens, offered = self._opened(_with(self.config, values), answer.tokens)
        return Grant(tokens=tokens, organisations=tuple(offered), values=values)

    def _api_domain(self, told: Mapping[str, object], centre: Centre) -> str:
        address = str(told.get("api_domain") or centre.api)
        if not self.config.practice_url and not is_api(address):
            raise self._elsewhere()
        return address

    def _elsewhere(self) -> Reauthorise:
        return Reauthorise(
            f"The consent leads to an address that is not known as {LABEL}'s.",
            where=self.books.transport.where("grant"),
        )

    # Parties and items

    def create_party(self, party: Party) -> Party:
        payload = masters.party_payload(
            party,
            tax_number_field=self.books.tax_number_field,
            currency_id=self._currency_id(party.currency),
            extra=self.books.extra_fields(CONTACTS),
        )
        node = self.api.create("create_party", CONTACTS, "contact", payload)
        return replace(self._party(party.role, node), key=party.key)

    def _currency_id(self, code: str) -> str:
        if not code:
            return ""
        if code in self.currencies:
            return self.currencies[code]
        raise Rejected(
            f"{code} is not among the currencies of this organisation in {LABEL}.",
            status_code="CURRENCY",
            field="currency",
        )

    def ensure_item(self, item: Item) -> Item:
        asked = {"name": item.name[:NAME_LENGTH]}
        for row in self.api.pages("ensure_item", ITEMS, ITEMS, asked):
            found = masters.item_from(row)
            if found.name.casefold() == asked["name"].casefold():
                return found
        node = self.api.create("ensure_item", ITEMS, "item", masters.item_payload(item))
        return replace(masters.item_from(node), key=item.key)

    # Documents

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Invoices arrive as drafts; `finalise` makes them count."""
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else outcome
            for outcome in one_by_one(documents, self._pushed)
        ]

    def _pushed(self, document: Document) -> PushResult:
        node = self._created(document)
        warnings = warnings_of(document)
        is_invoice = document.kind is DocumentKind.SALES_INVOICE
        if is_invoice and not self.books.by_item and strayed(document, node):
            node, said = self._with_items(document, node)
            warnings += (said,)
        return PushResult(remote=self._document(document.kind, node), warnings=warnings)

    def _created(self, document: Document) -> Node:
        payload = self._payload(document, by_item=self.books.by_item)
        place = PLACES[document.kind]
        params = OUR_NUMBER if place.numbered else {}
        if self.books.key_field:
            known = Identity(self.books.key_field, document.reference)
            return self.api.upsert(
                "push", place.path, place.key, payload, known, params
            )
        if document.kind is DocumentKind.SALES_INVOICE:
            params = {**params, "send": "false"}
        return self.api.create("push", place.path, place.key, payload, params)

    def _with_items(self, document: Document, node: Node) -> tuple[Node, str]:
        """Zoho has put lines to another account than it was told; while the invoice is
        a draft they can still name items that carry theirs. It is there in any case."""
        place = PLACES[document.kind]
        where = ", ".join(map(str, strayed(document, node)))
        advice = (
            f"{LABEL} did not heed the account of line {where}. Set the accounts of "
            "sales lines to By item in the connection's settings"
        )
        try:
            payload = self._payload(document, by_item=True)
            path = place.one(str(node[place.id]))
            mended = self.api.update("push", path, place.key, payload, OUR_NUMBER)
        except ConnectorError as error:
            return node, f"{advice}, and correct this invoice there: {error}"
        return mended, f"{advice}; this invoice was corrected."

    def _payload(self, document: Document, *, by_item: bool) -> Node:
        place = PLACES.get(document.kind)
        is_bill = document.kind is DocumentKind.SUPPLIER_INVOICE
        carriers = self._carriers(document) if by_item and not is_bill else None
        style = Style(
            per_line=self.books.rounds_per_line,
            carriers=carriers,
            currencies=self.currencies,
            extra=self.books.extra_fields(place.path) if place else {},
        )
        return document_payload(document, style)

    def _carriers(self, document: Document) -> dict[str, str]:
        """Account -> the item that carries it, made where it is missing."""
        wanted = {line.account_id for line in document.lines} - self._known.keys()
        if wanted:
            accounts = {each.id: each for each in self.ledger_accounts()}
            for id in sorted(wanted & accounts.keys()):
                self._known[id] = self.ensure_item(masters.carrier_of(accounts[id])).id
        lost = wanted - self._known.keys() - {""}
        if lost:
            raise Rejected(
                f"{LABEL} has no account {', '.join(sorted(lost))}.",
                status_code="NO_NOMINAL",
                field="lines",
            )
        return self._known

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """What it makes is known, so that it is not read again: calls are counted by
        the day. Of a document of nothing Zoho may make something else."""
        place = self._place(kind)
        is_draft = remote.status is RemoteStatus.DRAFT
        if is_draft:
            self._stepped("finalise", place, remote.id, place.count)
        if not is_draft or not remote.gross:
            return self.get_document(kind, remote.id)
        sent = None if kind is DocumentKind.SUPPLIER_INVOICE else True
        return replace(remote, status=RemoteStatus.OPEN, sent=sent)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is not DocumentKind.SALES_INVOICE:
            self._unsupported("mark_sent", "kind")
        return self.finalise(kind, remote)

    def update(self, document: Document) -> RemoteDocument:
        """The lines are replaced as a whole. Zoho has no versions: the last write
        wins."""
        payload = self._payload(document, by_item=self.books.by_item)
        place = PLACES[document.kind]
        if document.kind is DocumentKind.SALES_INVOICE:
            # Some editions want to be told why an invoice that was sent is changed.
            payload["reason"] = "Changed in FinSync"
        params = OUR_NUMBER if place.numbered else {}
        path = place.one(document.id)
        node = self.api.update("update", path, place.key, payload, params)
        return self._document(document.kind, node)

    def void(self, document: Document) -> RemoteDocument:
        found = self.get_document(document.kind, document.id)
        if found.status is RemoteStatus.VOID:
            return found
        self._stepped("void", PLACES[document.kind], document.id, "void")
        return self.get_document(document.kind, document.id)

    def delete(self, document: Document) -> None:
        place = self._place(document.kind)
        self.api.remove("delete", place.one(document.id))

    def _stepped(self, operation: str, place: Place, id: str, status: str) -> None:
        self.api.act(operation, f"{place.one(id)}/status/{status}")

    # Payments

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def _paid(self, payment: Payment) -> RemotePayment:
        if refunds.is_refund(payment):
            path, key = refunds.path_of(payment), refunds.KEY
            payload = refunds.refund_payload(payment)
            made = refunds.refund_from(
                self.api.create("record_payments", path, key, payload)
            )
        else:
            route = ROUTES[payment.direction]
            payload = payment_payload(payment)
            node = self.api.create("record_payments", route.path, route.key, payload)
            made = payment_from(payment.direction, node)
        return replace(
            made,
            currency=payment.currency,
            allocations=payment.allocations,
            party_id=payment.party_id,
        )

    def void_payment(self, payment: RemotePayment) -> None:
        id = checked(payment.id, "NOT_FOUND", field="id")
        path = ROUTES[payment.direction].one(id)
        if refunds.is_refund(payment):
            path = f"{refunds.path_of(payment)}/{id}"
        self.api.remove("void_payment", path)

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        """What it settles is replaced as a whole."""
        route = ROUTES[payment.direction]
        path = route.one(checked(remote.id, "NOT_FOUND", field="id"))
        payload = payment_payload(payment)
        node = self.api.update("move_payment", path, route.key, payload)
        return payment_from(payment.direction, node)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        applied = credits_applied(payment)
        try:
            for credit, rows in applied.items():
                path = f"{PLACES[DocumentKind.CREDIT_NOTE].one(credit)}/invoices"
                self.api.act("allocate_credit", path, {"invoices": rows})
        except ConnectorError as error:
            return PaymentResult(error=error)
        return PaymentResult(
            # Zoho answers no id of what was laid on.
            remote=credit_laid(payment, f"{'+'.join(applied)}:{payment.key}")
        )

    def release_credit(self, payment: RemotePayment) -> None:
        """Zoho told no id when it was laid on, so what is laid on is looked at."""
        place = PLACES[DocumentKind.CREDIT_NOTE]
        for share in credit_shares(payment):
            id = checked(share.credit_id, "NOT_FOUND", field="allocations")
            path = f"{place.one(id)}/invoices"
            laid = self.api.rows("release_credit", path)
            if found := next((row for row in laid if is_share(row, share)), None):
                made = found["creditnote_invoice_id"]
                self.api.remove("release_credit", f"{path}/{made}")


def _with(config: ConnectionConfig, values: Mapping[str, str]) -> ConnectionConfig:
    return replace(config, values={**config.values, **values})


CONNECTOR = ZohoBooks
