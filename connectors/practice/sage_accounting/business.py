"""One business behind the face: its lists, and which rows of them are answered."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..books import AccountType, Document, Party, Payment, Record, State
from ..ledger import Ledger
from ..wire import Request
from . import render
from .refusals import Refused

Json = dict[str, Any]
SHORT = ("id", "displayed_as", "$path")
LARGEST_PAGE = 200


class Business:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def listed(self, path: str, request: Request) -> Json:
        """The frame with the rows of one page. Raises `Refused`."""
        with self.ledger.store.lock:
            rows, show = self._table(path, request)
            chosen = [row for row in rows if _wanted(row, request)]
            page, size = _number(request, "page", 1), _size(request)
            shown = [show(row) for row in chosen[(page - 1) * size : page * size]]
        if request.arg("attributes") != "all":
            shown = [{name: row[name] for name in SHORT} for row in shown]
        more = page * size < len(chosen)
        return {
            "$total": len(chosen),
            "$page": page,
            "$next": _link(path, page + 1, size) if more else None,
            "$back": _link(path, page - 1, size) if page > 1 else None,
            "$itemsPerPage": size,
            "$items": shown,
        }

    def _table(
        self, path: str, request: Request
    ) -> tuple[Iterable[Any], Callable[[Any], Json]]:
        ledger = self.ledger
        if path in render.KINDS:
            rows = ledger.documents.table.all_rows()
            kind = render.KINDS[path]
            chosen = (row for row in rows if row.kind is kind)
            return chosen, lambda row: render.document(ledger, row)
        if path == "contacts":
            return ledger.parties.table.all_rows(), render.contact
        if path == "contact_payments":
            paid = ledger.settlements.payments.all_rows()
            live = (row for row in paid if row.state is not State.VOID or row.deleted)
            return live, lambda row: render.payment(ledger, row)
        return self._master(path)

    def _master(self, path: str) -> tuple[Iterable[Any], Callable[[Any], Json]]:
        ledger = self.ledger
        if path == "ledger_accounts":
            return ledger.accounts.table, render.ledger_account
        if path == "bank_accounts":
            rows = ledger.accounts.table
            banks = [row for row in rows if row.type is AccountType.BANK]
            return banks, render.bank_account
        if path == "products":
            return ledger.items.table, lambda row: render.product(ledger, row)
        codes = [*ledger.tax_codes.table, None]
        return codes, lambda row: render.tax_rate(ledger, row)

    def settings(self) -> Json:
        company = self.ledger.company
        body: Json = {
            "$path": "/financial_settings",
            "base_currency": render.base(
                company.currency, company.currency, "currencies"
            ),
            "multi_currency_enabled": len(company.currencies) > 1,
        }
        if company.closed_until:
            body["year_end_lockdown_date"] = company.closed_until.isoformat()
        return body

    def described(self) -> Json:
        company = self.ledger.company
        return {
            "id": company.id,
            "displayed_as": company.name,
            "name": company.name,
            "country": {"id": company.country, "displayed_as": company.country},
            "is_demo": True,
        }


def _wanted(row: Record | None, request: Request) -> bool:
    """None is the tax rate of no tax, which no filter is for."""
    if row is None:
        return True
    deleted_since = request.arg("deleted_since")
    if bool(deleted_since) != row.deleted:
        return False
    if deleted_since and row.updated_at <= _moment(deleted_since):
        return False
    since = request.arg("updated_or_created_since")
    if since and row.updated_at < _moment(since):
        return False
    return all(fits(row, request) for fits in (_in_search, _of_type, _in_period))


def _in_search(row: Record, request: Request) -> bool:
    told = request.arg("search").casefold()
    return not told or any(told in text.casefold() for text in _texts(row))


def _texts(row: Record) -> Iterator[str]:
    for name in ("name", "code", "number", "reference", "company_number"):
        yield str(getattr(row, name, ""))


def _of_type(row: Record, request: Request) -> bool:
    told = request.arg("contact_type_id")
    if not told or not isinstance(row, Party):
        return True
    return told in {render.CONTACT_TYPES[role] for role in row.roles}


def _in_period(row: Record, request: Request) -> bool:
    if not isinstance(row, Document | Payment):
        return True
    start, end = _day(request, "from_date"), _day(request, "to_date")
    contact = request.arg("contact_id")
    fits = not contact or row.party == contact
    return fits and (not start or row.date >= start) and (not end or row.date <= end)


def _moment(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text} is not a date and time", status=400) from error
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


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


def _size(request: Request) -> int:
    return min(_number(request, "items_per_page", 20), LARGEST_PAGE)


def _link(path: str, page: int, size: int) -> str:
    return f"/{path}?page={page}&items_per_page={size}"
