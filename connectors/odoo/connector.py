"""Odoo: account.move over XML-RPC or JSON-2 behind our contract."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from connectors.base import Grant, PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches, one_by_one
from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
)
from connectors.odoo import masters
from connectors.odoo.api import Row
from connectors.odoo.capabilities import BATCH_SIZE
from connectors.odoo.errors import LABEL
from connectors.odoo.mapping import changeable_values, document_values
from connectors.odoo.payments import PAYMENT, Cashier
from connectors.odoo.reading import document_from, payment_from
from connectors.odoo.reads import EITHER, MOVE, PARTNER, DatabaseReads
from connectors.odoo.sending import Sender
from connectors.odoo.webhooks import OdooWebhooks
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
    signed,
)
from connectors.results import credit_laid, payment_results, push_results
from connectors.services import MemoryTokens, Services
from connectors.settings import ConnectionConfig


class Odoo(DatabaseReads):
    webhooks = OdooWebhooks()

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self._sender = Sender(self.db, self._pushed)
        self._cashier = Cashier(self.db)
        self._countries: dict[str, int | None] = {}

    # Getting in

    def login(self) -> Grant:
        tokens = self.server.log_in()
        services = replace(self.services, tokens=MemoryTokens(tokens))
        config = replace(self.config, organisation_id="")
        with closing(Odoo(config, services)) as inside:
            companies = inside.companies("login")
        chosen = self.config.organisation_id
        offered = [each for each in companies if chosen in ("", each.id)]
        if not offered:
            raise Reauthorise(
                f"{LABEL} does not open this company to the user.",
                where=self.server.transport.where("login"),
            )
        rounding = offered[0].facts.get("tax_rounding", "")
        values = {"tax_rounding": rounding} if rounding else {}
        return Grant(tokens=tokens, organisations=tuple(offered), values=values)

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        given = {name: str(value) for name, value in credentials.items()}
        given |= {
            "login": given.get("login") or given.get("user", ""),
            "api_key": given.get("api_key") or given.get("password", ""),
            "base_url": given.get("base_url") or given.get("url", ""),
        }
        values = {s.name: given[s.name] for s in self.settings if given.get(s.name)}
        config = replace(
            self.config,
            organisation_id=given.get("company_id", ""),
            values={**self.config.values, **values},
        )
        with Odoo(config, self.services) as opened:
            grant = opened.login()
        return replace(grant, values={**values, **grant.values})

    # Writes

    def create_party(self, party: Party) -> Party:
        [id] = self.db.create("create_party", PARTNER, [self._partner(party)])
        return replace(party, id=str(id), url=self.party_url(party.role, str(id)))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        try:
            outcomes = in_batches(
                parties, self._partner, self._make_partners, size=BATCH_SIZE
            )
        except (Retry, Reauthorise) as error:
            outcomes = [error] * len(parties)
        return [
            PartyResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PartyResult(
                party=replace(
                    party,
                    id=str(outcome),
                    url=self.party_url(party.role, str(outcome)),
                )
            )
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def _make_partners(self, batch: Sequence[Row]) -> list[int | ConnectorError]:
        return self.db.create_each("create_party", PARTNER, batch)

    def _partner(self, party: Party) -> Row:
        country_id = self._country_id(party.address.country)
        return masters.party_values(party, country_id=country_id)

    def ensure_item(self, item: Item) -> Item:
        field, value = ("default_code", item.code) if item.code else ("name", item.name)
        domain = [[field, "=", value], EITHER]
        rows = self.db.search(
            "ensure_item", "product.product", domain, masters.ITEM_FIELDS
        )
        for found in map(masters.item_from, rows):
            if found.active and found.income_account_id == item.income_account_id:
                return found
        [id] = self.db.create(
            "ensure_item", "product.product", [masters.item_values(item)]
        )
        return replace(item, id=str(id))

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = in_batches(
            documents, self._values, self._sender.send, size=BATCH_SIZE
        )
        return push_results(outcomes)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        now = self.get_document(kind, remote.id)
        if now.status is not RemoteStatus.DRAFT:
            return now
        self._sender.post("finalise", [int(now.id)])
        return self.get_document(kind, remote.id)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is DocumentKind.SUPPLIER_INVOICE:
            self._unsupported("mark_sent", "kind")
        self._sender.mark([int(remote.id)])
        return self.get_document(kind, remote.id)

    def update(self, document: Document) -> RemoteDocument:
        """Back to draft, written, posted anew; begun again it goes on where it was."""
        values = changeable_values(
            document,
            currency_id=self.currency_id("update", document.currency),
            habits=self.habits,
        )
        row = self._move(document.kind, document.id)
        self._check_open(row)
        id = int(row["id"])
        if row["state"] == "posted":
            self.db.call("update", MOVE, "button_draft", ids=[id])
        old = [[2, line, 0] for line in row.get("invoice_line_ids") or []]
        values["invoice_line_ids"] = [*old, *values["invoice_line_ids"]]
        self.db.call("update", MOVE, "write", ids=[id], args={"vals": values})
        self._sender.post("update", [id])
        return self.get_document(document.kind, document.id)

    def void(self, document: Document) -> RemoteDocument:
        """Older versions cancel drafts alone. What is read back decides."""
        row = self._move(document.kind, document.id)
        if row["state"] != "cancel":
            self._check_open(row)
            if row["state"] == "posted" and self.server.major() < 17:
                self.db.call("void", MOVE, "button_draft", ids=[int(row["id"])])
            self.db.call("void", MOVE, "button_cancel", ids=[int(row["id"])])
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        self._cashier.cancel(int(payment.id))

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        credits = [a for a in payment.allocations if signed(a.kind, a.amount) < 0]
        invoices = [a for a in payment.allocations if a not in credits]
        if len(credits) != 1 or len(invoices) != 1:
            self._unsupported("allocate_credit", "allocations")
        try:
            self._cashier.reconcile(invoices[0], credits[0])
        except Rejected as error:
            return PaymentResult(error=error)
        id = f"{invoices[0].document_id}-{credits[0].document_id}"
        return PaymentResult(remote=credit_laid(payment, id))

    def _paid(self, payment: Payment) -> RemotePayment:
        fields = self.payment_fields()
        memo = "memo" if "memo" in fields else "ref"
        currency_id = self.currency_id("record_payments", payment.currency)
        id = self._cashier.pay(payment, currency_id=currency_id, memo=memo)
        try:
            return self._payment_there(payment, id, fields)
        except ConnectorError as error:
            raise InDoubt(
                f"The payment arrived in {LABEL}, and could not be read back: {error}",
                where=error.where,
            ) from error

    def _payment_there(
        self, payment: Payment, id: int, fields: Sequence[str]
    ) -> RemotePayment:
        """Our own allocations stand where Odoo does not tell amounts."""
        rows = self.db.read("record_payments", PAYMENT, [id], fields)
        if not rows:
            raise Unreadable(f"{LABEL} does not show the payment that it made.")
        return replace(payment_from(rows[0], {}), allocations=payment.allocations)

    def _values(self, document: Document) -> Row:
        ids = self._currency_ids("push")
        values = document_values(
            document, currency_id=ids.get(document.currency), habits=self.habits
        )
        supplier = document.kind is DocumentKind.SUPPLIER_INVOICE
        return values | ({} if supplier else {"is_move_sent": document.sent})

    def _pushed(self, row: Row) -> RemoteDocument:
        found = document_from(row)
        return replace(found, url=self.document_url(found.kind, found.id))

    def _check_open(self, row: Row) -> None:
        """Odoo would take payments off the document without asking."""
        if row["amount_residual"] != row["amount_total"]:
            raise Rejected(
                f"Payments or credit notes lie on it in {LABEL}. Take them off there "
                "first.",
                where=self.server.transport.where("update"),
            )

    def _country_id(self, code: str) -> int | None:
        """Asked for once for each country."""
        if not code:
            return None
        if code not in self._countries:
            domain = [["code", "=", code.upper()]]
            rows = self.db.search("create_party", "res.country", domain, ("code",))
            self._countries[code] = int(rows[0]["id"]) if rows else None
        return self._countries[code]


CONNECTOR = Odoo
