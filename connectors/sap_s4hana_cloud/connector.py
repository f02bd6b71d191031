"""SAP S/4HANA Cloud: sales as journal entries, supplier invoices as such."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from connectors.base import Grant, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, InDoubt, NotFound
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    PartyRole,
    RemoteDocument,
    RemoteStatus,
)
from connectors.sap_s4hana_cloud import journal, mapping, reading
from connectors.sap_s4hana_cloud.api import equal
from connectors.sap_s4hana_cloud.connection import opened_config
from connectors.sap_s4hana_cloud.errors import LABEL, fault_error, refused
from connectors.sap_s4hana_cloud.reads import PARTNERS, TenantReads
from connectors.services import Tokens
from connectors.transport.retries import Effect
from connectors.transport.soap import SoapClient

_INVOICES = "API_SUPPLIERINVOICE_PROCESS_SRV"


class S4HanaCloud(TenantReads):
    # Getting in

    def login(self) -> Grant:
        """The password is among the settings; this proves it."""
        return Grant(tokens=Tokens(), organisations=(self.organisation(),))

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        config, values = opened_config(self.config, credentials)
        with type(self)(config, self.services) as opened:
            return replace(opened.login(), values=values)

    # Writes

    def create_party(self, party: Party) -> Party:
        payload = mapping.party_payload(party, self.rules)
        made = self.api.post(PARTNERS, "A_BusinessPartner", payload)
        word = "Customer" if party.role is PartyRole.CUSTOMER else "Supplier"
        id = reading.text(made, word) or reading.text(made, "BusinessPartner")
        return replace(party, id=id)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = one_by_one(documents, self._pushed)
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(remote=outcome, warnings=mapping.warnings_of(document))
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def void(self, document: Document) -> RemoteDocument:
        """Posts the reversal, today."""
        rows = self.document_rows(document.id)
        if not rows:
            raise NotFound(f"{LABEL} has no document {document.id}.")
        today = self.services.clock.now().date()
        if reading.text(rows[0], "ReferenceDocumentType") == reading.OF_PURCHASING:
            self._cancel(reading.text(rows[0], "OriginalReferenceDocument"), today)
        else:
            number, year = reading.parts_of(document.id)
            company = self.rules["company_code"]
            entry = journal.reversal_entry(
                document,
                self.rules,
                original=f"{number}{company}{year}",
                on=today,
                now=self.services.clock.now(),
            )
            self._posted("void", entry)
        found = self.get_document(document.kind, document.id)
        return replace(found, status=RemoteStatus.VOID)

    # Sending

    def _pushed(self, document: Document) -> RemoteDocument:
        mapping.check(document)
        if document.kind is DocumentKind.SUPPLIER_INVOICE:
            return self._billed(document)
        now = self.services.clock.now()
        message = document.key or document.reference
        entry = journal.sales_entry(document, self.rules, message=message, now=now)
        posting = self._posted("push", entry)
        return self._known(document, f"{posting.document}-{posting.year}")

    def _posted(self, operation: str, entry: etree._Element) -> journal.Posting:
        url = f"{self.config.value('base_url').rstrip('/')}/{journal.SERVICE}"
        client = SoapClient(self.transport, url, fault=fault_error)
        answer = client.call(
            operation, entry, action=journal.ACTION, effect=Effect.WRITE
        )
        posting = journal.posting_from(answer)
        if posting is None:
            raise InDoubt(f"{LABEL} did not say what became of it.", where=client.where)
        if posting.refused:
            raise refused(posting.notes or "no reason was given", client.where)
        return posting

    def _billed(self, document: Document) -> RemoteDocument:
        """SAP answers the number of purchasing; the entry of finance is looked up."""
        payload = mapping.bill_payload(document, self.rules)
        made = self.api.post(_INVOICES, "A_SupplierInvoice", payload)
        original = f"{reading.text(made, 'SupplierInvoice')}{made.get('FiscalYear')}"
        try:
            rows = list(
                self._cube(
                    equal("OriginalReferenceDocument", original),
                    equal("FinancialAccountType", "K"),
                )
            )
        except ConnectorError as error:
            raise _unseen(error) from error
        if not rows:
            raise _unseen(None)
        return self._known(document, reading.id_of(rows[0]))

    def _cancel(self, original: str, on: date) -> None:
        """A supplier invoice of purchasing: its number, and its year at the end."""
        words = {
            "SupplierInvoice": f"'{original[:-4]}'",
            "FiscalYear": f"'{original[-4:]}'",
            "ReversalReason": f"'{self.rules['reversal_reason']}'",
            "PostingDate": f"datetime'{on.isoformat()}T00:00:00'",
        }
        query = "&".join(f"{name}={value}" for name, value in words.items())
        self.api.post(_INVOICES, f"Cancel?{query}")

    def _known(self, document: Document, id: str) -> RemoteDocument:
        """What was posted is what was sent: SAP computes nothing."""
        totals = self.forecast(document)
        return RemoteDocument(
            kind=document.kind,
            id=id,
            number=document.number,
            status=RemoteStatus.OPEN,
            date=document.date,
            currency=document.currency,
            gross=totals.gross,
            net=totals.net,
            tax=totals.tax,
            balance=totals.gross,
            reference=document.reference,
            party_id=document.party_id,
            party_name=document.party_name,
        )


def _unseen(error: ConnectorError | None) -> InDoubt:
    where = error.where if error else None
    text = f"It was written to {LABEL}, but its entry could not be seen there."
    return InDoubt(text, where=where)


CONNECTOR = S4HanaCloud
