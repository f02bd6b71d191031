"""What both connectors of NetSuite do alike, whatever brings the records."""

from collections.abc import Mapping
from functools import cached_property

from connectors.amounts import credit_shares
from connectors.base import Connector, PaymentResult
from connectors.errors import ConnectorError, Rejected, StaleVersion
from connectors.netsuite import account, mapping, reading
from connectors.netsuite.errors import LABEL
from connectors.records import (
    ZERO,
    Document,
    DocumentKind,
    Organisation,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
    Totals,
)
from connectors.results import as_sent, credit_laid

KINDS = {type: kind for kind, type in mapping.TYPES.items()}
PAYMENTS = {type: direction for direction, type in mapping.PAYMENT_TYPES.items()}


class NetSuiteConnector(Connector):
    def fetch_subsidiaries(self) -> list[mapping.Record]:
        """The active ones. Raises `Rejected` where the account has none."""
        raise NotImplementedError

    def fetch_currencies(self) -> list[mapping.Record]:
        raise NotImplementedError

    def change_record(self, type: str, record: mapping.Record) -> None:
        """What `record` does not name stays as it is."""
        raise NotImplementedError

    def delete_record(self, type: str, id: str) -> None:
        raise NotImplementedError

    def organisation(self) -> Organisation:
        home = self._subsidiary()
        number = account.account_number(self.config)
        base = reading.ref(home, "currency")
        return Organisation(
            id=number,
            name=reading.text(home, "name") or number,
            country=reading.ref(home, "country"),
            home_currency=self._codes.get(base, "") or self._base_currency(),
            currencies=frozenset(self._active.values()),
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return account.document_page(self.config, kind, id)

    def party_url(self, role: PartyRole, id: str) -> str:
        return account.party_page(self.config, role, id)

    def forecast(self, document: Document) -> Totals:
        return mapping.forecast_totals(document, tax_codes=self.has_tax_codes)

    # Writes

    def delete(self, document: Document) -> None:
        self.require_unchanged(document)
        self.delete_record(self.type_of(document.kind), document.id)

    def void_payment(self, payment: RemotePayment) -> None:
        """It is deleted: NetSuite's API voids none."""
        self.delete_record(mapping.PAYMENT_TYPES[payment.direction], payment.id)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        """One change of each credit memo. Those that were made stay, when a later one
        is refused; laying them again changes nothing."""
        try:
            for credit_id, shares in mapping.by_credit(credit_shares(payment)).items():
                record = mapping.credit_record(credit_id, shares)
                self.change_record("creditMemo", record)
        except ConnectorError as error:
            return PaymentResult(error=error)
        # An allocation is no record of its own there.
        return PaymentResult(remote=credit_laid(payment, payment.key))

    def release_credit(self, payment: RemotePayment) -> None:
        self.change_record("creditMemo", mapping.taken_off_record(payment))

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        type = mapping.PAYMENT_TYPES[payment.direction]
        record = mapping.moved_record(payment, remote, self.books)
        self.change_record(type, record)
        return as_sent(payment, remote.id)

    # The settings

    @property
    def books(self) -> mapping.Books:
        return mapping.Books(
            currencies={code: id for id, code in self._active.items()},
            subsidiary_id=self.config.value("subsidiary_id"),
            tax_schedule_id=self.config.value("tax_schedule_id"),
            tax_codes=self.has_tax_codes,
        )

    @property
    def has_tax_codes(self) -> bool:
        return self.config.value("tax_codes") != "none"

    # From records

    def type_of(self, kind: DocumentKind) -> str:
        if kind not in mapping.TYPES:
            self._unsupported(kind, "kind")
        return mapping.TYPES[kind]

    def document(self, kind: DocumentKind, record: mapping.Record) -> RemoteDocument:
        url = self.document_url(kind, str(record["id"]))
        return reading.document_from(kind, record, self._codes, url=url)

    def payment(
        self, direction: PaymentDirection, record: mapping.Record
    ) -> RemotePayment:
        return reading.payment_from(direction, record, self._codes)

    def party(self, role: PartyRole, record: mapping.Record) -> Party:
        url = self.party_url(role, str(record["id"]))
        return reading.party_from(role, record, self._codes, url=url)

    def require_unchanged(self, document: Document) -> None:
        """NetSuite has no versions: what changed is seen by its moment."""
        now = self.get_document(document.kind, document.id)
        if document.version and now.version != document.version:
            raise StaleVersion(f"The document was changed in {LABEL} meanwhile.")

    # The account

    def _subsidiary(self) -> mapping.Record:
        """The one that was chosen, else the topmost. Accounts of one company have none,
        and refuse the question."""
        chosen = self.config.value("subsidiary_id")
        try:
            found = self.fetch_subsidiaries()
        except Rejected:
            return {}
        wanted = [row for row in found if str(row["id"]) == chosen]
        tops = [row for row in found if not reading.ref(row, "parent")]
        return next(iter(wanted or tops or found), {})

    @cached_property
    def _currencies(self) -> list[mapping.Record]:
        return self.fetch_currencies()

    @property
    def _codes(self) -> Mapping[str, str]:
        return {str(r["id"]): reading.text(r, "symbol") for r in self._currencies}

    @property
    def _active(self) -> Mapping[str, str]:
        rows = [r for r in self._currencies if not reading.flag(r, "isInactive")]
        return {str(r["id"]): reading.text(r, "symbol") for r in rows}

    def _base_currency(self) -> str:
        base = [r for r in self._currencies if reading.flag(r, "isBaseCurrency")]
        return reading.text(base[0], "symbol") if base else ""


def gone_document(type: str, id: str) -> RemoteDocument:
    return RemoteDocument(
        kind=KINDS[type], id=id, number="", status=RemoteStatus.DELETED
    )


def gone_payment(type: str, id: str) -> RemotePayment:
    return RemotePayment(
        direction=PAYMENTS[type],
        id=id,
        date=None,
        amount=ZERO,
        currency="",
        deleted=True,
    )
