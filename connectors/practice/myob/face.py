"""MYOB's face: consent, tokens of twenty minutes, and the API v2 of one company file.

The books are in GBP, so that the file is of neither of the vendor's own countries. An
invoice is posted as it arrives; a credit is one of negative amounts. Paths may end
in a slash, as some clients write them. The company's `settings` of the control API:
`file_user` and `file_password` (the file has a user of its own), `must_be_reversed`
(nothing is changed or deleted), `duplicate_numbers` (a number may be taken twice).
"""

import uuid
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from .. import books
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Grant, OAuthRules, OAuthServer, Previous, TokenRefused
from ..policies import Guids, Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response
from . import calls, cards, documents, payments, refusals
from .refusals import Refused, denied
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
        return books.Company(id=id, name=name)

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
        for path, offered in self._resources().items():
            for method, tail, call in offered:
                address = f"{FILE}/{path}{tail}"
                plain.append((method, address, self._called(path, call)))
        return [
            Route(method, f"{path}{end}", handle)
            for method, path, handle in plain
            for end in ("", "/")
        ]

    def _resources(self) -> dict[str, list[tuple[str, str, calls.Call]]]:
        one = "/{uid}"
        found: dict[str, list[tuple[str, str, calls.Call]]] = {
            "Company/Preferences": [("GET", "", calls.preferences)],
            "GeneralLedger/Account": [("GET", "", calls.accounts)],
            "GeneralLedger/TaxCode": [("GET", "", calls.tax_codes)],
            "Inventory/Item": [("GET", "", calls.items)],
            "Sale/CreditSettlement": [("POST", "", calls.settle)],
        }
        for path, role in cards.ROLES.items():
            found[path] = [
                ("GET", "", calls.list_cards(role)),
                ("POST", "", calls.create_card(path, role)),
                ("GET", one, calls.one_card(role)),
            ]
        for path in (payments.RECEIVED, payments.PAID, payments.REFUNDED):
            found[path] = [
                ("GET", "", calls.list_payments(path)),
                ("POST", "", calls.pay(path)),
                ("GET", one, calls.one_payment(path)),
                ("DELETE", one, calls.end_payment(path)),
            ]
        for path in documents.KINDS:
            found[path] = [("GET", "", calls.list_documents(path))]
            for layout in ("Service", "Item"):
                found[f"{path}/{layout}"] = calls.of_layout(path, layout)
            for layout in OTHER_LAYOUTS[path]:
                named = f"{path}/{layout}"
                found[named] = [("GET", "", calls.list_documents(path, layout))]
        return found

    def _called(self, path: str, call: calls.Call) -> Callable[[Request], Response]:
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
