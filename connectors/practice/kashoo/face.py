"""Kashoo's face: a log-in, tokens in two forms, and one business's records.

Written from old clients and a few pages of the vendor's: it is as strict as what is
known lets it be, and refuses all that nobody has seen. Switches, by
`PATCH /__practice__/company {"settings": {...}}`: `unique_numbers` (a number twice is
refused), `bearer` (that form of the token is taken), `calls_per_token`.
"""

import json
from base64 import b64decode
from binascii import Error as BadBase64
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from ..books import Company, Document, Payment, State
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Integers, Policies, Scope
from ..quotas import Quota
from ..sessions import Sessions
from ..wire import Request, Response, Route, json_response, text_response
from . import refusals, render, shapes, writes
from .refusals import Refused

API = "/api"
USER, PASSWORD = "books@practice.example", "practice-password"
MOST = 100
SEATS, IDLE_SECONDS = 1000, 12 * 3600
LOCKED = "kashoo.locked"
Call = Callable[[Request], Response]


class Kashoo(Face):
    slug = "kashoo"
    title = "Kashoo"
    token_path = r"^/api/authTokens$"  # noqa: S105 - a path
    quotas = (Quota("second", 1, 1, retry_after=True),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.tokens = Sessions(
            ledger.store.now,
            seats=SEATS,
            idle=IDLE_SECONDS,
            name=lambda: str(uuid4()),
        )
        self.used: Counter[str] = Counter()

    @classmethod
    def policies(cls) -> Policies:
        return Policies(ids=Integers(), names=Scope.NONE, numbers={})

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id="123456789", name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget(LOCKED)
        return {
            "user": USER,
            "password": PASSWORD,
            "business_id": self.ledger.company.id,
        }

    def expire_tokens(self) -> None:
        self.tokens.close_all()

    def revoke_grants(self) -> None:
        self.ledger.remember(LOCKED, True)
        self.tokens.close_all()

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("POST", f"{API}/authTokens", self.log_in),
            self._route("GET", "users/me", self.user),
            self._route("GET", "users/me/businesses", self.businesses),
            self._route("POST", "sync", self.sync),
            self._route("GET", "sync/{sync}/contacts/{role}", self.contacts),
            *self._of_business(),
        ]

    def _of_business(self) -> list[Route]:
        routes = [
            self._inside("GET", "contacts/{role}", self.contacts),
            self._inside("POST", "contacts/{role}", self.create_contact),
            self._inside("GET", "accounts", self.accounts),
            self._inside("POST", "accounts", self.create_account),
            self._inside("GET", "taxes", self.taxes),
        ]
        for path in render.KINDS:
            routes += [
                self._inside("GET", f"records/{path}", self._lister(path)),
                self._inside("POST", f"records/{path}", self._creator(path)),
                self._inside("GET", f"records/{path}/{{id}}", self._reader(path)),
                self._inside("PUT", f"records/{path}/{{id}}", self._updater(path)),
                self._inside("DELETE", f"records/{path}/{{id}}", self._remover(path)),
            ]
        for path in writes.PAID:
            one = f"records/{path}/{{id}}"
            routes += [
                self._inside("GET", f"records/{path}", self._payments(path)),
                self._inside("POST", f"records/{path}", self._payer(path)),
                self._inside("DELETE", one, self._unpayer(path)),
            ]
        return routes

    def _inside(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            if request.params["business"] != self.ledger.company.id:
                raise Refused("No access to this business", 403)
            return call(request)

        return self._route(method, f"businesses/{{business}}/{path}", handle)

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            if not self._known(request):
                return json_response({"message": "Authentication required"}, 401)
            try:
                with self.ledger.store.change():
                    return call(request)
            except Refused as error:
                return error.response()

        return Route(method, f"{API}/{path}", handle)

    # --- getting in

    def log_in(self, request: Request) -> Response:
        given = _basic(request.header("Authorization")) or _form(request)
        if given != (USER, PASSWORD) or self.ledger.recall(LOCKED):
            return json_response({"message": "Invalid email or password"}, 401)
        return text_response(self.tokens.open(), content_type="text/plain")

    def _known(self, request: Request) -> bool:
        token = self._token(request.header("Authorization"))
        if not token or not self.tokens.alive(token):
            return False
        self.used[token] += 1
        most = self.ledger.company.extra.get("calls_per_token", 0)
        if most and self.used[token] > most:
            self.tokens.close(token)
            return False
        return True

    def _token(self, header: str) -> str:
        if header.startswith("TOKEN uuid:"):
            return header.removeprefix("TOKEN uuid:")
        if header.startswith("TOKEN json:"):
            return _code_in(header.removeprefix("TOKEN json:"))
        if header.startswith("Bearer ") and self.ledger.company.extra.get("bearer"):
            return header.removeprefix("Bearer ")
        return ""

    # --- calls

    def user(self, request: Request) -> Response:
        return json_response({"id": 1231232, "email": USER})

    def businesses(self, request: Request) -> Response:
        return json_response(render.businesses(self.ledger))

    def sync(self, request: Request) -> Response:
        if request.form().get("business") != self.ledger.company.id:
            raise Refused("No access to this business", 403)
        return json_response({"id": 4711}, 201)

    def contacts(self, request: Request) -> Response:
        role = writes.ROLES.get(request.params["role"])
        if role is None:
            raise Refused("Not found", 404)
        rows = [row for row in self.ledger.parties.in_role(role) if row.active]
        return json_response([render.contact(row) for row in _page(request, rows)])

    def create_contact(self, request: Request) -> Response:
        if request.params["role"] not in writes.ROLES:
            raise Refused("Not found", 404)
        row = writes.create_contact(self.ledger, request.params["role"], request.json())
        return json_response(render.contact(row), 201)

    def accounts(self, request: Request) -> Response:
        rows = [render.account(row) for row in self.ledger.accounts.table]
        if type := request.arg("type"):
            rows = [row for row in rows if row["type"] == type]
        return json_response(list(_page(request, rows)))

    def create_account(self, request: Request) -> Response:
        row = writes.create_account(self.ledger, request.json())
        return json_response(render.account(row), 201)

    def taxes(self, request: Request) -> Response:
        rows = [render.tax(self.ledger, row) for row in self.ledger.tax_codes.table]
        return json_response(list(_page(request, rows)))

    def _lister(self, path: str) -> Call:
        def call(request: Request) -> Response:
            first, last = _window(request)
            rows = [
                row
                for row in self.ledger.documents.of_kind(render.KINDS[path])
                if first <= row.date <= last and render.is_there(row)
            ]
            rows.sort(key=lambda row: (row.date, int(row.id)))
            shown = _page(request, rows)
            return json_response(
                [render.document(self.ledger, row, lines=False) for row in shown]
            )

        return call

    def _creator(self, path: str) -> Call:
        def call(request: Request) -> Response:
            row = writes.create_document(
                self.ledger, render.KINDS[path], request.json()
            )
            return json_response(render.document(self.ledger, row, lines=True), 201)

        return call

    def _reader(self, path: str) -> Call:
        def call(request: Request) -> Response:
            row = self._document(path, request)
            return json_response(render.document(self.ledger, row, lines=True))

        return call

    def _updater(self, path: str) -> Call:
        def call(request: Request) -> Response:
            row = self._document(path, request)
            row = writes.update_document(self.ledger, row, request.json())
            return json_response(render.document(self.ledger, row, lines=True))

        return call

    def _remover(self, path: str) -> Call:
        def call(request: Request) -> Response:
            self.ledger.documents.delete(self._document(path, request).id)
            return Response(status=204)

        return call

    def _document(self, path: str, request: Request) -> Document:
        row = self.ledger.documents.find(request.params["id"])
        kind = render.KINDS[path]
        if row is None or row.kind is not kind or not render.is_there(row):
            raise Refused("Not found", 404)
        return row

    def _payments(self, path: str) -> Call:
        direction, member = writes.PAID[path]

        def call(request: Request) -> Response:
            first, last = _window(request)
            rows = [
                row
                for row in self.ledger.settlements.payments
                if row.direction is direction and first <= row.date <= last
                if row.state is State.POSTED
            ]
            rows.sort(key=lambda row: (row.date, int(row.id)))
            shown = [render.payment(self.ledger, r, member) for r in rows]
            return json_response(list(_page(request, shown)))

        return call

    def _payer(self, path: str) -> Call:
        _, member = writes.PAID[path]

        def call(request: Request) -> Response:
            row = writes.create_payment(self.ledger, path, request.json())
            return json_response(render.payment(self.ledger, row, member), 201)

        return call

    def _unpayer(self, path: str) -> Call:
        direction, _ = writes.PAID[path]

        def call(request: Request) -> Response:
            row: Payment | None = self.ledger.settlements.payments.find(
                request.params["id"]
            )
            if row is None or row.direction is not direction:
                raise Refused("Not found", 404)
            self.ledger.settlements.delete(row.id)
            return Response(status=204)

        return call

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.refused(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        words = {"body": "The body is not JSON", "not_found": "Not found"}
        message = words.get(failure.reason, "Something went wrong")
        return json_response({"message": message}, failure.status)


def _basic(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    try:
        told = b64decode(header.removeprefix("Basic ")).decode()
    except (BadBase64, UnicodeDecodeError):
        return None
    user, _, password = told.partition(":")
    return user, password


def _form(request: Request) -> tuple[str, str]:
    given = request.form()
    return given.get("email", ""), given.get("password", "")


def _code_in(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    return str(found.get("authenticationCode", "")) if isinstance(found, dict) else ""


def _window(request: Request) -> tuple[Any, Any]:
    first = shapes.asked_day(request.arg("startDate"))
    last = shapes.asked_day(request.arg("endDate"))
    if first is None or last is None:
        raise Refused("startDate and endDate are needed")
    return first, last


def _page(request: Request, rows: Sequence[Any]) -> Sequence[Any]:
    limit, offset = request.arg("limit", "100"), request.arg("offset", "0")
    if not (limit.isdigit() and offset.isdigit()):
        raise Refused("limit and offset are numbers")
    begin = int(offset)
    return rows[begin : begin + min(int(limit), MOST)]
