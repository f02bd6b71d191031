"""Money S3's report on an import (MoneyReport), read against the file that it is about.

An entry is known by any id that the report names, else by its place, where the report
has as many entries of that list as the file. Inner reports of lines and companies are
optional; all that they say is kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from connectors.errors import Unreadable, Where
from connectors.files import Report, Reported
from connectors.transport.xml import UnsafeXml, child_text, local_name, parse_xml

LISTS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    # list: entry, the element that holds our reference, elements that identify it
    "SeznamObjPrij": ("ObjPrij", "Poznamka", ("PrimDoklad", "VarSymbol")),
    "SeznamFaktVyd": ("FaktVyd", "Poznamka", ("Doklad", "GUID", "VarSymbol")),
    "SeznamFaktPrij": ("FaktPrij", "Poznamka", ("GUID", "PrijatDokl", "VarSymbol")),
    "SeznamBankDokl": ("BankDokl", "IDPolozky", ("IDPolozky", "VarSym")),
    "SeznamPokDokl": ("PokDokl", "Pozn", ("Pozn", "VarSym")),
}
# The report has other names for bank documents than the exchange file.
REPORTED = {"SeznamBanDokl": ("SeznamBankDokl", "BanDokl")}
STATUSES = ("OK", "WarningError", "FatalError")
REFERENCE = re.compile(r"FinSync-(?:[0-9a-f]{20}|P[0-9]+)")
NUMBER = "Doklad"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of our file."""

    group: str
    reference: str
    ids: frozenset[str]


@dataclass(slots=True)
class Told:
    """An entry of the report."""

    group: str
    status: str
    number: str
    ids: frozenset[str]
    messages: list[str] = field(default_factory=list)


def parse(content: bytes, *, file: bytes) -> Report:
    """Raises `Unreadable`."""
    root = _root(content)
    written = list(_written(file))
    told = list(_told(root))
    message = " ".join(_messages(root, deep=False))
    if child_text(root, "Status") == "FatalError" and not told:
        sentence = message or "Money S3 refused the whole file."
        return Report(
            results=tuple(
                Reported(reference=reference, accepted=False, message=sentence)
                for reference in dict.fromkeys(each.reference for each in written)
            ),
            message=sentence,
        )
    pairs, foreign = _paired(written, told)
    return Report(results=tuple(_results(pairs)), message=message, foreign=foreign)


def _root(content: bytes) -> etree._Element:
    where = Where(platform="money_s3", operation="parse_report")
    try:
        root = parse_xml(content)
    except UnsafeXml as error:
        sentence = "The report is no XML that can be read."
        raise Unreadable(sentence, where=where) from error
    if local_name(root) != "MoneyReport":
        raise Unreadable(
            "This is no import report of Money S3: that begins with MoneyReport,"
            f" and this with {local_name(root)[:40]}.",
            where=where,
        )
    if child_text(root, "Status") not in STATUSES:
        raise Unreadable("The report does not say its status.", where=where)
    return root


def _written(file: bytes) -> Iterator[Written]:
    for listed in parse_xml(file):
        name = local_name(listed)
        _, holder, identifying = LISTS[name]
        for entry in listed:
            found = REFERENCE.search(child_text(entry, holder))
            ids = {child_text(entry, each) for each in identifying} - {""}
            yield Written(name, found.group() if found else "", frozenset(ids))


def _told(root: etree._Element) -> Iterator[Told]:
    for listed in root:
        name = local_name(listed) if isinstance(listed.tag, str) else ""
        name, expected = REPORTED.get(name, (name, LISTS.get(name, ("",))[0]))
        for entry in listed if expected else ():
            if isinstance(entry.tag, str) and local_name(entry) == expected:
                yield _entry(name, entry)


def _entry(name: str, entry: etree._Element) -> Told:
    ids: set[str] = set()
    number = ""
    for reference in (e for e in entry if local_name(e) == "Reference"):
        for each in reference:
            text = "".join(map(str, each.itertext())).strip()
            ids.add(text)
            if each.get("keyName") == NUMBER:
                number = text
    return Told(
        name,
        child_text(entry, "Status"),
        number,
        frozenset(ids - {""}),
        list(_messages(entry, deep=True)),
    )


def _messages(element: etree._Element, *, deep: bool) -> Iterator[str]:
    """Each `ErrorInfo`: of the element itself, or of all that is in it."""
    found = element.iter() if deep else iter(element)
    for each in found:
        if isinstance(each.tag, str) and local_name(each) == "ErrorInfo":
            yield _words(each)


def _words(info: etree._Element) -> str:
    kind = child_text(info, "ErrorTypeCoded")
    kind = child_text(info, "ErrorTypeOther") or kind if kind == "other" else kind
    told = child_text(info, "ErrorDescription") or child_text(info, "ErrorCode")
    return ": ".join(filter(None, (kind, told)))


def _paired(
    written: list[Written], told: list[Told]
) -> tuple[list[tuple[Written, Told]], int]:
    pairs = []
    foreign = 0
    for name in LISTS:
        ours = [each for each in written if each.group == name]
        theirs = [each for each in told if each.group == name]
        in_order = len(ours) == len(theirs)
        for place, each in enumerate(theirs):
            named = [one for one in ours if one.ids & each.ids]
            if len(named) != 1 and in_order and not each.ids:
                named = [ours[place]]
            if len(named) == 1 and named[0].reference:
                pairs.append((named[0], each))
            else:
                foreign += 1
    return pairs, foreign


def _results(pairs: list[tuple[Written, Told]]) -> Iterator[Reported]:
    """A payment of several entries is accepted only as a whole."""
    by_reference: dict[str, list[Told]] = {}
    for ours, theirs in pairs:
        by_reference.setdefault(ours.reference, []).append(theirs)
    for reference, entries in by_reference.items():
        yield Reported(
            reference=reference,
            accepted=all(e.status in ("OK", "WarningError") for e in entries),
            message=" ".join(m for e in entries for m in e.messages),
            number=next((e.number for e in entries if e.number), ""),
        )
