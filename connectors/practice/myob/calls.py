"""What each path of a company file does."""

from collections.abc import Callable
from typing import Any

from .. import books
from ..books import Role
from ..wire import Request, Response, json_response
from . import asking, cards, documents, payments
from .linking import layout_of
from .refusals import not_there
from .render import Renderer

Call = Callable[[Request, Renderer], Response]


def preferences(request: Request, render: Renderer) -> Response:
    return json_response(render.preferences())


def accounts(request: Request, render: Renderer) -> Response:
    balances = render.ledger.account_balances()
    rows = [render.account(row, balances) for row in render.ledger.accounts.table]
    return asking.answer(request, rows)


def tax_codes(request: Request, render: Renderer) -> Response:
    rows = [render.tax_code(row) for row in render.ledger.tax_codes.table]
    return asking.answer(request, rows)


def items(request: Request, render: Renderer) -> Response:
    return asking.answer(request, [render.item(i) for i in render.ledger.items.table])


def list_cards(role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        rows = render.ledger.parties.in_role(role)
        return asking.answer(request, [render.card(row, role) for row in rows])

    return call


def one_card(role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = render.ledger.parties.find(request.params["uid"])
        if row is None or role not in row.roles:
            raise not_there()
        return json_response(render.card(row, role))

    return call


def create_card(path: str, role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = cards.create(render.ledger, path, request.json())
        return _made(request, render.card(row, role))

    return call


def list_documents(path: str, layout: str = "") -> Call:
    """Of one layout with lines, of all of them without."""

    def call(request: Request, render: Renderer) -> Response:
        rows = [
            render.document(row, lines=bool(layout))
            for row in documents.rows(render.ledger, path)
            if layout in ("", layout_of(row))
        ]
        return asking.answer(request, rows)

    return call


def of_layout(path: str, layout: str) -> list[tuple[str, str, Call]]:
    def found(request: Request, render: Renderer) -> books.Document:
        for row in documents.rows(render.ledger, path):
            if (row.id, layout_of(row)) == (request.params["uid"], layout):
                return row
        raise not_there()

    def one(request: Request, render: Renderer) -> Response:
        return json_response(render.document(found(request, render), lines=True))

    def create(request: Request, render: Renderer) -> Response:
        sent = documents.parsed(path, layout, request.json())
        row = documents.create(render.ledger, path, layout, sent)
        return _made(request, render.document(row, lines=True))

    def update(request: Request, render: Renderer) -> Response:
        now = found(request, render)
        sent = documents.parsed(path, layout, request.json())
        row = documents.update(render.ledger, path, layout, now, sent)
        return _changed(request, render.document(row, lines=True))

    def delete(request: Request, render: Renderer) -> Response:
        documents.delete(render.ledger, found(request, render))
        return Response(status=200)

    return [
        ("GET", "", list_documents(path, layout)),
        ("POST", "", create),
        ("GET", "/{uid}", one),
        ("PUT", "/{uid}", update),
        ("DELETE", "/{uid}", delete),
    ]


def list_payments(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        rows = payments.rows(render.ledger, path)
        return asking.answer(request, [render.payment(path, row) for row in rows])

    return call


def _paid(path: str, request: Request, render: Renderer) -> books.Payment:
    for row in payments.rows(render.ledger, path):
        if row.id == request.params["uid"]:
            return row
    raise not_there()


def one_payment(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        return json_response(render.payment(path, _paid(path, request, render)))

    return call


def pay(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = payments.create(render.ledger, path, request.json())
        return _made(request, render.payment(path, row))

    return call


def end_payment(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = _paid(path, request, render)
        render.ledger.settlements.delete(row.id)
        return Response(status=200)

    return call


def settle(request: Request, render: Renderer) -> Response:
    id, on = payments.settle(render.ledger, request.json())
    return _made(request, render.settlement(id, on))


def _made(request: Request, body: dict[str, Any]) -> Response:
    """Without being asked, MYOB tells only where the new record is."""
    where = ("Location", str(body["URI"]))
    if request.arg("returnBody") != "true":
        return Response(status=201).with_headers(where)
    return json_response(body, 201).with_headers(where)


def _changed(request: Request, body: dict[str, Any]) -> Response:
    if request.arg("returnBody") != "true":
        return Response(status=200)
    return json_response(body)
