"""MYOB's face: consent, tokens of twenty minutes, and the API v2 of one company file.

An invoice is posted as it arrives; a credit is one of negative amounts. Paths may end
in a slash, as some clients write them. The company's `settings` of the control API:
`file_user` and `file_password` (the file has a user of its own), `must_be_reversed`
(nothing is changed or deleted), `duplicate_numbers` (a number may be taken twice).
"""

import uuid
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from .. import books
from ..books import Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Grant, OAuthRules, OAuthServer, Previous, TokenRefused
from ..policies import Guids, Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response
from . import cards, documents, lists, payments, refusals
from .linking import layout_of
from .refusals import Refused, denied, not_there
from .render import Renderer

API = "/accountright"
FILE = f"{API}/{{file}}"
AUTHORIZE, TOKEN = "/oauth2/account/authorize", "/oauth2/v1/authorize"
# By what a path begins with.
SCOPES = {
    "Company": "sme-company-settings",
    "Contact/Customer": "sme-contacts-customer",
    "Contact/Supplier": "sme-contacts-supplier",
    "GeneralLedger": "sme-general-ledger",
    "Inventory": "sme-inventory",
    "Sale": "sme-sales",
    "Purchase": "sme-purchases",
    "": "sme-company-file",
}
# Nothing here makes documents of these, so that their lists are empty.
OTHER_LAYOUTS = {
    "Sale/Invoice": ("Professional", "TimeBilling", "Miscellaneous"),
    "Purchase/Bill": ("Professional", "Miscellaneous"),
}
Call = Callable[[Request, Renderer], Response]


class Consent(OAuthServer):
    def callback_parameters(self, company: str) -> dict[str, str]:
        return {"businessId": company, "businessName": self.ledger.company.name}

    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return super().token_body(grant, request) | {
            "token_type": "bearer",
            "expires_in": str(self.rules.access_seconds),
            "scope": grant.scope,
            "user": {"uid": grant.id, "username": "practice@books.example"},
        }


