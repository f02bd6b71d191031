"""SuiteTalk SOAP of one account: signed calls, lists by page, writes in lists."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from lxml import etree

from connectors.errors import ConnectorError, InDoubt, Reauthorise, Retry, Unreadable
from connectors.netsuite.account import account_number, service_url
from connectors.netsuite.errors import LABEL, Refusal, named
from connectors.netsuite.mapping import Record
from connectors.netsuite_soap.errors import fault_error
from connectors.netsuite_soap.names import namespaces
from connectors.netsuite_soap.searching import Condition, deleted_since, search
from connectors.netsuite_soap.xml_record import Writer, record_from
from connectors.services import Clock
from connectors.settings import ConnectionConfig
from connectors.transport.answer import Answer
from connectors.transport.clock_skew import refuse_wrong_clock
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from connectors.transport.soap import SoapClient, SoapFault
from connectors.transport.xml import child_text, local_name

PAGE_SIZE = 1000
_NONCE_BYTES = 16

Outcome = Record | ConnectorError


class SuiteTalk:
    """All errors are named. `page_size` is NetSuite's maximum."""

    page_size = PAGE_SIZE

    def __init__(
        self, transport: HttpTransport, config: ConnectionConfig, clock: Clock
    ) -> None:
        self.config = config
        self.transport = transport
        version = config.value("wsdl_version") or "2025_2"
        self.writer = Writer(version)
        self._clock = clock
        self._whole = False
        self._client = SoapClient(
            transport,
            service_url(config, f"NetSuitePort_{version}"),
            fault=self._fault,
            headers=self._headers,
            namespaces=namespaces(version),
        )

    # Reads

    def call(
        self, body: etree._Element, effect: Effect = Effect.READ
    ) -> etree._Element:
        name = local_name(body)
        return self._client.call(name, body, action=name, effect=effect)

    def search(
        self, record: str, conditions: Mapping[str, Condition], *, whole: bool = False
    ) -> Iterator[Record]:
        """All pages; without sublists unless `whole`."""
        self._whole = whole
        result = self.call(search(self.writer, record, conditions))
        page, pages = 1, 1
        while True:
            found = self._succeeded(_inside(result, "searchResult"))
            pages = int(child_text(found, "totalPages") or 1)
            yield from (record_from(row) for row in _inner(found, "recordList"))
            page += 1
            if page > pages:
                return
            self._whole = whole
            result = self.call(self._more(child_text(found, "searchId"), page))

    def get_all(self, type: str) -> list[Record]:
        body = self.writer.element("platformMsgs", "getAll")
        wanted = etree.SubElement(body, self.writer.name("platformMsgs", "record"))
        wanted.set("recordType", type)
        found = self._succeeded(_inside(self.call(body), "getAllResult"))
        return [record_from(row) for row in _inner(found, "recordList")]

    def get_list(self, type: str, **ids: Sequence[str]) -> list[Outcome]:
        """One per id, in order; by `internalId` or `externalId`."""
        [(attribute, values)] = ids.items()
        if not values:
            return []
        body = self.writer.element("platformMsgs", "getList")
        for value in values:
            body.append(self.writer.ref("baseRef", type, **{attribute: value}))
        answer = _inside(self.call(body), "readResponseList")
        found = [row for row in answer if local_name(row) == "readResponse"]
        if len(found) != len(values):
            self._succeeded(answer)
        return [self._read(row) for row in found]

    def deleted(
        self, moment: datetime, types: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """Type and id of what was deleted since a moment."""
        page, pages = 1, 1
        while page <= pages:
            body = deleted_since(self.writer, moment, types, page)
            found = self._succeeded(_inside(self.call(body), "getDeletedResult"))
            pages = int(child_text(found, "totalPages") or 0)
            for row in _inner(found, "deletedRecordList"):
                gone = _inside(row, "record")
                yield gone.get("type", ""), gone.get("internalId", "")
            page += 1

    # Writes

    def upsert(self, records: Sequence[tuple[str, Record]]) -> list[Outcome]:
        """By external id: what is there is changed, never doubled. One outcome per
        record, in order. Raises only when nothing was sent."""
        body = self.writer.element("platformMsgs", "upsertList")
        for type, record in records:
            body.append(self.writer.record(type, record))
        try:
            answer = self.call(body, Effect.WRITE)
        except (Retry, Reauthorise):
            raise
        except ConnectorError as error:
            return [error] * len(records)
        found = [
            row for rows in answer for row in rows if local_name(row) == "writeResponse"
        ]
        if len(found) != len(records):
            return [self._doubt()] * len(records)
        return [self._written(row) for row in found]

    def update(self, type: str, record: Record) -> None:
        body = self.writer.element("platformMsgs", "update")
        body.append(self.writer.record(type, record))
        self._write(body)

    def delete(self, type: str, id: str) -> None:
        body = self.writer.element("platformMsgs", "delete")
        body.append(self.writer.ref("baseRef", type, internalId=id))
        self._write(body)

    def _write(self, body: etree._Element) -> None:
        answer = self.call(body, Effect.WRITE)
        if len(answer) != 1:
            raise self._doubt()
        self._succeeded(answer[0])

    def _doubt(self) -> InDoubt:
        return InDoubt(
            f"{LABEL} did not say what became of it.", where=self._client.where
        )

    def read_back(
        self, type_of: Callable[[int], str], outcomes: list[Outcome]
    ) -> list[Outcome]:
        """The records that were written, whole: a write answers nothing but ids. Where
        reading fails, what is there is in doubt, and is looked up."""
        places: dict[str, list[int]] = {}
        for place, outcome in enumerate(outcomes):
            if not isinstance(outcome, ConnectorError):
                places.setdefault(type_of(place), []).append(place)
        found = list(outcomes)
        for type, some in places.items():
            ids = [str(dict_of(outcomes[place])["id"]) for place in some]
            for place, record in zip(some, self._reread(type, ids), strict=True):
                found[place] = record
        return found

    def _reread(self, type: str, ids: Sequence[str]) -> list[Outcome]:
        try:
            return [_doubtful(each) for each in self.get_list(type, internalId=ids)]
        except ConnectorError as error:
            return [_doubtful(error)] * len(ids)

    # Answers

    def _written(self, row: etree._Element) -> Outcome:
        try:
            self._succeeded(row)
        except ConnectorError as error:
            return error
        return {"id": _inside(row, "baseRef").get("internalId", "")}

    def _read(self, row: etree._Element) -> Outcome:
        try:
            self._succeeded(row)
        except ConnectorError as error:
            return error
        return record_from(_inside(row, "record"))

    def _succeeded(self, element: etree._Element) -> etree._Element:
        """Warnings are let pass."""
        status = _inside(element, "status")
        if status.get("isSuccess") == "true":
            return element
        details = [row for row in status if row.get("type") != "WARN"]
        code, said = "", ""
        if details:
            code, said = (
                child_text(details[0], "code"),
                child_text(details[0], "message"),
            )
        where = replace(self._client.where, vendor_code=code)
        raise named(Refusal(code, said), where)

    def _fault(self, fault: SoapFault, answer: Answer) -> ConnectorError:
        error = fault_error(fault, answer)
        if isinstance(error, Reauthorise):
            refuse_wrong_clock(answer, self._clock.now(), label=LABEL)
        return error

    # Headers

    def _headers(self) -> list[etree._Element]:
        return [self._passport(), self._preferences(), self._search_preferences()]

    def _passport(self) -> etree._Element:
        """Signed anew for each attempt: a nonce is good once."""
        value = self.config.value
        nonce = secrets.token_hex(_NONCE_BYTES)
        stamp = str(int(self._clock.now().timestamp()))
        account = account_number(self.config)
        signed = [account, value("consumer_key"), value("token_id"), nonce, stamp]
        key = f"{value('consumer_secret')}&{value('token_secret')}".encode()
        digest = hmac.new(key, "&".join(signed).encode(), hashlib.sha256).digest()
        passport = self.writer.element("platformMsgs", "tokenPassport")
        names = ("account", "consumerKey", "token", "nonce", "timestamp")
        for name, content in zip(names, signed, strict=True):
            etree.SubElement(
                passport, self.writer.name("platformCore", name)
            ).text = content
        tag = self.writer.name("platformCore", "signature")
        signature = etree.SubElement(passport, tag, algorithm="HMAC-SHA256")
        signature.text = base64.b64encode(digest).decode()
        return passport

    def _preferences(self) -> etree._Element:
        element = self.writer.element("platformMsgs", "preferences")
        for name, value in (
            ("warningAsError", "false"),
            ("ignoreReadOnlyFields", "true"),
        ):
            tag = self.writer.name("platformMsgs", name)
            etree.SubElement(element, tag).text = value
        return element

    def _search_preferences(self) -> etree._Element:
        element = self.writer.element("platformMsgs", "searchPreferences")
        pairs = (
            ("bodyFieldsOnly", "false" if self._whole else "true"),
            ("returnSearchColumns", "false"),
            ("pageSize", str(self.page_size)),
        )
        for name, value in pairs:
            tag = self.writer.name("platformMsgs", name)
            etree.SubElement(element, tag).text = value
        return element

    def _more(self, search_id: str, page: int) -> etree._Element:
        body = self.writer.element("platformMsgs", "searchMoreWithId")
        for name, value in (("searchId", search_id), ("pageIndex", str(page))):
            tag = self.writer.name("platformMsgs", name)
            etree.SubElement(body, tag).text = value
        return body


def dict_of(outcome: Outcome) -> Record:
    """The record, or raises the error that stands in its place."""
    if isinstance(outcome, ConnectorError):
        raise outcome
    return outcome


def _doubtful(outcome: Outcome) -> Outcome:
    if not isinstance(outcome, ConnectorError):
        return outcome
    doubt = InDoubt(
        f"It was written to {LABEL}, but could not be read there.", where=outcome.where
    )
    doubt.__cause__ = outcome
    return doubt


def _inside(element: etree._Element, name: str) -> etree._Element:
    for child in element:
        if local_name(child) == name:
            return child
    raise Unreadable(f"{LABEL} answered without {name}.")


def _inner(element: etree._Element, name: str) -> list[etree._Element]:
    return [row for child in element if local_name(child) == name for row in child]
