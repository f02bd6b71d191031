"""MYOB Business and AccountRight: the API v2 of one file behind our contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from connectors import unknown_reference
from connectors.base import Grant, PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import (
    NotFound,
    Rejected,
    StaleVersion,
    Unsupported,
)
from connectors.myob import masters
from connectors.myob.api import Entity
from connectors.myob.connection import FILES
from connectors.myob.errors import LABEL, UNKNOWN_RECORD
from connectors.myob.kinds import ITEM, LAYOUT_FIELDS, PATHS, SERVICE
from connectors.myob.mapping import document_payload, update_payload
from connectors.myob.payments import (
    PAID,
    RECEIVED,
    REFUNDED,
    SETTLEMENTS,
    payment_request,
    settlements,
)
from connectors.myob.reading import payment_from
from connectors.myob.reads import FileReads
from connectors.myob.sold_items import SoldItems
from connectors.records import (
    Document,
    Organisation,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
)
from connectors.results import credit_laid, payment_results, push_results


class Myob(FileReads):
    # Getting in

    def grant(
        self, *, callback: Mapping[str, str], redirect_uri: str, verifier: str = ""
    ) -> Grant:
        """The file that was consented to is named in the callback alone."""
        answer = self.app.exchange(
            callback, redirect_uri=redirect_uri, verifier=verifier
        )
        chosen = callback.get("businessId", "")
        values = {**self.config.values, "file_uri": ""}
        config = replace(self.config, organisation_id=chosen, values=values)
        tokens, offered = self._opened(config, answer.tokens)
        return Grant(tokens=tokens, organisations=tuple(offered), values=_told(offered))

    # Writes

    def create_party(self, party: Party) -> Party:
        tax_code, freight_tax_code = self._card_tax_codes(party.role)
        payload = masters.party_payload(
            party, tax_code=tax_code, freight_tax_code=freight_tax_code
        )
        row = self.api.create("create_party", masters.CARDS[party.role], payload)
        return replace(masters.party_from(party.role, row), key=party.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Each counts as soon as it is there."""
        return push_results(one_by_one(documents, self._pushed))

    def update(self, document: Document) -> RemoteDocument:
        """MYOB compares the versions; ours is looked at before."""
        kind = document.kind
        now = self.row_of("update", kind, document.id)
        if document.version and str(now.get("RowVersion")) != document.version:
            raise StaleVersion(f"Somebody changed this record in {LABEL} meanwhile.")
        layout = str(now.get(LAYOUT_FIELDS[PATHS[kind]]) or self.layout(kind))
        payload = update_payload(self._payload(document, layout), now)
        path = f"{PATHS[kind]}/{layout}/{document.id}"
        return self._document(kind, self.api.change("update", path, payload))

    def delete(self, document: Document) -> None:
        self.in_its_layout(
            "delete",
            document.kind,
            document.id,
            lambda path: self.api.remove("delete", path),
        )

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        """What was paid to a supplier and what was paid back lie apart; the payment's
        id says not which it is."""
        if payment.direction is PaymentDirection.RECEIVED:
            self.api.remove("void_payment", f"{RECEIVED}/{payment.id}")
            return
        try:
            self.api.remove("void_payment", f"{PAID}/{payment.id}")
        except NotFound:
            self.api.remove("void_payment", f"{REFUNDED}/{payment.id}")

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        ids = [
            str(self.api.create("allocate_credit", SETTLEMENTS, each)["UID"])
            for each in settlements(payment)
        ]
        return PaymentResult(remote=credit_laid(payment, ids[0] if ids else ""))

    def _pushed(self, document: Document) -> RemoteDocument:
        path, layout = self._path(document.kind), self.layout(document.kind)
        payload = self._payload(document, layout)
        try:
            row = self.api.create("push", f"{path}/{layout}", payload)
        except Rejected as error:
            unnamed = error.where.vendor_code == UNKNOWN_RECORD and not error.field
            if not unnamed:
                raise
            raise unknown_reference.explained(self, document, error.where) from error
        return self._document(document.kind, row)

    def _payload(self, document: Document, layout: str) -> Entity:
        if layout not in (SERVICE, ITEM):
            raise Unsupported(
                f"FinSync changes no {layout} documents in {LABEL}.", field="lines"
            )
        return document_payload(
            document,
            home=self.home_currency,
            item_of=self._sold_items.of if layout == ITEM else None,
        )

    def _paid(self, payment: Payment) -> RemotePayment:
        path, payload = payment_request(payment)
        row = self.api.create("record_payments", path, payload)
        return payment_from(path, row, currency=payment.currency)

    @cached_property
    def _sold_items(self) -> SoldItems:
        return SoldItems(self.items())

    def _card_tax_codes(self, role: PartyRole) -> tuple[str, str]:
        """Of goods and of freight, by id; no card is made without."""
        wanted = self.config.value("card_tax_code").casefold()
        if wanted:
            own = [c.id for c in self.tax_codes() if c.code.casefold() == wanted]
            if not own:
                raise Rejected(
                    f"{LABEL} has no tax code {self.config.value('card_tax_code')}, "
                    "which this connection names for new cards.",
                    status_code="NO_TAX",
                )
            return own[0], own[0]
        return self._preferred_tax_codes[role]

    @cached_property
    def _preferred_tax_codes(self) -> dict[PartyRole, tuple[str, str]]:
        told = self.api.get("create_party", "Company/Preferences")
        return {role: masters.preferred_tax_codes(told, role) for role in PartyRole}


def _told(offered: Sequence[Organisation]) -> dict[str, str]:
    """What of the file is kept as settings; it is known only where it is one."""
    if len(offered) != 1:
        return {}
    [file] = offered
    values = {"home_currency": file.home_currency} if file.home_currency else {}
    uri = file.facts.get("uri", "").rstrip("/")
    if uri and uri != f"{FILES}/{file.id}":
        values["file_uri"] = uri
    return values


CONNECTOR = Myob
