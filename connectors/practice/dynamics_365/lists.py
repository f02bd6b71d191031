"""The lists of a company, and how they are asked for."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

from .. import odata
from ..books import Document, Party
from ..ledger import Ledger
from ..wire import Request, Response, json_response
from . import journals, render, subscriptions
from .names import CORRECTED_IN, FIELDS, JOURNALS, PARTIES, SETS
from .refusals import Refused

LARGEST_PAGE = 20_000
Row = dict[str, Any]
Rows = Callable[[], Iterable[Row]]
_OR = re.compile(r"\bor\b")
_COMPARED = re.compile(r"(?:\w+\()?(\w+)(?:,'[^']*'\)| (?:eq|ne|gt|ge|lt|le) )")
_EQUALS = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
# Of codes and names; a longer one in a question is refused.
_LONGEST = {
    "number": 20,
    "documentNumber": 20,
    "code": 10,
    "displayName": 100,
    "externalDocumentNumber": 35,
    "vendorInvoiceNumber": 35,
}


class Lists:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def companies(self) -> Iterator[Row]:
        yield render.company(self.ledger)

    def subscriptions(self) -> list[Row]:
        return subscriptions.rows(self.ledger)

    def sources(self) -> dict[str, Rows]:
        books = self.ledger
        sources: dict[str, Rows] = {
            "companyInformation": lambda: [render.company_information(books)],
            "generalLedgerSetup": lambda: [render.setup(books)],
            "currencies": lambda: (
                render.currency(books, code) for code in books.company.currencies
            ),
            "accounts": lambda: map(render.account, books.accounts.table),
            "taxGroups": lambda: map(render.tax_group, books.tax_codes.table),
            "items": lambda: (render.item(books, row) for row in books.items.table),
            "generalLedgerEntries": lambda: render.entries(books),
        }
        for name in PARTIES:
            sources[name] = self._parties(name)
        for name in SETS:
            sources[name] = self._documents(name)
        for name in JOURNALS:
            sources[name] = self._journals(name)
        return sources

    def _parties(self, name: str) -> Rows:
        role = PARTIES[name]
        return lambda: (
            render.party(row, role) for row in self.ledger.parties.in_role(role)
        )

    def _documents(self, name: str) -> Rows:
        kind = SETS[name].kind

        def rows() -> Iterable[Row]:
            for row in self.ledger.documents.of_kind(kind, *CORRECTED_IN):
                if row.kind is kind:
                    yield render.document(self.ledger, row)
                if "corrective" in row.extra and CORRECTED_IN[row.kind] == name:
                    yield render.corrective(self.ledger, row)

        return rows

    def _journals(self, name: str) -> Rows:
        return lambda: journals.rows(self.ledger, name)

    def page(self, request: Request, name: str, rows: list[Row]) -> Response:
        fields = self.fields(name, rows)
        asked, picked = request.arg("$filter"), request.arg("$select")
        _require_one_field(asked)
        _require_fitting(asked)
        try:
            odata.selected({}, picked, fields)
            _require_expandable(name, request.arg("$expand"))
            test = odata.filtered(asked, fields)
            fitting = [row for row in rows if test(row)]
            kept = odata.ordered(fitting, request.arg("$orderby"), fields)
            skip, size = int(request.arg("$skip", "0")), _page_size(request)
            kept = kept[: int(request.arg("$top", "0")) or None]
            page = [
                self.expanded(request, name, row, odata.selected(row, picked, fields))
                for row in kept[skip : skip + size]
            ]
        except (odata.BadQuery, ValueError) as error:
            raise Refused(str(error), code="BadRequest") from error
        body: Row = {"value": page}
        if skip + size < len(kept):
            body["@odata.nextLink"] = _next(request, skip + size)
        return json_response(body)

    def fields(self, name: str, rows: list[Row]) -> set[str]:
        """What a row of the set has; of an empty set too."""
        if rows:
            row = rows[0]
        elif name in SETS:
            nobody = Document(kind=SETS[name].kind, party="", date=self.ledger.today())
            row = render.document(self.ledger, nobody)
        elif name in PARTIES:
            row = render.party(Party(name=""), PARTIES[name])
        else:
            return FIELDS.get(name, set())
        return {field for field in row if not field.startswith("@")}

    def expanded(self, request: Request, name: str, row: Row, shown: Row) -> Row:
        """With the lines, where they were asked for."""
        wanted = request.arg("$expand")
        if not wanted:
            return shown
        _require_expandable(name, wanted)
        found = self.ledger.documents.find(row["id"])
        lines = render.lines(self.ledger, found) if found else []
        return shown | {wanted: lines}


def _require_expandable(name: str, wanted: str) -> None:
    if wanted and (name not in SETS or wanted != SETS[name].lines):
        raise odata.BadQuery(f"Could not find a property named '{wanted}'.")


def _require_one_field(asked: str) -> None:
    """Of what is joined by "or"."""
    for group in re.split(r"\band\b|[()]", asked):
        if _OR.search(group) and len(set(_COMPARED.findall(group))) > 1:
            message = "The 'OR' operator is not supported on distinct fields."
            raise Refused(message, code="BadRequest")


def _require_fitting(asked: str) -> None:
    for field, value in _EQUALS.findall(asked):
        longest = _LONGEST.get(field, len(value))
        if len(value.replace("''", "'")) > longest:
            raise Refused(
                f"The length of the string must be at most {longest} characters.",
                code="Application_StringExceededLength",
            )


def _page_size(request: Request) -> int:
    for part in request.header("Prefer").split(","):
        name, _, value = part.strip().partition("=")
        if name in ("odata.maxpagesize", "maxpagesize") and value.isdigit():
            return min(int(value), LARGEST_PAGE)
    return LARGEST_PAGE


def _next(request: Request, skip: int) -> str:
    kept = [(key, value[0]) for key, value in request.query.items() if key != "$skip"]
    pairs = [*kept, ("$skip", str(skip))]
    query = "&".join(f"{key}={quote(value)}" for key, value in pairs)
    return f"{request.base_url}{request.path}?{query}"
