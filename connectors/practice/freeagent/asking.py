"""Which rows of a list are answered, and on which page."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from ..books import Document, Party, Payment, Record, State
from ..ledger import Ledger
from ..wire import Request, Response, json_response
from . import render
from .documents import id_of
from .refusals import Refused

PER_PAGE, MOST = 25, 100
T = TypeVar("T")


def answer(
    request: Request, name: str, rows: Sequence[T], show: Callable[[T], Any]
) -> Response:
    """One page, with the vendor's headers. Raises `Refused`."""
    page = _number(request, "page", 1)
    size = min(_number(request, "per_page", PER_PAGE), MOST)
    shown = [show(row) for row in rows[(page - 1) * size : page * size]]
    response = json_response({name: shown})
    links = [("X-Total-Count", str(len(rows)))]
    if page * size < len(rows):
        links.append(("Link", f"<{_page(request, page + 1)}>; rel='next'"))
    return response.with_headers(*links)


def documents(ledger: Ledger, path: str, request: Request) -> Iterator[Document]:
    since = _moment(request)
    contact = id_of(request.arg("contact"), "contacts")
    start, end = _day(request, "from_date"), _day(request, "to_date")
    for row in ledger.documents.of_kind(render.KINDS[path]):
        fits = not contact or row.party == contact
        dated = (not start or row.date >= start) and (not end or row.date <= end)
        if fits and dated and _newer(row, since) and _viewed(row, request):
            yield row


def _viewed(row: Document, request: Request) -> bool:
    view = request.arg("view", "all")
    if view == "draft":
        return row.state is State.DRAFT
    if view in ("open", "open_or_overdue", "recent_open_or_overdue", "overdue"):
        return row.state is State.POSTED and bool(row.balance)
    return True


def contacts(ledger: Ledger, request: Request) -> list[Party]:
    since, view = _moment(request), request.arg("view", "active")
    rows = [row for row in ledger.parties.table if _newer(row, since)]
    if view == "active":
        rows = [row for row in rows if row.active]
    if request.arg("sort") == "name":
        rows.sort(key=lambda row: row.name.casefold())
    return rows


def payments(ledger: Ledger, request: Request) -> Iterator[Payment]:
    """Of one bank account, which must be named."""
    bank = id_of(request.arg("bank_account"), "bank_accounts")
    if not bank:
        raise Refused("bank_account can't be blank", status=400)
    since = _moment(request)
    start, end = _day(request, "from_date"), _day(request, "to_date")
    for row in ledger.settlements.payments:
        dated = (not start or row.date >= start) and (not end or row.date <= end)
        live = row.state is State.POSTED
        if row.account == bank and dated and live and _newer(row, since):
            yield row


def _newer(row: Record, since: dt.datetime | None) -> bool:
    return since is None or row.updated_at >= since


def _moment(request: Request) -> dt.datetime | None:
    told = request.arg("updated_since")
    try:
        return dt.datetime.fromisoformat(told) if told else None
    except ValueError as error:
        raise Refused("updated_since is not a time", status=400) from error


def _day(request: Request, name: str) -> dt.date | None:
    told = request.arg(name)
    try:
        return dt.date.fromisoformat(told) if told else None
    except ValueError as error:
        raise Refused(f"{name} is not a date", status=400) from error


def _number(request: Request, name: str, usual: int) -> int:
    told = request.arg(name, str(usual))
    if not told.isdigit() or told == "0":
        raise Refused(f"{name} is not a number", status=400)
    return int(told)


def _page(request: Request, page: int) -> str:
    query = {name: values[0] for name, values in request.query.items()}
    return f"{request.base_url}{request.path}?{urlencode(query | {'page': page})}"
