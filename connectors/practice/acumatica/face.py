"""Acumatica's face: two ways in, and the contract-based REST API.

The site lies in a virtual directory, as many do. A PUT makes or changes a record, a
POST only acts: releasing answers 202, and its progress has an address of its own.
"""

import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from .. import odata
from ..books import Company, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Policies, Prefixed, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..sessions import NoSeat, Sessions
from ..wire import Request, Response, Route, json_response
from . import refusals, render, writes
from .names import FIELDS, KEYS
from .refusals import Refused

SITE = "/Practice"
ENTITY = f"{SITE}/entity"
ENDPOINT = "Default/24.200.001"
ROOT = f"{ENTITY}/{ENDPOINT}"
USER, PASSWORD = "admin", "practice-password"
CLIENT, CLIENT_SECRET = "practice-client@Practice", "practice-client-secret"
SEATS, IDLE_SECONDS = 2, 20 * 60
METHOD = "CHECK"
Row = dict[str, Any]
DOCUMENTS = tuple(writes.KINDS)
PARTIES = tuple(writes.ROLES)
PAYMENTS = tuple(writes.DIRECTIONS)
_MOMENT = re.compile(r"datetimeoffset'([^']*)'")


class Acumatica(Face):
    slug = "acumatica"
    title = "Acumatica"
    token_path = r"/(auth/login|connect/token)$"  # noqa: S105 - a path
    quotas = (Quota("minute", 50, 60, path=r"/entity/", retry_after=True),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.sessions = Sessions(ledger.store.now, seats=SEATS, idle=IDLE_SECONDS)
        # Actions under way: how often they were asked after, and what became of them.
        self._jobs: dict[str, tuple[int, Response]] = {}

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Prefixed({"parties": "BP"}),
            names=Scope.NONE,
            numbers={},
            tax=TaxPolicy(per=RoundPer.CODE),
            number_length=40,
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=name, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget("acumatica.locked")
        return {
            "base_url": f"{base_url}{SITE}",
            "tenant": self.ledger.company.id,
            "user": USER,
            "password": PASSWORD,
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "home_currency": self.ledger.company.currency,
        }

    def sample(self) -> dict[str, str]:
        books = self.ledger
        kept = super().sample()
        codes = ("account", "expense_account", "bank")
        return kept | {
            "item": books.items.get(kept["item"]).code,
            "tax_code": books.tax_codes.get(kept["tax_code"]).code,
            **{name: books.accounts.get(kept[name]).code for name in codes},
        }

    # --- routes

    def routes(self) -> list[Route]:
        inside = self._inside
        routes = [
            Route("POST", f"{ENTITY}/auth/login", self.log_in),
            Route("POST", f"{ENTITY}/auth/logout", self.log_out),
            Route("POST", f"{SITE}/identity/connect/token", self.token),
            Route("GET", ENTITY, inside(self.site)),
        ]
        for name in self._sources():
            path = f"{ROOT}/{name}"
            progress = f"{path}/{{action}}/status/{{job}}"
            routes += [
                Route("GET", progress, inside(self.progress)),
                Route("POST", f"{path}/{{action}}", inside(self._act(name))),
                Route("GET", f"{path}/{{keys:path}}", inside(self._one(name))),
                Route("GET", path, inside(self._many(name))),
                Route("PUT", path, inside(self._put(name))),
                Route("POST", path, inside(self.not_by_post)),
            ]
        return routes

    def _inside(self, handle: Callable[[Request], Response]) -> Any:
        def guarded(request: Request) -> Response:
            if not self.sessions.alive(_session(request)):
                return refusals.message("You are not logged in.", 401)
            return handle(request)

        return guarded

    # --- getting in

    def log_in(self, request: Request) -> Response:
        sent = request.json()
        given = sent if isinstance(sent, dict) else {}
        tenant = given.get("tenant", given.get("company", self.ledger.company.id))
        if not self._lets_in(given.get("name"), given.get("password"), tenant):
            said = "Invalid credentials. Please try again."
            return refusals.http_error(said, status=500, kind="PX.Data.PXException")
        try:
            session = self.sessions.open()
        except NoSeat:
            return refusals.http_error("API Login Limit", status=429)
        return Response(status=204).with_headers(
            ("Set-Cookie", f".ASPXAUTH={session}; path={SITE}; HttpOnly"),
            ("Set-Cookie", f"ASP.NET_SessionId={secrets.token_hex(12)}; path=/"),
            ("Set-Cookie", "UserBranch=16; expires=Thu, 01-Jan-2037 00:00:00 GMT"),
        )

    def token(self, request: Request) -> Response:
        sent = request.form()
        client = (sent.get("client_id"), sent.get("client_secret"))
        known = client == (CLIENT, CLIENT_SECRET)
        tenant = self.ledger.company.id
        if not known or not self._lets_in(
            sent.get("username"), sent.get("password"), tenant
        ):
            return json_response({"error": "invalid_grant"}, 400)
        try:
            session = self.sessions.open()
        except NoSeat:
            return refusals.http_error("API Login Limit", status=429)
        body = {"access_token": session, "token_type": "Bearer", "expires_in": 3600}
        return json_response(body)

    def _lets_in(self, user: object, password: object, tenant: object) -> bool:
        right = (user, password, tenant) == (USER, PASSWORD, self.ledger.company.id)
        return right and not self.ledger.recall("acumatica.locked")

    def log_out(self, request: Request) -> Response:
        self.sessions.close(_session(request))
        return Response(status=204)

    def site(self, request: Request) -> Response:
        body = {
            "version": {"acumaticaBuildVersion": "24.200.0100"},
            "endpoints": [{"name": "Default", "version": "24.200.001"}],
        }
        return json_response(body)

    # --- reads

    def _sources(self) -> dict[str, Callable[[], Iterable[Row]]]:
        books = self.ledger
        sources: dict[str, Callable[[], Iterable[Row]]] = {
            "Account": lambda: map(render.account, books.accounts.table),
            "TaxCategory": lambda: map(render.category, books.tax_codes.table),
            "Tax": lambda: map(render.tax, books.tax_rates.table),
            "NonStockItem": lambda: (render.item(books, i) for i in books.items.table),
            "PaymentMethod": lambda: [render.method(books, METHOD)],
            "Ledger": lambda: [render.main_ledger(books)],
        }
        for name, role in writes.ROLES.items():
            sources[name] = self._parties(role)
        for name in DOCUMENTS:
            sources[name] = self._documents(name)
        for name in PAYMENTS:
            sources[name] = self._payments(name)
        return sources

    def _parties(self, role: Role) -> Callable[[], Iterable[Row]]:
        books = self.ledger.parties
        return lambda: (render.party(row, role) for row in books.in_role(role))

    def _documents(self, name: str) -> Callable[[], Iterable[Row]]:
        kinds = writes.KINDS[name].values()

        def rows() -> Iterable[Row]:
            for row in self.ledger.documents.of_kind(*kinds):
                yield render.document(row, name)

        return rows

    def _payments(self, name: str) -> Callable[[], Iterable[Row]]:
        def rows() -> Iterable[Row]:
            for row in self.ledger.settlements.payments:
                if row.direction is writes.DIRECTIONS[name]:
                    yield render.payment(self.ledger, row, name)
            for saved in writes.saved_payments(self.ledger, name):
                yield render.saved_payment(name, saved)

        return rows

    def _many(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            rows = list(self._sources()[name]())
            fields = set(rows[0]) if rows else set(FIELDS.get(name, ()))
            asked = _MOMENT.sub(r"\1", request.arg("$filter"))
            try:
                test = odata.filtered(asked, fields)
            except odata.BadQuery as error:
                raise Refused(str(error), status=400) from error
            kept = [row for row in rows if test(_flat(row))]
            skip = int(request.arg("$skip", "0"))
            top = int(request.arg("$top", "0")) or len(kept)
            page = kept[skip : skip + top]
            expand = _expand(request)
            whole = (self._whole(name, row, expand) for row in page)
            return json_response([render.wrapped(row, expand) for row in whole])

        return handle

    def _one(self, name: str) -> Callable[[Request], Response]:
        """By id, or by the values of the keys."""

        def handle(request: Request) -> Response:
            asked = [unquote(part) for part in request.params["keys"].split("/")]
            expand = _expand(request)
            for row in self._sources()[name]():
                keys = [str(row.get(key)) for key in KEYS.get(name, ())]
                if asked in (keys, [row["id"]]):
                    whole = self._whole(name, row, expand)
                    return json_response(render.wrapped(whole, expand))
            return refusals.message("No entity satisfies the condition.", 404)

        return handle

    def _whole(self, name: str, row: Row, expand: set[str]) -> Row:
        """A document with its rows, where they were asked for."""
        if name not in DOCUMENTS or "Details" not in expand:
            return row
        keys = row["Type"], row["ReferenceNbr"]
        found = writes.document_of(self.ledger, name, *keys)
        return render.whole(self.ledger, found, name)

    # --- writes

    def not_by_post(self, request: Request) -> Response:
        return refusals.message("The requested resource does not support POST.", 406)

    def _put(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            body = request.json()
            try:
                with self.ledger.store.change():
                    row = self._written(request, name, body)
            except LedgerError as error:
                party = writes.PARTY_MEMBERS.get(name, name)
                return refusals.of_error(error, body, party)
            if row is None:
                return refusals.message("The record already exists.", 412)
            return json_response(render.wrapped(row, _expand(request)))

        return handle

    def _written(self, request: Request, name: str, body: Any) -> Row | None:
        books = self.ledger
        if name in DOCUMENTS:
            made = writes.put_document(books, name, body)
            return render.whole(books, made, name)
        if name in PARTIES:
            create_only = request.header("If-None-Match") == "*"
            party = writes.put_party(books, name, body, create_only=create_only)
            return render.party(party, writes.ROLES[name]) if party else None
        if name in PAYMENTS:
            saved = writes.put_payment(books, name, body)
            if "memo" in saved:
                memo = books.documents.get(saved["memo"])
                number = render.number_of(memo)
                return {"Type": "Credit Memo", "ReferenceNbr": number}
            return render.saved_payment(name, saved)
        raise Refused("This entity is read only on this ledger.", status=400)

    def _act(self, name: str) -> Callable[[Request], Response]:
        """What goes wrong is told where the progress is."""

        def handle(request: Request) -> Response:
            action = request.params["action"]
            word, number = _entity_keys(request.json())
            try:
                with self.ledger.store.change():
                    self._acted(name, action, word, number)
                outcome = Response(status=204)
            except LedgerError as error:
                outcome = refusals.of_error(error)
            job = str(uuid.uuid4())
            self._jobs[job] = (0, outcome)
            place = f"{ROOT}/{name}/{action}/status/{job}"
            return Response(status=202).with_headers(("Location", place))

        return handle

    def _acted(self, name: str, action: str, word: str, number: str) -> None:
        if name in DOCUMENTS and action == f"Release{name}":
            writes.release_document(self.ledger, name, word, number)
        elif name in PAYMENTS and action == f"Release{name}":
            writes.release_payment(self.ledger, name, word, number)
        elif name in PAYMENTS and action == f"Void{name}":
            writes.void_payment(self.ledger, name, number)
        else:
            raise Refused(f"The action {action} is not known.", status=400)

    def progress(self, request: Request) -> Response:
        job = request.params["job"]
        if job not in self._jobs:
            return refusals.message("No such operation.", 404)
        asked, outcome = self._jobs[job]
        self._jobs[job] = (asked + 1, outcome)
        if not asked:
            return Response(status=202).with_headers(("Location", request.path))
        return outcome

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_error(error)

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.reason == "body":
            return refusals.message(f"The request is invalid: {failure.detail}", 400)
        if failure.reason in ("not_found", "method"):
            return refusals.message("No HTTP resource was found.", failure.status)
        return refusals.http_error(
            "The operation failed.", status=failure.status, kind="System.Exception"
        )

    def expire_tokens(self) -> None:
        self.sessions.close_all()

    def revoke_grants(self) -> None:
        self.ledger.remember("acumatica.locked", True)
        self.sessions.close_all()


def _session(request: Request) -> str:
    kind, _, token = request.header("Authorization").partition(" ")
    if kind == "Bearer":
        return token
    pairs = (c.strip().partition("=") for c in request.header("Cookie").split(";"))
    cookies = {name: value for name, _, value in pairs}
    return cookies.get(".ASPXAUTH", "") if "ASP.NET_SessionId" in cookies else ""


def _expand(request: Request) -> set[str]:
    return {part.strip() for part in request.arg("$expand").split(",")}


def _flat(row: Row) -> Row:
    return {name: render.plain(value) for name, value in row.items()}


def _entity_keys(body: Any) -> tuple[str, str]:
    entity = body.get("entity") if isinstance(body, dict) else None
    if not isinstance(entity, dict):
        raise Refused("An entity is needed.", status=400)
    told = [entity.get(name) for name in ("Type", "ReferenceNbr")]
    if not all(isinstance(each, dict) for each in told):
        raise Refused("Type and ReferenceNbr are needed.", status=400)
    word, number = (str(each.get("value")) for each in told if isinstance(each, dict))
    return word, number
