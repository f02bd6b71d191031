"""Posting payments through journals.

Posting posts all lines of a journal, so FinSync keeps journals of its own, takes the
lines of a refused payment out again, and never posts while others' lines are refused.
"""

from collections.abc import Sequence

from connectors.dynamics_365 import payments
from connectors.dynamics_365.api import CentralApi, Entity, Listing, told
from connectors.dynamics_365.errors import LABEL
from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
    Where,
)
from connectors.records import Payment, PaymentDirection, RemotePayment
from connectors.transport.odata import ETAG, equals, options
from connectors.transport.odata_json_batch import Part

_LEDGER = "generalLedgerEntries"


class PaymentJournals:
    def __init__(self, api: CentralApi) -> None:
        self.api = api
        self._ids: dict[tuple[PaymentDirection, str], str] = {}

    def pay(self, payment: Payment) -> RemotePayment:
        """Safe to repeat with the same key: what is posted is not posted again, and
        lines that stand there are gone on with."""
        journal = self._journal(payment)
        posted, lines = self._state(payment, journal)
        if posted:
            return payments.recorded(payment)
        if len(lines) != len(payments.line_payloads(payment)):
            self._write(payment, journal, begun=bool(lines))
        self._post(payment, journal)
        return payments.recorded(payment)

    def _state(self, payment: Payment, journal: str) -> tuple[bool, list[Entity]]:
        """Whether it is in the ledger, and its lines that wait in the journal."""
        number = payments.document_number(payment)
        asked = [
            Listing(
                _LEDGER,
                options(filter=equals("documentNumber", number), select=["id"], top=1),
            ),
            Listing(self._lines(payment.direction, journal), {}),
        ]
        entries, lines = map(told, self.api.lists("record_payments", asked))
        mine = [row for row in lines if row.get("documentNumber") == number]
        return bool(entries), mine

    def _write(self, payment: Payment, journal: str, *, begun: bool) -> None:
        if begun:
            self._take_out(payment, journal)
        path = self._lines(payment.direction, journal)
        parts = [
            Part(method="POST", path=path, payload=payload)
            for payload in payments.line_payloads(payment)
        ]
        outcomes = self.api.batch("record_payments", parts)
        errors = [each for each in outcomes if isinstance(each, ConnectorError)]
        if errors:
            self._take_out(payment, journal)
            raise _worst(errors)

    def _post(self, payment: Payment, journal: str) -> None:
        path = f"journals({journal})/Microsoft.NAV.post"
        try:
            self.api.call("record_payments", "POST", path)
        except Rejected as error:
            if self._posted_by_another(payment, journal):
                return
            others = self._take_out(payment, journal)
            if others:
                raise Retry(
                    f"{LABEL} refuses to post the journal FinSync writes payments to, "
                    f"where other lines stand too: {error.vendor_message[:200]}",
                    where=error.where,
                ) from error
            raise
        except (Retry, Reauthorise) as error:
            # The lines are there: whoever comes next finds them.
            raise _in_doubt(error.where) from error

    def _posted_by_another(self, payment: Payment, journal: str) -> bool:
        """Whoever posts the journal posts these lines too."""
        try:
            return self._state(payment, journal)[0]
        except ConnectorError as error:
            raise _in_doubt(error.where) from error

    def _take_out(self, payment: Payment, journal: str) -> set[str]:
        """Deletes its lines; answers the numbers of the others that are left."""
        path = self._lines(payment.direction, journal)
        number = payments.document_number(payment)
        try:
            rows = list(self.api.rows("record_payments", path, {}))
            for row in rows:
                if row.get("documentNumber") == number:
                    headers = {"If-Match": str(row.get(ETAG) or "*")}
                    one = f"{path}({row['id']})"
                    self.api.call("record_payments", "DELETE", one, headers=headers)
        except ConnectorError as error:
            raise _in_doubt(error.where) from error
        return payments.numbers_of(rows) - {number}

    def _journal(self, payment: Payment) -> str:
        """The id of FinSync's journal for that account, made where it is missing."""
        key = payment.direction, payment.bank_account_id
        if key not in self._ids:
            self._ids[key] = self._found(payment) or self._made(payment)
        return self._ids[key]

    def _found(self, payment: Payment) -> str:
        code = payments.journal_code(payment.bank_account_id)
        path = payments.JOURNALS[payment.direction].path
        asked = options(filter=equals("code", code))
        row = next(self.api.rows("record_payments", path, asked), None)
        return str(row["id"]) if row else ""

    def _made(self, payment: Payment) -> str:
        account = payment.bank_account_id
        asked = options(filter=equals("number", account), select=["id", "number"])
        row = next(self.api.rows("record_payments", "accounts", asked), None)
        if row is None:
            raise Rejected(
                f"{LABEL} has no account {account}.",
                status_code="NO_BANK",
                field="bank_account_id",
            )
        path = payments.JOURNALS[payment.direction].path
        payload = payments.journal_payload(account, str(row["id"]))
        try:
            answer = self.api.call("record_payments", "POST", path, json=payload)
        except Rejected:
            # Another worker may have made it a moment ago.
            if found := self._found(payment):
                return found
            raise
        return str(answer.json_object()["id"])

    def _lines(self, direction: PaymentDirection, journal: str) -> str:
        kind = payments.JOURNALS[direction]
        return f"{kind.path}({journal})/{kind.lines}"


def _worst(errors: Sequence[ConnectorError]) -> ConnectorError:
    """Of lines that were taken out again, an answer that never came weighs most."""
    return next((e for e in errors if isinstance(e, InDoubt)), errors[0])


def _in_doubt(where: Where) -> InDoubt:
    return InDoubt(
        f"The payment was written to a journal of {LABEL}, and is not known to be "
        "posted.",
        where=where,
    )
