"""AccountEdge in small. `POST /import` takes an import file, as the Import Data window
does, and answers its log. `POST /export` takes the same file and answers what one would
export to see whether it is there; `GET /lists/{name}` answers the lists to begin with.

Books in GBP. Duplicates are rejected, cards must be there before transactions name
them, and a heading that the window does not know is refused, since nobody is there to
match it by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..books import Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..policies import Policies, Scope
from ..wire import Request, Response, Route, text_response
from . import exports
from .columns import MARKS, columns
from .importer import VENDOR, Fate, Group, Importer

CODE_PAGE = "cp1252"
TITLE = "AccountEdge import log"
# Fields of exports can be matched as well; what stands in them is left out.
ALSO_OFFERED = {
    *(*exports.SALE, *exports.PURCHASE),
    *(*exports.RECEIPT, *exports.BILL_PAYMENT, *exports.CARD),
}


class BadFile(Exception):
    """The whole file is refused; the text is for the log."""


class AccountEdge(Face):
    slug = "accountedge"
    title = "AccountEdge"

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
            },
            number_length=20,
            name_length=50,
        )

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", "/import", self.take_in),
            Route("POST", "/export", self.export),
            Route("GET", "/lists/{name}", self.list_out),
        ]

    def credentials(self, base_url: str) -> dict[str, Any]:
        return {
            "company_name": self.ledger.company.name,
            "deposit_account": "1200",
        }

    def take_in(self, request: Request) -> Response:
        try:
            kind, groups = _read(request.body)
        except BadFile as error:
            return _text([TITLE, f"Error: {error} Nothing was imported."])
        importer = Importer(self.ledger)
        return _text(_log([importer.take(kind, group) for group in groups]))

    def export(self, request: Request) -> Response:
        try:
            kind, groups = _read(request.body)
        except BadFile as error:
            return _text([TITLE, f"Error: {error}"])
        notes = groups[0][0].get("Notes", "") if groups else ""
        rows = exports.of_kind(self.ledger, kind, vendors=notes.startswith(VENDOR))
        return _text("\t".join(row) for row in rows)

    def list_out(self, request: Request) -> Response:
        rows = exports.listed(self.ledger, request.params["name"])
        if rows is None:
            return text_response("No such list.", 404)
        return _text("\t".join(row) for row in rows)

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return _text([TITLE, f"Error: {error.message}"])

    def failure(self, request: Request, failure: Failure) -> Response:
        return text_response(failure.detail or failure.reason, failure.status)


def _read(body: bytes) -> tuple[str, list[Group]]:
    """Tabs or commas, by the header record."""
    lines = body.decode(CODE_PAGE, "replace").split("\r\n")
    tab = "\t" if "\t" in lines[0] else ","
    headings = _cells(lines[0], tab)
    kind = next((k for mark, k in MARKS.items() if mark in headings), "")
    if not kind:
        raise BadFile("The first record does not name the fields.")
    known = columns(kind).keys() | ALSO_OFFERED
    if odd := [each for each in headings if each not in known]:
        raise BadFile(f"The field {odd[0]!r} cannot be matched.")
    rows = [_cells(line, tab) for line in lines[1:]]
    return kind, list(_groups(kind, headings, rows))


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "\t":
        return line.split("\t")
    cells, quoted, cell = [], False, ""
    for letter in line:
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            cells.append(cell)
            cell = ""
        else:
            cell += letter
    return [*cells, cell]


def _groups(
    kind: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[Group]:
    """A blank line ends a transaction; a card is one line."""
    group: list[dict[str, str]] = []
    for row in rows:
        if any(row):
            group.append(dict(zip(headings, row, strict=False)))
        if group and (kind == "card" or not any(row)):
            yield group
            group = []
    if group:
        yield group


def _log(fates: Sequence[Fate]) -> Iterator[str]:
    wrong = [each for each in fates if each.error]
    yield TITLE
    yield f"Records imported: {len(fates) - len(wrong)}"
    yield f"Records skipped: {len(wrong)}"
    for each in fates:
        if each.error or each.warning:
            yield ""
            yield f"Error: {each.error}" if each.error else f"Warning: {each.warning}"
            yield "\t".join(each.row.values())


def _text(lines: Iterable[str]) -> Response:
    text = "".join(f"{line}\r\n" for line in lines)
    return Response(
        body=text.encode(CODE_PAGE, "replace"),
        content_type=f"text/plain; charset={CODE_PAGE}",
    )


FACE = AccountEdge
