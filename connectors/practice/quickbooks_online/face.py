"""QuickBooks Online's face: consent, tokens, and the Accounting API, on one address.

A company with UK habits: books in GBP, a tax code on every line, `CustomTxnNumbers` on.
`PATCH /__practice__/company {"settings": {"custom_txn_numbers": false}}` switches the
last. The consent page offers a second, small company, so that reconnecting to another
one can be tried; the control API changes the first alone.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from zlib import crc32

from .. import books
from ..books import Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Choice, Grant, OAuthError, OAuthRules, OAuthServer, TokenRefused
from ..policies import Integers, Policies, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..seed import seed
from ..wire import Request, Response, Route, json_response
from . import refusals
from .company import Company
from .entities import ENTITIES
from .refusals import Refused, answer_time
from .xml_answer import xml_body

SCOPE = "com.intuit.quickbooks.accounting"
OTHER = "Quayside Sundries Ltd"
API = "/v3/company/{realm}"
REQUEST_ID_LENGTH = 50
Call = Callable[[Company, Request], Mapping[str, Any]]


def realm_id(name: str) -> str:
    """Like the vendor's: a long number; one name has one for ever."""
    return f"93{crc32(name.encode()):014d}"


class Consent(OAuthServer):
    def callback_parameters(self, company: str) -> dict[str, str]:
        return {"realmId": company}

    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        body = {
            "token_type": "bearer",
            "access_token": grant.access,
            "expires_in": self.rules.access_seconds,
            "refresh_token": grant.refresh,
            "x_refresh_token_expires_in": self.rules.refresh_seconds,
        }
        if request.header("x-include-refresh-token-hard-expires-in") == "true":
            body["x_refresh_token_hard_expires_in"] = 5 * 365 * 86_400
        return body

    def error(self, error: OAuthError) -> Response:
        body = {"error": error.code, "error_description": error.description}
        return json_response(body, error.status)


