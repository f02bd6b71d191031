"""One organisation behind the face: its lists, and what is sent to it in tens."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from ..books import Document, Record
from ..errors import LedgerError
from ..ledger import Ledger
from ..shape import Misfit, Shape
from ..wire import Request, Response, json_response
from . import asking, contacts, documents, payments, refusals, render, shapes, taxes
from .refusals import BadRequest, Refused, bad_body

Json = dict[str, Any]
REMEMBERED = dt.timedelta(minutes=6)
SHAPES: dict[str, Shape] = {
    "Invoices": shapes.INVOICE,
    "CreditNotes": shapes.CREDIT_NOTE,
    "Contacts": shapes.CONTACT,
    "Items": shapes.ITEM,
    "Payments": shapes.PAYMENT,
    "BatchPayments": shapes.BATCH_PAYMENT,
}


class Organisation:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    # --- reading

    def list(self, name: str, request: Request) -> Json:
        """Raises `BadRequest`."""
        with self.ledger.store.lock:
            rows = list(self._rows(name, request))
            if where := request.arg("where"):
                test = asking.where(where)
                rows = [row for row in rows if test(row)]
            if order := request.arg("order"):
                rows = asking.ordered(rows, order)
            rows, note = asking.paged(request, rows)
            if note and name in ("Invoices", "CreditNotes"):
                rows = [self._with_lines(row, request) for row in rows]
            return {**note, name: rows}

    def _rows(self, name: str, request: Request) -> Iterable[Json]:
        since = asking.modified_since(request)
        ledger = self.ledger
        if name in ("Invoices", "CreditNotes"):
            found = self._documents(name, request)
            return (render.header(ledger, row) for row in found if _newer(row, since))
        if name == "Payments":
            paid = ledger.settlements.payments.all_rows()
            shown = (render.payment(ledger, row) for row in paid if _newer(row, since))
            return (row for row in shown if row is not None)
        if name == "Contacts":
            return (row for row in self._contacts(request, since))
        return self._master(name)

    def _documents(self, name: str, request: Request) -> Iterable[Document]:
        """Deleted drafts too, as the vendor lists them."""
        credit = name == "CreditNotes"
        table = self.ledger.documents
        if credit:
            rows: Iterable[Document] = table.table.all_rows()
        elif told := request.arg("InvoiceNumbers"):
            kinds = [kind for kind in render.KINDS.values() if not kind.is_credit]
            rows = [
                row
                for number in told.split(",")
                for kind in kinds
                for row in table.numbered(kind, number)
            ]
        elif told := request.arg("IDs"):
            found = (table.table.peek(id) for id in told.split(","))
            rows = [row for row in found if row is not None]
        else:
            rows = table.table.all_rows()
        known = (row for row in rows if row.kind in render.TYPES)
        return (row for row in known if row.kind.is_credit is credit)

    def _contacts(self, request: Request, since: dt.datetime | None) -> Iterable[Json]:
        ids = request.arg("IDs").split(",") if request.arg("IDs") else None
        archived = request.arg("includeArchived").lower() == "true"
        for row in self.ledger.parties.table:
            wanted = (ids is None or row.id in ids) and (row.active or archived)
            if wanted and _newer(row, since):
                yield render.contact(self.ledger, row)

    def _master(self, name: str) -> Iterable[Json]:
        ledger = self.ledger
        if name == "Accounts":
            return map(render.account, ledger.accounts.table)
        if name == "Items":
            return (render.item(ledger, row) for row in ledger.items.table)
        if name == "TaxRates":
            return (render.tax_rate(ledger, each) for each in taxes.TYPES)
        if name == "Currencies":
            codes = ledger.company.currencies
            return ({"Code": code, "Description": code} for code in codes)
        return [render.organisation(ledger)]

    def one(self, name: str, id: str, request: Request) -> Json | None:
        """None where it is not there."""
        ledger = self.ledger
        if name == "Contacts":
            party = ledger.parties.find(id)
            return {name: [render.contact(ledger, party)]} if party else None
        if name == "Payments":
            paid = ledger.settlements.payments.peek(id)
            shown = render.payment(ledger, paid) if paid else None
            return {name: [shown]} if shown else None
        row = ledger.documents.table.peek(id)
        if row is None or row.kind.is_credit != (name == "CreditNotes"):
            return None
        return {name: [render.document(ledger, row, places=_places(request))]}

    def _with_lines(self, row: Json, request: Request) -> Json:
        id = row.get("InvoiceID") or row.get("CreditNoteID")
        found = self.ledger.documents.table.peek(str(id))
        if found is None:
            return row
        return render.document(self.ledger, found, places=_places(request))

    # --- writing

    def send(self, name: str, request: Request) -> Response:
        """PUT makes, POST makes or changes. Each element is a commit of its own where
        errors are not summarized; else all are done, or none. Raises `BadRequest`."""
        if replay := self._replayed(request):
            return replay
        elements = [self._parsed(name, each) for each in _elements(name, request)]
        if request.arg("summarizeErrors", "true").lower() == "false":
            shown = [
                self._element(name, each, request, index)
                for index, each in enumerate(elements)
            ]
            return self._kept(request, {name: shown})
        try:
            with self.ledger.store.change():
                shown = [self._written(name, each, request) for each in elements]
        except (Refused, LedgerError) as error:
            return refusals.invalid(
                [_failed(elements[0], _refused(error, elements[0]))]
            )
        return self._kept(request, {name: shown})

    def _parsed(self, name: str, sent: Any) -> Json:
        try:
            return SHAPES[name].parsed(sent)
        except Misfit as error:
            raise bad_body(
                f"The value at {error.path} is not valid: {error}"
            ) from error

    def _element(self, name: str, sent: Json, request: Request, index: int) -> Json:
        if not request.begin_batch_item(index):
            return _failed(sent, Refused("An internal error occurred"))
        marked = {} if name == "BatchPayments" else {"StatusAttributeString": "OK"}
        try:
            with self.ledger.store.change():
                shown = self._written(name, sent, request)
        except (Refused, LedgerError) as error:
            return _failed(sent, _refused(error, sent))
        return shown | marked

    def _written(self, name: str, sent: Json, request: Request) -> Json:
        ledger, may_change = self.ledger, request.method == "POST"
        places = _places(request)
        if name in ("Invoices", "CreditNotes"):
            row = documents.existing(ledger, name, sent) if may_change else None
            if row is None:
                row = documents.create(ledger, name, sent, places=places)
            else:
                row = documents.update(ledger, row, sent, places=places)
            return render.document(ledger, row, places=places)
        if name == "Contacts":
            known = contacts.existing(ledger, sent) if may_change else None
            party = (
                contacts.update(ledger, known, sent)
                if known
                else contacts.create(ledger, sent)
            )
            return render.contact(ledger, party)
        if name == "Items":
            return render.item(ledger, contacts.create_item(ledger, sent))
        if name == "BatchPayments":
            return _batch(ledger, *payments.create_batch(ledger, sent))
        return render.payment(ledger, payments.create(ledger, sent)) or {}

    def change(self, name: str, id: str, request: Request) -> Response | None:
        """POST to one record; None where it is not there."""
        if replay := self._replayed(request):
            return replay
        if self.one(name, id, request) is None:
            return None
        [element] = _elements(name, request)
        id_name = {"Contacts": "ContactID", "CreditNotes": "CreditNoteID"}
        sent = self._parsed(name, element) | {id_name.get(name, "InvoiceID"): id}
        try:
            with self.ledger.store.change():
                shown = self._written(name, sent, request)
        except (Refused, LedgerError) as error:
            return refusals.invalid([_failed(sent, _refused(error, sent))])
        return self._kept(request, {name: [shown]})

    def end_payment(self, name: str, id: str, request: Request) -> Response | None:
        """The bare object that ends a payment or a batch of them."""
        try:
            shapes.ENDED.parsed(request.json())
        except Misfit as error:
            raise bad_body(str(error)) from error
        try:
            if name == "BatchPayments":
                rows = payments.end_batch(self.ledger, id)
                shown = [_batch(self.ledger, id, rows)] if rows else []
            else:
                row = payments.end(self.ledger, id)
                shown = [render.payment(self.ledger, row) or {}] if row else []
        except (Refused, LedgerError) as error:
            return refusals.invalid([_failed({}, _refused(error, {}))])
        return json_response(self._framed({name: shown})) if shown else None

    def allocate(self, id: str, request: Request) -> Response | None:
        if replay := self._replayed(request):
            return replay
        credit = self.ledger.documents.find(id)
        if credit is None or not credit.kind.is_credit:
            return None
        elements = _elements("Allocations", request)
        try:
            sent = [shapes.ALLOCATION.parsed(each) for each in elements]
            with self.ledger.store.change():
                made = [payments.allocate(self.ledger, credit, each) for each in sent]
        except Misfit as error:
            raise bad_body(str(error)) from error
        except (Refused, LedgerError) as error:
            return refusals.invalid([_failed({}, _refused(error, {}))])
        shown = [render.allocation(row) for row in made]
        return self._kept(request, {"Allocations": shown})

    def take_off(self, credit: str, id: str) -> Response | None:
        row = self.ledger.settlements.allocations.find(id)
        if row is None or row.credit != credit:
            return None
        self.ledger.settlements.remove(id)
        return json_response(render.allocation(row) | {"IsDeleted": True})

    # --- idempotency keys

    def _replayed(self, request: Request) -> Response | None:
        key = request.header("Idempotency-Key")
        if len(key) > 128:
            raise BadRequest("ValidationException", "Idempotency-Key is too long")
        kept = self.ledger.recall(f"xero.key.{key}") if key else None
        if kept is None or self._forgotten(kept):
            return None
        if kept["request"] != _digest(request):
            raise BadRequest("ValidationException", "Idempotency-Key was used already")
        return Response(body=kept["body"].encode())

    def _forgotten(self, kept: Json) -> bool:
        at = dt.datetime.fromisoformat(kept["at"])
        return at + REMEMBERED < self.ledger.store.now()

    def _kept(self, request: Request, body: Json) -> Response:
        response = json_response(self._framed(body))
        if key := request.header("Idempotency-Key"):
            answer = {
                "request": _digest(request),
                "body": response.body.decode(),
                "at": self.ledger.store.now().isoformat(),
            }
            self.ledger.remember(f"xero.key.{key}", answer)
        return response

    def _framed(self, body: Json) -> Json:
        return framed(self.ledger, body)


def framed(ledger: Ledger, body: Json) -> Json:
    return {
        "Id": ledger.company.id,
        "Status": "OK",
        "ProviderName": "FinSync practice",
        "DateTimeUTC": render.stamp(ledger.store.now()).replace("+0000", ""),
        **body,
    }


def _digest(request: Request) -> str:
    told = f"{request.method} {request.target}\n".encode() + request.body
    return hashlib.sha256(told).hexdigest()


def _newer(row: Record, since: dt.datetime | None) -> bool:
    return since is None or row.updated_at >= since


def _places(request: Request) -> int:
    return 4 if request.arg("unitdp") == "4" else 2


def _elements(name: str, request: Request) -> list[Any]:
    """`{"Invoices": [...]}`, or the bare object."""
    body = request.json()
    if not isinstance(body, dict):
        raise bad_body("An object is needed")
    found = body.get(name, [body])
    if not isinstance(found, list) or not found:
        raise bad_body(f"{name} must be a list")
    return found


def _batch(ledger: Ledger, batch: str, rows: Iterable[Any]) -> Json:
    members = [render.payment(ledger, row) or {} for row in rows]
    first = members[0]
    total = sum(row["Amount"] for row in members)
    return {
        "BatchPaymentID": batch,
        "Account": first.get("Account", {}),
        "Date": first["Date"],
        "Type": "PAYBATCH" if first["PaymentType"].startswith("ACCPAY") else "RECBATCH",
        "Status": first["Status"],
        "TotalAmount": total,
        "UpdatedDateUTC": first["UpdatedDateUTC"],
        "Payments": [
            {
                name: row[name]
                for name in ("PaymentID", "Amount", "Invoice")
                if name in row
            }
            for row in members
        ],
    }


def _refused(error: Refused | LedgerError, sent: Json) -> Refused:
    if isinstance(error, Refused):
        return error
    return refusals.refused(error, render.KINDS.get(str(sent.get("Type"))))


def _failed(sent: Json, error: Refused) -> Json:
    """The element as it came, with what is wrong. Batches have no word of their own."""
    errors = {"ValidationErrors": error.errors()}
    if "Payments" in sent:
        return errors
    marked = {"StatusAttributeString": "ERROR", **errors}
    echoed = {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in sent.items()
    }
    if "Name" in sent:
        return {**echoed, "HasValidationErrors": True, **marked}
    id_name = "CreditNoteID" if "CREDIT" in str(sent.get("Type")) else "InvoiceID"
    return {id_name: refusals.NOTHING, **echoed, "HasErrors": True, **marked}
