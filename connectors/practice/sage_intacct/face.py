"""Sage Intacct's face: one address that takes envelopes of functions.

The log-in names the node to talk to from then on: here, the same address. A control id
that is marked as unique is carried out once. Tax is taken as each line tells it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from connectors.transport.xml import UnsafeXml, child_text, local_name, parse_xml

from .. import books
from ..books import AccountType, Kind, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Policies, Prefixed, Scope
from ..sessions import NoSeat, Sessions
from ..wire import Request, Response, Route
from . import order, render, writes
from .query import test_of, test_of_words
from .wording import (
    GENERIC,
    SCHEMA,
    SIGN_IN,
    Refused,
    answer,
    authentication,
    control,
    control_failure,
    failure,
    node,
    rows,
    sign_in_failure,
    success,
)

PATH = "/ia/xml/xmlgw.phtml"
SENDER, SENDER_PASSWORD = "practice-sender", "practice-sender-password"
USER, PASSWORD = "xml_gateway", "practice-password"
SEATS, IDLE_SECONDS = 100, 30 * 60
Element = etree._Element
Row = dict[str, Any]


class SageIntacct(Face):
    slug = "sage_intacct"
    title = "Sage Intacct"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.sessions = Sessions(ledger.store.now, seats=SEATS, idle=IDLE_SECONDS)
        self._functions: dict[str, Callable[[Ledger, Element], Element]] = {
            **dict.fromkeys(writes.CREATES, writes.create_document),
            **dict.fromkeys(writes.REVERSES, writes.reverse_document),
            "reverse_arpayment": writes.reverse_payment,
            "create": writes.create_record,
        }

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Prefixed({"parties": "P-"}),
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
            },
            number_length=45,
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        return books.Company(id="practice-company", name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget("intacct.locked")
        return {
            "sender_id": SENDER,
            "sender_password": SENDER_PASSWORD,
            "company_id": self.ledger.company.id,
            "user": USER,
            "password": PASSWORD,
            "home_currency": self.ledger.company.currency,
        }

    def sample(self) -> dict[str, str]:
        ledger = self.ledger
        kept = super().sample()
        tax = ledger.tax_codes.get(kept["tax_code"])
        codes = ("account", "expense_account")
        return kept | {
            "tax_code": render.tax_id(tax, "Sale"),
            "bank": f"BANK{ledger.accounts.get(kept['bank']).code}",
            **{name: ledger.accounts.get(kept[name]).code for name in codes},
        }

    def routes(self) -> list[Route]:
        return [Route("POST", PATH, self.gateway)]

    # --- the three levels

    def gateway(self, request: Request) -> Response:
        try:
            root = parse_xml(request.body)
        except UnsafeXml as error:
            return control_failure(None, SCHEMA, f"XML Parse schema error: {error}")
        head, operation = root.find("control"), root.find("operation")
        if local_name(root) != "request" or head is None or operation is None:
            return control_failure(head, "GW-0011", "Invalid Request")
        sender = (child_text(head, "senderid"), child_text(head, "password"))
        if sender != (SENDER, SENDER_PASSWORD):
            said = "Incorrect Intacct XML Partner ID or password."
            return control_failure(head, SIGN_IN, said)
        proof = operation.find("authentication")
        login = None if proof is None else proof.find("login")
        session = "" if proof is None else child_text(proof, "sessionid")
        if refusal := self._refused(login, session):
            return sign_in_failure(head, login, refusal)
        control_id = child_text(head, "controlid")
        if child_text(head, "uniqueid") == "true" and not self._first(control_id):
            said = f"The control id {control_id} was already used."
            return control_failure(head, "XL03000009", said)
        return self._carried_out(request, head, operation)

    def _refused(self, login: Element | None, session: str) -> str:
        """Why somebody is not let in; empty when all is well."""
        if login is None:
            return "" if self.sessions.alive(session) else "Invalid session."
        given = [child_text(login, n) for n in ("companyid", "userid", "password")]
        right = given == [self.ledger.company.id, USER, PASSWORD]
        if not right or self.ledger.recall("intacct.locked"):
            return "Sign-in information is incorrect"
        return ""

    def _first(self, control_id: str) -> bool:
        key = f"intacct.control.{control_id}"
        if self.ledger.recall(key):
            return False
        self.ledger.remember(key, True)
        return True

    def _carried_out(
        self, request: Request, head: Element, operation: Element
    ) -> Response:
        content = operation.find("content")
        functions = [] if content is None else list(content)
        results = []
        for index, function in enumerate(functions):
            results.append(self._result(request, index, function))
        proof = authentication(USER, self.ledger.company.id)
        return answer(control(head), node("operation", proof, *results))

    def _result(self, request: Request, index: int, wrapped: Element) -> Element:
        control_id = wrapped.get("controlid", "")
        function = wrapped[0]
        name = local_name(function)
        if not request.begin_batch_item(index):
            error = Refused(GENERIC, "The Service is Temporarily Off-line")
            return failure(name, control_id, error)
        try:
            content = self._called(request, name, function)
        except LedgerError as error:
            return failure(name, control_id, error)
        return success(name, control_id, content)

    def _called(self, request: Request, name: str, function: Element) -> Element:
        if name == "getAPISession":
            return self._session(request)
        if name == "query":
            return self._query(function)
        if name == "read":
            return self._read(function)
        if name == "readByQuery":
            return self._read_by_query(function)
        call = self._functions.get(name)
        if call is None:
            raise Refused(SCHEMA, f"XML Parse schema error: {name} is not expected")
        with self.ledger.store.change():
            return call(self.ledger, function)

    # --- reads

    def _session(self, request: Request) -> Element:
        try:
            session = self.sessions.open()
        except NoSeat as error:
            raise Refused(GENERIC, "Too many sessions are open.") from error
        endpoint = node("endpoint", f"{request.base_url}{PATH}")
        api = node("api", node("sessionid", session), endpoint)
        return node("data", api, listtype="api", count="1")

    def _read_by_query(self, function: Element) -> Element:
        """The first page; elements are named in small letters here."""
        order.READ_BY_QUERY.check(function)
        name = child_text(function, "object")
        if name == "COMPANYINFO":
            row = node("COMPANYINFO", node("NAME", self.ledger.company.name))
            return rows("companyinfo", [row], left=0, total=1)
        found, fields = self._rows(name), FIELDS[name]
        told = child_text(function, "fields") or "*"
        picked = sorted(fields) if told == "*" else told.split(",")
        if unknown := set(picked) - fields:
            raise Refused("DL02000001", f"Field {min(unknown)} is not valid.")
        size = int(child_text(function, "pagesize") or 100)
        if not 1 <= size <= 1000:
            raise Refused(SCHEMA, "pagesize is from 1 to 1000")
        test = test_of_words(child_text(function, "query"), fields)
        kept = [row for row in found if test(row)]
        word = name.lower()
        return rows(
            word,
            [
                render.plain(word, {f: row.get(f) for f in picked})
                for row in kept[:size]
            ],
            left=max(0, len(kept) - size),
            total=len(kept),
        )

    def _query(self, function: Element) -> Element:
        order.QUERY.check(function)
        name = child_text(function, "object")
        found = self._rows(name)
        fields = FIELDS[name]
        select = function.find("select")
        told = () if select is None else select.iter("field")
        picked = [str(each.text) for each in told if each.text]
        if unknown := set(picked) - fields:
            raise Refused("DL02000001", f"Field {min(unknown)} is not valid.")
        test = test_of(function.find("filter"), fields)
        kept = [row for row in found if test(row)]
        size = int(child_text(function, "pagesize") or 100)
        if not 1 <= size <= 2000:
            raise Refused(SCHEMA, "pagesize is from 1 to 2000")
        start = int(child_text(function, "offset") or 0)
        page = kept[start : start + size]
        return rows(
            name,
            [render.plain(name, {f: row.get(f) for f in picked}) for row in page],
            left=max(0, len(kept) - start - len(page)),
            total=len(kept),
        )

    def _read(self, function: Element) -> Element:
        order.READ.check(function)
        name = child_text(function, "object")
        kinds = {object: kind for kind, object in render.OBJECTS.items()}
        if name not in kinds:
            raise Refused(GENERIC, f"Object {name} is not on this ledger.")
        keys = child_text(function, "keys").split(",")
        if len(keys) > 100:
            raise Refused(GENERIC, "At most 100 keys.")
        found = [self.ledger.documents.find(key.strip()) for key in keys]
        whole = [
            render.whole(self.ledger, row)
            for row in found
            if row is not None and row.kind is kinds[name]
        ]
        return rows(name, whole, left=0, total=len(whole))

    def _rows(self, name: str) -> list[Row]:
        source = self._sources().get(name)
        if source is None:
            raise Refused(GENERIC, f"Object {name} is not on this ledger.")
        return list(source())

    def _sources(self) -> dict[str, Callable[[], Iterable[Row]]]:
        ledger, kinds = self.ledger, render.OBJECTS
        sources: dict[str, Callable[[], Iterable[Row]]] = {
            "CUSTOMER": lambda: self._parties(Role.CUSTOMER),
            "VENDOR": lambda: self._parties(Role.SUPPLIER),
            "GLACCOUNT": lambda: map(render.account, ledger.accounts.table),
            "CHECKINGACCOUNT": lambda: (
                render.bank(row)
                for row in ledger.accounts.table
                if row.type is AccountType.BANK
            ),
            "TAXDETAIL": lambda: (
                render.tax(ledger, row, side)
                for row in ledger.tax_codes.table
                for side in render.SIDES
            ),
            "ARPYMT": lambda: (
                render.payment(ledger, row)
                for row in ledger.settlements.payments
                if row.direction is books.Direction.RECEIVED
            ),
            "ARPYMTDETAIL": lambda: (
                render.detail(row)
                for row in ledger.settlements.allocations
                if row.payment or row.group
            ),
        }
        for kind, object in kinds.items():
            sources[object] = self._documents(kind)
        return sources

    def _parties(self, role: Role) -> Iterable[Row]:
        return (render.party(row, role) for row in self.ledger.parties.in_role(role))

    def _documents(self, kind: Kind) -> Callable[[], Iterable[Row]]:
        def found() -> Iterable[Row]:
            for row in self.ledger.documents.of_kind(kind):
                yield render.document(self.ledger, row)

        return found

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return control_failure(None, GENERIC, error.message)

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.status == 429:
            refused = control_failure(None, "GW-0010", "Too many requests")
        else:
            refused = control_failure(None, "GW-0011", failure.reason)
        return Response(
            status=failure.status, body=refused.body, content_type="application/xml"
        )

    def expire_tokens(self) -> None:
        self.sessions.close_all()

    def revoke_grants(self) -> None:
        self.ledger.remember("intacct.locked", True)
        self.sessions.close_all()


_MAIL = "DISPLAYCONTACT.MAILADDRESS"
_PARTY = {"RECORDNO", "NAME", "STATUS", "TAXID", "CURRENCY", "WHENMODIFIED"}
_PARTY |= {"DISPLAYCONTACT.EMAIL1", "DISPLAYCONTACT.PHONE1"}
_PARTY |= {
    f"{_MAIL}.{part}" for part in ("ADDRESS1", "CITY", "STATE", "ZIP", "COUNTRY")
}
_DOCUMENT = {
    *("RECORDNO", "RECORDID", "STATE", "DESCRIPTION", "WHENCREATED", "WHENDUE"),
    *("CURRENCY", "WHENMODIFIED"),
    *(f"{trx}TOTAL{n}" for trx in ("", "TRX_") for n in ("ENTERED", "PAID", "DUE")),
}
_SALE = {*_DOCUMENT, "CUSTOMERID", "CUSTOMERNAME"}
# What may be asked for of each object.
FIELDS = {
    "CUSTOMER": {*_PARTY, "CUSTOMERID"},
    "VENDOR": {*_PARTY, "VENDORID"},
    "GLACCOUNT": {
        *("RECORDNO", "ACCOUNTNO", "TITLE", "ACCOUNTTYPE", "NORMALBALANCE"),
        "STATUS",
    },
    "CHECKINGACCOUNT": {"RECORDNO", "BANKACCOUNTID", "BANKNAME", "CURRENCY", "STATUS"},
    "TAXDETAIL": {
        *("RECORDNO", "DETAILID", "DESCRIPTION", "TAXTYPE", "VALUE", "STATUS"),
    },
    "ARINVOICE": _SALE,
    "ARADJUSTMENT": _SALE - {"WHENDUE"},
    "APBILL": {*_DOCUMENT, "VENDORID", "VENDORNAME"},
    "ARPYMT": {
        *("RECORDNO", "DOCNUMBER", "CUSTOMERID", "RECEIPTDATE", "CURRENCY", "STATE"),
        *("PAYMENTMETHOD", "FINANCIALENTITY", "TOTALENTERED", "TRX_TOTALENTERED"),
        "WHENMODIFIED",
    },
    "ARPYMTDETAIL": {
        *("RECORDNO", "PAYMENTKEY", "RECORDKEY", "ADJUSTMENTKEY"),
        *("TRX_PAYMENTAMOUNT", "TRX_ADJUSTMENTAMOUNT"),
    },
}