class QuickBooksOnline(Face):
    slug = "quickbooks_online"
    title = "QuickBooks Online"
    token_path = r"^/oauth2/v1/tokens/bearer$"  # noqa: S105 - a path
    quotas = (
        Quota("minute", 500, 60, path=r"^/v3/", weighted=True),
        Quota("batch", 120, 60, path=r"^/v3/company/[^/]+/batch$"),
        Quota("concurrent", 10, 0, path=r"^/v3/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        other = Ledger(self.company(OTHER), self.policies(), ledger.store.now)
        seed(other, empty=True)
        self.companies = {each.company.id: Company(each) for each in (ledger, other)}
        self.oauth = Consent(
            ledger,
            self.title,
            OAuthRules(
                scopes=frozenset(
                    (SCOPE, "com.intuit.quickbooks.payment", "openid", "profile")
                )
                | {"email", "phone", "address"},
                needs_scope=SCOPE,
                body_auth=False,
            ),
            companies=[
                Choice(each.company.id, each.company.name) for each in (ledger, other)
            ],
        )

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(shared=True),
            names=Scope.ALL,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
                Kind.SUPPLIER_CREDIT: Scope.PARTY,
            },
            tax=TaxPolicy(per=RoundPer.CODE),
            number_length=21,
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        return books.Company(id=realm_id(name), name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        grant = self.oauth.issue(self.ledger.company.id, SCOPE)
        return {
            "client_id": self.oauth.client.id,
            "client_secret": self.oauth.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "realm_id": grant.company,
        }

    # --- routes

    def routes(self) -> list[Route]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        routes = [
            Route("GET", "/connect/oauth2", self.oauth.authorize),
            Route("POST", "/connect/oauth2", self.oauth.authorize),
            Route("POST", "/oauth2/v1/tokens/bearer", self.oauth.token),
            Route("POST", "/v2/oauth2/tokens/revoke", self.oauth.revoke),
            Route("GET", "/.well-known/openid_configuration", _discovery),
            self._route("GET", "companyinfo/{id}", _company_info),
            self._route("GET", "preferences", _preferences),
            self._route("GET", "query", _query),
            self._route("POST", "query", _posted_query),
            self._route("GET", "cdc", _changes),
            self._route("POST", "batch", _batch),
            self._route("POST", "invoice/{id}/send", _send),
        ]
        for name in ENTITIES:
            path = name.lower()
            routes.append(self._route("POST", path, _writer(name)))
            routes.append(self._route("GET", f"{path}/{{id}}", _reader(name)))
        return routes

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call)

        return Route(method, f"{API}/{path}", handle)

    def _called(self, request: Request, call: Call) -> Response:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        try:
            grant = self.oauth.grant_of(request)
        except TokenRefused as error:
            token = request.header("Authorization").rpartition(" ")[2]
            return refusals.token_refused(error.reason, token)
        company = self.companies.get(request.params["realm"])
        if company is None or grant.company != request.params["realm"]:
            return refusals.wrong_realm()
        try:
            return json_response(call(company, request))
        except Refused as error:
            return refusals.fault_response(error)

    # --- failures and the last touch

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.fault_response(refusals.refused(error))

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.status == 429:
            return refusals.fault_response(refusals.throttled())
        if request.path.startswith("/oauth2/"):
            body = {"error": "server_error", "error_description": "Try again later."}
            return json_response(body, failure.status)
        if failure.reason == "body":
            refused = refusals.unparsable("request body", failure.detail, "JSON")
            return refusals.fault_response(refused)
        if failure.reason in ("not_found", "method"):
            refused = Refused(
                "130", "Unsupported Operation", "No such operation.", status=404
            )
            return refusals.fault_response(refused)
        return refusals.fault_response(refusals.service_fault(failure.status))

    def cost(self, request: Request) -> int:
        """Each item of a batch counts as a call."""
        if not request.path.endswith("/batch"):
            return 1
        return max(1, request.body.count(b'"bId"'))

    def finished(self, request: Request, response: Response) -> Response:
        """A support id on every answer; XML where JSON was not asked for."""
        tid = f"1-practice-{self.ledger.store.sequence:08x}"
        if request.path.startswith("/v3/") and "json" not in request.header("Accept"):
            if response.content_type == "application/json" and response.status != 401:
                answer = json.loads(response.body, parse_float=Decimal)
                response = Response(
                    status=response.status,
                    body=xml_body(answer),
                    content_type="application/xml",
                    headers=response.headers,
                )
        return response.with_headers(("intuit_tid", tid))


# --- calls


def _discovery(request: Request) -> Response:
    """Where the addresses of consent and tokens are; the vendor's SDKs begin here."""
    here = request.base_url
    body = {
        "issuer": f"{here}/op/v1",
        "authorization_endpoint": f"{here}/connect/oauth2",
        "token_endpoint": f"{here}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{here}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{here}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{here}/op/v1/jwks",
        "response_types_supported": ["code"],
    }
    return json_response(body)


def _timed(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "time": answer_time()}


def _company_info(company: Company, request: Request) -> Mapping[str, Any]:
    if request.params["id"] != request.params["realm"]:
        raise refusals.not_found()
    return _timed({"CompanyInfo": company.info()})


def _preferences(company: Company, request: Request) -> Mapping[str, Any]:
    return _timed({"Preferences": company.preferences()})


def _query(company: Company, request: Request) -> Mapping[str, Any]:
    return _timed({"QueryResponse": company.query(request.arg("query"))})


def _posted_query(company: Company, request: Request) -> Mapping[str, Any]:
    if request.content_type not in ("application/text", "text/plain"):
        raise refusals.unparsable("Content-Type", request.content_type, "type")
    return _timed({"QueryResponse": company.query(request.body.decode())})


def _changes(company: Company, request: Request) -> Mapping[str, Any]:
    for name in ("entities", "changedSince"):
        if not request.arg(name):
            raise refusals.missing(name)
    return company.changes(request.arg("entities"), request.arg("changedSince"))


def _batch(company: Company, request: Request) -> Mapping[str, Any]:
    _require_json(request)
    return company.batch(request, request.arg("requestid"))


def _send(company: Company, request: Request) -> Mapping[str, Any]:
    if request.content_type != "application/octet-stream":
        raise refusals.unparsable("Content-Type", request.content_type, "type")
    return _timed(
        {"Invoice": company.send(request.params["id"], request.arg("sendTo"))}
    )


def _reader(name: str) -> Call:
    entity = ENTITIES[name]

    def read(company: Company, request: Request) -> Mapping[str, Any]:
        return _timed({name: company.read(entity, request.params["id"])})

    return read


def _writer(name: str) -> Call:
    entity = ENTITIES[name]

    def write(company: Company, request: Request) -> Mapping[str, Any]:
        _require_json(request)
        key = request.arg("requestid")
        if len(key) > REQUEST_ID_LENGTH:
            raise refusals.bad_text("requestid", REQUEST_ID_LENGTH, len(key))
        operation = request.arg("operation") or "create"
        include = request.arg("include")
        if operation == "update" and include == "void":
            operation = "void"
        if operation not in ("create", "update", "void", "delete"):
            raise refusals.bad_word("operation", operation)
        answer = company.write(
            entity, operation, request.json(), options=include, key=key
        )
        return _timed(answer)

    return write


def _require_json(request: Request) -> None:
    if request.content_type != "application/json":
        raise refusals.unparsable("Content-Type", request.content_type, "type")