class Myob(Face):
    slug = "myob"
    title = "MYOB"
    token_path = rf"^{TOKEN}/?$"
    quotas = (
        Quota("per-second", 8, 1, path=r"^/accountright", status=403),
        Quota("daily", 1_000_000, 86_400, path=r"^/accountright", status=403),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.consent = Consent(
            ledger,
            self.title,
            OAuthRules(
                access_seconds=20 * 60,
                refresh_seconds=7 * 86_400,
                previous=Previous.DIES,
                scopes=frozenset({*SCOPES.values(), "sme-banking"}),
                needs_scope="sme-company-file",
                basic_auth=False,
            ),
        )
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        return Policies(ids=Guids(), names=Scope.NONE, numbers={}, name_length=105)

    @classmethod
    def company(cls, name: str) -> books.Company:
        id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"practice:{name}"))
        return books.Company(id=id, name=name, country="AU")

    def credentials(self, base_url: str) -> dict[str, Any]:
        scopes = " ".join(sorted(set(SCOPES.values())))
        grant = self.consent.issue(self.ledger.company.id, scopes)
        extra = self.ledger.company.extra
        told = {name: extra[name] for name in _FILE_LOG_IN if extra.get(name)}
        return told | {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "company_file_id": grant.company,
            "home_currency": self.ledger.company.currency,
        }

    # --- routes

    def routes(self) -> list[Route]:
        plain = [
            ("GET", AUTHORIZE, self.consent.authorize),
            ("POST", AUTHORIZE, self.consent.authorize),
            ("POST", TOKEN, self.consent.token),
            ("GET", API, self._called("", self._files)),
            ("GET", FILE, self._called("", self._file)),
        ]
        for path, calls in self._resources().items():
            for method, tail, call in calls:
                address = f"{FILE}/{path}{tail}"
                plain.append((method, address, self._called(path, call)))
        return [
            Route(method, f"{path}{end}", handle)
            for method, path, handle in plain
            for end in ("", "/")
        ]

    def _resources(self) -> dict[str, list[tuple[str, str, Call]]]:
        one = "/{uid}"
        found: dict[str, list[tuple[str, str, Call]]] = {
            "Company/Preferences": [("GET", "", _preferences)],
            "GeneralLedger/Account": [("GET", "", _accounts)],
            "GeneralLedger/TaxCode": [("GET", "", _tax_codes)],
            "Inventory/Item": [("GET", "", _items)],
            "Sale/CreditSettlement": [("POST", "", _settle)],
        }
        for path, role in cards.ROLES.items():
            found[path] = [
                ("GET", "", _cards(role)),
                ("POST", "", _create_card(path, role)),
                ("GET", one, _card(role)),
            ]
        for path in (payments.RECEIVED, payments.PAID, payments.REFUNDED):
            found[path] = [
                ("GET", "", _payments(path)),
                ("POST", "", _pay(path)),
                ("GET", one, _payment(path)),
                ("DELETE", one, _end_payment(path)),
            ]
        for path in documents.KINDS:
            found[path] = [("GET", "", _documents(path))]
            for layout in ("Service", "Item"):
                found[f"{path}/{layout}"] = _of_layout(path, layout)
            for layout in OTHER_LAYOUTS[path]:
                named = f"{path}/{layout}"
                found[named] = [("GET", "", _documents(path, layout))]
        return found

    def _called(self, path: str, call: Call) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            root = f"{request.base_url}{API}/{self.ledger.company.id}"
            try:
                self._let_in(request, path)
                with self.ledger.store.change():
                    return call(request, Renderer(self.ledger, root))
            except TokenRefused:
                said = "The access token is not accepted"
                return Refused("OAuthTokenIsInvalid", said, status=401).response()
            except Refused as error:
                return error.response()

        return handle

    def _let_in(self, request: Request, path: str) -> None:
        """Key and version, token, scope, company file, and the file's own user."""
        key = request.header("x-myobapi-key")
        if (key, request.header("x-myobapi-version")) != (
            self.consent.client.id,
            "v2",
        ):
            raise Refused(
                "DeveloperInactive", "API key is missing or inactive", status=403
            )
        grant = self.consent.grant_of(request)
        scope = next(SCOPES[each] for each in SCOPES if path.startswith(each))
        file = request.params.get("file", grant.company)
        if scope not in grant.scope.split() or file != grant.company:
            raise denied()
        token = request.header("x-myobapi-cftoken")
        if self._file_token() not in ("", token):
            raise denied()

    def _file_token(self) -> str:
        extra = self.ledger.company.extra
        if not extra.get("file_user"):
            return ""
        pair = ":".join(str(extra.get(name, "")) for name in _FILE_LOG_IN)
        return b64encode(pair.encode()).decode()

    def _files(self, request: Request, render: Renderer) -> Response:
        return json_response([render.file()])

    def _file(self, request: Request, render: Renderer) -> Response:
        body = {"CompanyFile": render.file(), "Resources": list(self._resources())}
        return json_response(body)

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.refused(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if request.path.startswith(TOKEN):
            return json_response({"error": "server_error"}, failure.status)
        if failure.quota is not None:
            said = f"API key has exceeded the {failure.quota.name} rate limit"
            return Refused("RateLimitError", said, status=failure.status).response()
        if failure.reason == "body":
            return Refused("SerializationError", failure.detail, code=50).response()
        name = {404: "NotFound", 504: "GatewayTimeout"}.get(failure.status, "Failure")
        return Refused(name, failure.detail, status=failure.status).response()


_FILE_LOG_IN = ("file_user", "file_password")


# --- calls


def _preferences(request: Request, render: Renderer) -> Response:
    return json_response(render.preferences())


def _accounts(request: Request, render: Renderer) -> Response:
    balances = render.ledger.account_balances()
    rows = [render.account(row, balances) for row in render.ledger.accounts.table]
    return lists.answer(request, rows)


def _tax_codes(request: Request, render: Renderer) -> Response:
    rows = [render.tax_code(row) for row in render.ledger.tax_codes.table]
    return lists.answer(request, rows)


def _items(request: Request, render: Renderer) -> Response:
    return lists.answer(request, [render.item(i) for i in render.ledger.items.table])


def _cards(role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        rows = render.ledger.parties.in_role(role)
        return lists.answer(request, [render.card(row, role) for row in rows])

    return call


def _card(role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = render.ledger.parties.find(request.params["uid"])
        if row is None or role not in row.roles:
            raise not_there()
        return json_response(render.card(row, role))

    return call


def _create_card(path: str, role: Role) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = cards.create(render.ledger, path, request.json())
        return _made(request, render.card(row, role))

    return call


def _documents(path: str, layout: str = "") -> Call:
    """Of one layout with lines, of all of them without."""

    def call(request: Request, render: Renderer) -> Response:
        rows = [
            render.document(row, lines=bool(layout))
            for row in documents.rows(render.ledger, path)
            if layout in ("", layout_of(row))
        ]
        return lists.answer(request, rows)

    return call


def _of_layout(path: str, layout: str) -> list[tuple[str, str, Call]]:
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
        ("GET", "", _documents(path, layout)),
        ("POST", "", create),
        ("GET", "/{uid}", one),
        ("PUT", "/{uid}", update),
        ("DELETE", "/{uid}", delete),
    ]


def _payments(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        rows = payments.rows(render.ledger, path)
        return lists.answer(request, [render.payment(path, row) for row in rows])

    return call


def _paid(path: str, request: Request, render: Renderer) -> books.Payment:
    for row in payments.rows(render.ledger, path):
        if row.id == request.params["uid"]:
            return row
    raise not_there()


def _payment(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        return json_response(render.payment(path, _paid(path, request, render)))

    return call


def _pay(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = payments.create(render.ledger, path, request.json())
        return _made(request, render.payment(path, row))

    return call


def _end_payment(path: str) -> Call:
    def call(request: Request, render: Renderer) -> Response:
        row = _paid(path, request, render)
        render.ledger.settlements.delete(row.id)
        return Response(status=200)

    return call


def _settle(request: Request, render: Renderer) -> Response:
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
