"""The import wizard of Money S3 in small: `POST /import` takes an exchange file and
answers the import report (MoneyReport).

Books in GBP. A repeated document number or id is refused, a company is found by its IC
or made, what has the symbol of an unpaid document is paired with it. A file that cannot
be read at all is refused as a whole, and is a report too, as the program writes it.
"""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from connectors.transport.xml import UnsafeXml, local_name, parse_xml, write_xml

from ..books import Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..policies import Policies, Scope
from ..wire import Request, Response, Route, text_response
from .entries import Fate, Importer, Shape

LISTS = {
    "SeznamFaktPrij": Shape("faktura", Importer.received),
    "SeznamFaktVyd": Shape("faktura", Importer.issued),
    "SeznamPokDokl": Shape("pokladni", Importer.cash),
    "SeznamBankDokl": Shape("bankovni", Importer.bank),
    "SeznamObjPrij": Shape("objednavka", Importer.order),
}
# The report has names and an order of its own.
REPORTED = {
    "SeznamFaktPrij": "FaktPrij",
    "SeznamFaktVyd": "FaktVyd",
    "SeznamObjPrij": "ObjPrij",
    "SeznamPokDokl": "PokDokl",
    "SeznamBanDokl": "BanDokl",
}
BANK = ("SeznamBankDokl", "SeznamBanDokl")
XML = "application/xml; charset=utf-8"
OK, WARNING, FATAL = "OK", "WarningError", "FatalError"


class MoneyS3(Face):
    slug = "money_s3"
    title = "Money S3"

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
                Kind.SALES_ORDER: Scope.KIND,
            },
            numbering={
                Kind.SALES_INVOICE: "FV",
                Kind.CREDIT_NOTE: "FV",
                Kind.SUPPLIER_INVOICE: "FP",
                Kind.SALES_ORDER: "OP",
            },
            number_length=50,
            name_length=50,
        )

    def routes(self) -> Sequence[Route]:
        return [Route("POST", "/import", self.take_in)]

    def credentials(self, base_url: str) -> dict[str, Any]:
        return {"company_id": "87654321", "company_name": self.ledger.company.name}

    def take_in(self, request: Request) -> Response:
        try:
            root = parse_xml(request.body)
        except UnsafeXml as error:
            return _answer(_refused(str(error)))
        if local_name(root) != "MoneyData":
            return _answer(_refused("The root is not MoneyData."))
        unknown = [local_name(each) for each in root if local_name(each) not in LISTS]
        if unknown:
            return _answer(_refused(f"The list {unknown[0]} is not expected."))
        return _answer(self._report(root))

    def _report(self, root: etree._Element) -> etree._Element:
        report = etree.Element("MoneyReport")
        status = etree.SubElement(report, "Status")
        importer = Importer(self.ledger)
        wrong = False
        for name, entry_name in REPORTED.items():
            for listed in root.findall(BANK[0] if name == BANK[1] else name):
                told = etree.SubElement(report, name)
                for entry in listed:
                    fate = importer.take(entry, LISTS[local_name(listed)])
                    wrong = wrong or fate.error is not None
                    told.append(_entry(fate, entry_name))
        status.text = WARNING if wrong else OK
        return report

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return _answer(_refused(error.message))

    def failure(self, request: Request, failure: Failure) -> Response:
        return text_response(failure.detail or failure.reason, failure.status)


def _refused(words: str) -> etree._Element:
    report = etree.Element("MoneyReport")
    etree.SubElement(report, "Status").text = FATAL
    _add_error(report, "SystemError", words)
    return report


def _entry(fate: Fate, name: str) -> etree._Element:
    """Status, reference, errors, lines: in the order of the report's schema."""
    told = etree.Element(name)
    status = etree.SubElement(told, "Status")
    status.text = OK
    if fate.ids:
        reference = etree.SubElement(told, "Reference")
        for name, value in fate.ids.items():
            if value:
                etree.SubElement(reference, "ID", keyName=name).text = value
    if fate.error is not None:
        status.text = FATAL
        _add_error(told, *fate.error)
        return told
    if fate.remark:
        _add_error(told, "other", fate.remark)
    if fate.warnings or fate.remark:
        status.text = WARNING
    for place in range(fate.lines if fate.warnings else 0):
        told.append(_line(fate.warnings.get(place, "")))
    return told


def _line(warning: str) -> etree._Element:
    line = etree.Element("Polozka")
    etree.SubElement(line, "Status").text = WARNING if warning else OK
    if warning:
        card = etree.SubElement(line, "KmKarta")
        etree.SubElement(card, "Status").text = FATAL
        _add_error(card, "CorrelationError", warning)
    return line


def _add_error(element: etree._Element, kind: str, words: str) -> None:
    info = etree.SubElement(element, "ErrorInfo")
    etree.SubElement(info, "ErrorTypeCoded").text = kind
    etree.SubElement(info, "ErrorTypeOther")
    etree.SubElement(info, "ErrorDescription").text = words


def _answer(report: etree._Element) -> Response:
    return Response(body=write_xml(report, pretty=True), content_type=XML)


FACE = MoneyS3
