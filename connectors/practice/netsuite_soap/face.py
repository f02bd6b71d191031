"""NetSuite's SOAP face: one address, signed calls, refusals inside HTTP 200.

A OneWorld account with one subsidiary, books in GBP. Each nonce is good once, and the
time of a signature may be five minutes off.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any

from lxml import etree

from connectors.netsuite_soap.names import XSI
from connectors.transport.soap import SoapVersion
from connectors.transport.xml import UnsafeXml, child_text, local_name, parse_xml

from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..netsuite.account import Account
from ..netsuite.refusals import Refused, refused
from ..netsuite.rules import ACCOUNT_ID, policies, tokens_of
from ..netsuite.transactions import KINDS, PAYMENTS, moment
from ..policies import Policies
from ..quotas import Quota
from ..wire import Request, Response, Route
from .answers import Answers
from .reading import Malformed, conditions, record_sent
from .search import found

VERSION = "2025_2"
CLOCK_SKEW = 300
PAGE_LIMIT = 1000
Call = Callable[[Request, etree._Element], etree._Element]


class LoginRefused(Exception):
    pass


class NetSuiteSoap(Face):
    slug = "netsuite_soap"
    title = "NetSuite (SOAP)"
    quotas = (Quota("concurrent", 5, 0, status=500),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.account = Account(ledger)
        self.answers = Answers(VERSION)
        self._spaces = self.answers.writer.spaces
        self._nonces: set[str] = set()
        self._searches: dict[str, list[tuple[str, str]]] = {}
        self._calls: dict[str, Call] = {
            "getServerTime": self._server_time,
            "get": self._get,
            "getList": self._get_list,
            "getAll": self._get_all,
            "getDeleted": self._get_deleted,
            "search": self._search,
            "searchMoreWithId": self._more,
            "add": self._add,
            "upsert": self._upsert,
            "upsertList": self._upsert_list,
            "update": self._update,
            "delete": self._delete,
        }

    @classmethod
    def policies(cls) -> Policies:
        return policies()

    def routes(self) -> list[Route]:
        return [Route("POST", f"/services/NetSuitePort_{VERSION}", self._called)]

    def credentials(self, base_url: str) -> dict[str, Any]:
        return {"account_id": ACCOUNT_ID, **tokens_of(self.ledger)}

    def revoke_grants(self) -> None:
        self.ledger.remember("netsuite.tokens", {})

    def refusal(self, request: Request, error: LedgerError) -> Response:
        text = refused(error).message
        return self.answers.fault("unexpectedErrorFault", "UNEXPECTED_ERROR", text)

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.reason == "quota":
            return self.answers.fault(
                "exceededConcurrentRequestLimitFault",
                "WS_REQUEST_BLOCKED",
                "SuiteTalk concurrent request limit exceeded. Request blocked.",
            )
        text = f"An unexpected error occurred ({failure.reason})."
        made = self.answers.fault("unexpectedErrorFault", "UNEXPECTED_ERROR", text)
        return Response(
            status=failure.status, body=made.body, content_type=made.content_type
        )

    # --- calls

    def _called(self, request: Request) -> Response:
        try:
            header, body = self._parts(request)
            self._check_passport(header)
            name = local_name(body)
            action = request.header("SOAPAction").strip('"')
            if name not in self._calls or action != name:
                raise Malformed(f"No such operation '{action}'")
            if etree.QName(body).namespace != self._spaces["platformMsgs"]:
                raise Malformed(f"{name} is in another namespace")
            inner = self._calls[name](request, body)
        except LoginRefused:
            return self.answers.fault(
                "invalidCredentialsFault",
                "INVALID_LOGIN_CREDENTIALS",
                "Invalid login attempt.",
            )
        except Malformed as error:
            text = f"org.xml.sax.SAXException: {error}"
            return self.answers.fault("", "", text)
        return self.answers.envelope(self.answers.response(name, inner))

    def _parts(self, request: Request) -> tuple[etree._Element, etree._Element]:
        if request.content_type != "text/xml":
            raise Malformed("text/xml is needed")
        try:
            root = parse_xml(request.body)
        except UnsafeXml as error:
            raise Malformed(str(error)) from error
        parts = {local_name(part): part for part in root}
        space = etree.QName(root).namespace
        if space != SoapVersion.V1_1.value or not {"Header", "Body"} <= parts.keys():
            raise Malformed("no SOAP 1.1 envelope")
        if len(parts["Body"]) != 1:
            raise Malformed("one call is needed")
        return parts["Header"], parts["Body"][0]

    def _check_passport(self, header: etree._Element) -> None:
        given = next((h for h in header if local_name(h) == "tokenPassport"), None)
        if given is None:
            raise LoginRefused
        names = ("account", "consumerKey", "token", "nonce", "timestamp")
        values = [child_text(given, name) for name in names]
        known = self.ledger.recall("netsuite.tokens") or {}
        if values[:3] != [
            ACCOUNT_ID,
            known.get("consumer_key"),
            known.get("token_id"),
        ]:
            raise LoginRefused
        key = f"{known['consumer_secret']}&{known['token_secret']}".encode()
        digest = hmac.new(key, "&".join(values).encode(), hashlib.sha256).digest()
        right = base64.b64encode(digest).decode()
        nonce, stamp = values[3], values[4]
        fresh = abs(int(stamp or 0) - time.time()) <= CLOCK_SKEW
        signed = hmac.compare_digest(right, child_text(given, "signature"))
        if not (signed and fresh and 6 <= len(nonce) <= 64):
            raise LoginRefused
        if nonce in self._nonces:
            raise LoginRefused
        self._nonces.add(nonce)

    # --- reads

    def _server_time(self, request: Request, body: etree._Element) -> etree._Element:
        element = self.answers.writer.element("platformCore", "getServerTimeResult")
        element.append(self.answers.status())
        now = moment(self.ledger.store.now())
        self.answers.child(element, "platformCore", "serverTime", now)
        return element

    def _get(self, request: Request, body: etree._Element) -> etree._Element:
        return self._one(_child(body, "baseRef"))

    def _get_list(self, request: Request, body: etree._Element) -> etree._Element:
        rows = [self._one(ref) for ref in body]
        return self.answers.many("readResponseList", rows)

    def _one(self, ref: etree._Element) -> etree._Element:
        type = ref.get("type", "")
        try:
            id = self._id_of(ref)
            record = self.account.read(type, id)
        except Refused as error:
            return self.answers.read(type, None, error)
        return self.answers.read(type, record, None)

    def _id_of(self, ref: etree._Element) -> str:
        if id := ref.get("internalId"):
            return id
        return self.account.by_external(ref.get("type", ""), ref.get("externalId", ""))

    def _get_all(self, request: Request, body: etree._Element) -> etree._Element:
        type = _child(body, "record").get("recordType", "")
        if type != "currency":
            raise Malformed(f"'{type}' is no GetAllRecordType here")
        rows = [
            self.answers.row(type, record, whole=True)
            for _, record in self.account.rows(type)
        ]
        page = {"totalRecords": str(len(rows))}
        return self.answers.result("getAllResult", rows, page=page)

    def _get_deleted(self, request: Request, body: etree._Element) -> etree._Element:
        asked = {
            n: (op, v) for n, op, v in conditions(_child(body, "getDeletedFilter"))
        }
        operator, [since] = asked["deletedDate"]
        if operator != "onOrAfter":
            raise Malformed(f"'{operator}' is not known here")
        types = asked["type"][1]
        rows = [
            self.answers.deleted(type, id, at)
            for type, id, at in self._deletions(since)
            if type in types
        ]
        page = {"totalRecords": str(len(rows)), "pageSize": "1000"}
        page |= {"totalPages": "1", "pageIndex": "1"}
        return self.answers.result("getDeletedResult", rows, page=page)

    def _deletions(self, since: str) -> list[tuple[str, str, str]]:
        ledger = self.ledger
        kinds = {kind: type for type, kind in KINDS.items()}
        ways = {way: type for type, way in PAYMENTS.items()}
        gone = []
        for entry in ledger.store.changes_since(dt.datetime.fromisoformat(since)):
            if entry.action != "delete":
                continue
            if entry.table == "documents":
                row = ledger.documents.table.peek(entry.id)
                type = kinds.get(row.kind, "") if row else ""
                gone.append((type, entry.id, moment(entry.at)))
            if entry.table == "payments":
                paid = ledger.settlements.payments.peek(entry.id)
                type = ways[paid.direction] if paid else ""
                gone.append((type, entry.id, moment(entry.at)))
        return gone

    def _search(self, request: Request, body: etree._Element) -> etree._Element:
        record = _child(body, "searchRecord")
        kind = record.get(f"{{{XSI}}}type", "").rpartition(":")[2]
        # The basic part may also be sent by itself, for it is a SearchRecord too.
        alone = kind.endswith("SearchBasic")
        asked = list(conditions(record if alone else _child(record, "basic")))
        kind = kind.removesuffix("Basic")
        rows = found(self.account, kind, asked)
        key = f"WEBSERVICES_{secrets.token_hex(8)}"
        self._searches[key] = [(type, str(row["id"])) for type, row in rows]
        return self._page(request, key, 1)

    def _more(self, request: Request, body: etree._Element) -> etree._Element:
        key, page = child_text(body, "searchId"), child_text(body, "pageIndex")
        if key not in self._searches or not page.isdecimal():
            raise Malformed("INVALID_JOB_ID")
        return self._page(request, key, int(page))

    def _page(self, request: Request, key: str, page: int) -> etree._Element:
        wanted = parse_xml(request.body)
        size = int(_preference(wanted, "pageSize") or PAGE_LIMIT)
        whole = _preference(wanted, "bodyFieldsOnly") == "false"
        all_rows = self._searches[key]
        rows = []
        for type, id in all_rows[(page - 1) * size : page * size]:
            try:
                record = self.account.read(type, id)
            except Refused:
                continue
            rows.append(self.answers.row(type, record, whole=whole))
        pages = -(-len(all_rows) // size)
        told = {"totalRecords": len(all_rows), "pageSize": size, "totalPages": pages}
        told["pageIndex"] = page
        texts = {name: str(value) for name, value in told.items()}
        return self.answers.result(
            "searchResult", rows, page={**texts, "searchId": key}
        )

    # --- writes

    def _add(self, request: Request, body: etree._Element) -> etree._Element:
        return self._write(body[0], upsert=False)

    def _upsert(self, request: Request, body: etree._Element) -> etree._Element:
        return self._write(body[0], upsert=True)

    def _upsert_list(self, request: Request, body: etree._Element) -> etree._Element:
        sent = [record_sent(each, self._spaces) for each in body]
        rows = []
        for index, (type, record) in enumerate(sent):
            if request.begin_batch_item(index):
                rows.append(self._stored(type, record, upsert=True))
                continue
            odd = Refused("UNEXPECTED_ERROR", "An unexpected error occurred.")
            rows.append(self.answers.written(type, "", "", odd))
        return self.answers.many("writeResponseList", rows)

    def _write(self, element: etree._Element, *, upsert: bool) -> etree._Element:
        type, record = record_sent(element, self._spaces)
        return self._stored(type, record, upsert=upsert)

    def _stored(
        self, type: str, record: dict[str, Any], *, upsert: bool
    ) -> etree._Element:
        external = str(record.get("externalId", ""))
        try:
            if upsert and not external:
                raise Refused("USER_ERROR", "An externalId is needed.", "externalId")
            make = self.account.upsert if upsert else self.account.create
            id = make(type, record, external)
        except Refused as error:
            return self.answers.written(type, "", external, error)
        return self.answers.written(type, id, external, None)

    def _update(self, request: Request, body: etree._Element) -> etree._Element:
        type, record = record_sent(body[0], self._spaces)
        id = str(record.get("id", ""))
        try:
            self.account.read(type, id)
            self.account.update(type, id, record)
        except Refused as error:
            return self.answers.written(type, id, "", error)
        return self.answers.written(type, id, "", None)

    def _delete(self, request: Request, body: etree._Element) -> etree._Element:
        ref = _child(body, "baseRef")
        type, id = ref.get("type", ""), ref.get("internalId", "")
        try:
            self.account.delete(type, id)
        except Refused as error:
            return self.answers.written(type, id, "", error)
        return self.answers.written(type, id, "", None)


def _child(element: etree._Element, name: str) -> etree._Element:
    for child in element:
        if local_name(child) == name:
            return child
    raise Malformed(f"The content of element '{local_name(element)}' is not complete")


def _preference(root: etree._Element, name: str) -> str:
    for element in root.iter():
        if local_name(element) == name:
            return element.text or ""
    return ""
