"""Holds the practice ledger's answers against the gateway's own response schema.

The public DTD (2.1, 2019) describes the frame of all answers, and the records of the
older functions alone. What it cannot know is named below with the reason, and is held
to the request instead: one result for each function, the fields that were asked for,
in that order, and counts that are true.
"""

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from tests.connectors.spec_check.recorder import Sent

Element = etree._Element
# What the DTD is not asked about, and why; the platform's page tells the same.
_OF_3_0 = "The function came with API 3.0, and shows records by the names of that."
EXPLAINED = {
    "create": _OF_3_0,
    "read": _OF_3_0,
    "readByQuery": _OF_3_0,
    "query": _OF_3_0 + " It is younger than the public copy of any schema.",
    "data@": "API 3.0 counts in attributes of `data`; 2.1 had an element `listtype`.",
}
# The attributes of `data`, as the vendor's own examples show them.
_DATA = {"listtype", "count", "totalcount", "numremaining", "resultId"}
_TYPO = ("banddown? memo?", "banddown?, memo?")
_AMOUNT = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_ZERO = re.compile(r"-0(\.0+)?")


@cache
def load(folder: Path) -> etree.DTD:
    """The vendor's text lacks a comma in one element, which keeps it from loading."""
    text = (folder / "v2.1" / "intacct_response.v2.1.dtd").read_text()
    assert _TYPO[0] in text
    return etree.DTD(io.StringIO(text.replace(*_TYPO)))


def findings(dtd: etree.DTD, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    return sorted(
        {
            found
            for sent in traffic
            if sent.status == 200 and _is_whole(sent.answer)
            for found in of_answer(dtd, sent)
        }
    )


def of_answer(dtd: etree.DTD, sent: Sent) -> Iterator[str]:
    asked, told = etree.fromstring(sent.body), etree.fromstring(sent.answer)
    yield from _of_frame(dtd, told)
    yield from _of_control(asked, told)
    functions = list(asked.iter("function"))
    results = list(told.iter("result"))
    if results and len(results) != len(functions):
        yield f"{len(functions)} functions and {len(results)} results"
    for function, result in zip(functions, results, strict=False):
        yield from _of_result(function, result)


def _is_whole(answer: bytes) -> bool:
    """Whether it is the gateway's, and not what a fault made of it."""
    try:
        return etree.fromstring(answer).tag == "response" and b"<!DOCTYPE" not in answer
    except etree.XMLSyntaxError:
        return False


def _of_frame(dtd: etree.DTD, told: Element) -> Iterator[str]:
    frame = etree.fromstring(etree.tostring(told))
    for result in frame.iter("result"):
        for data in result.findall("data"):
            if unknown := set(data.attrib) - _DATA:
                yield f"data has {sorted(unknown)}"
            data.attrib.clear()
            if result.findtext("function") in EXPLAINED:
                data[:] = []
    if not dtd.validate(frame):
        yield from str(dtd.error_log).splitlines()


def _of_control(asked: Element, told: Element) -> Iterator[str]:
    """What was asked is said again in the answer's head."""
    for name in ("senderid", "controlid", "uniqueid", "dtdversion"):
        ours, theirs = (
            asked.findtext(f"control/{name}"),
            told.findtext(f"control/{name}"),
        )
        if ours != theirs:
            yield f"control/{name} is {theirs!r}, and {ours!r} was sent"
    if told.findtext("operation/authentication/status") == "success":
        login = asked.find("operation/authentication/login")
        if login is not None:
            yield from _of_login(login, told)


def _of_login(login: Element, told: Element) -> Iterator[str]:
    for name in ("userid", "companyid"):
        if told.findtext(f"operation/authentication/{name}") != login.findtext(name):
            yield f"authentication/{name} is another one's"


def _of_result(function: Element, result: Element) -> Iterator[str]:
    name = str(function[0].tag)
    if result.findtext("function") != name:
        yield f"{name} is answered as {result.findtext('function')}"
    if result.findtext("controlid") != function.get("controlid"):
        yield f"{name} is answered under another control id"
    failed = result.findtext("status") != "success"
    if failed != (result.find("errormessage") is not None):
        yield f"{name}: status and errors do not agree"
    data = result.find("data")
    if data is not None and name in EXPLAINED:
        yield from _of_data(function[0], data)


def _of_data(asked: Element, data: Element) -> Iterator[str]:
    name, rows = str(asked.tag), list(data)
    if data.get("count") != str(len(rows)):
        yield f"{name} counts {data.get('count')} and shows {len(rows)}"
    left = int(data.get("numremaining", "0"))
    if name == "query":
        offset = int(asked.findtext("offset") or 0)
        if int(data.get("totalcount", "-1")) != offset + len(rows) + left:
            yield "query: what is left does not add up"
    for row in rows:
        yield from _of_row(asked, row)


def _of_row(asked: Element, row: Element) -> Iterator[str]:
    name, object = str(asked.tag), asked.findtext("object") or str(asked[0].tag)
    if str(row.tag).upper() != object.upper():
        yield f"{name} of {object} shows {row.tag}"
    shown = [str(child.tag) for child in row]
    wanted = [str(field.text) for field in asked.iter("field") if _is_selected(field)]
    if name == "query" and shown != wanted:
        yield f"query of {object}: {shown} is shown, and {wanted} was asked for"
    if name == "readByQuery" and (asked.findtext("fields") or "*") != "*":
        if shown != (asked.findtext("fields") or "").split(","):
            yield f"readByQuery of {object} shows {shown}"
    if len(set(shown)) != len(shown):
        yield f"{object} shows a field twice"
    yield from _of_values(object, row)


def _is_selected(field: Element) -> bool:
    parent = field.getparent()
    return parent is not None and parent.tag == "select"


def _of_values(object: str, row: Element) -> Iterator[str]:
    for leaf in row.iter():
        tag, text = str(leaf.tag), leaf.text or ""
        if len(leaf) or not text:
            continue
        is_amount = "TOTAL" in tag or tag.endswith("AMOUNT")
        if is_amount and (not _AMOUNT.fullmatch(text) or _ZERO.fullmatch(text)):
            yield f"{object}.{tag} is {text!r}, no amount"
        if tag == "RECORDNO" and not text.isdecimal():
            yield f"{object}.RECORDNO is {text!r}"
        if tag.startswith("WHEN") and not re.match(
            r"\d\d/\d\d/\d{4}( [\d:]{8})?$", text
        ):
            yield f"{object}.{tag} is {text!r}, no day"
