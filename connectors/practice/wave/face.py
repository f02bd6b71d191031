"""Wave's face: consent, tokens, and one GraphQL end point.

Queries are parsed, held against the schema, and carried out by the reference
implementation of GraphQL, so that what a schema refuses is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    execute_sync,
    parse,
    validate,
)

from ..books import Company, Document, Kind, Party, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import OAuthError, OAuthRules, OAuthServer, TokenRefused
from ..policies import Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response
from .mutations import Mutations, is_shown, refused
from .nodes import TYPES, Node, Nodes, connection, not_found, opaque, plain_id
from .schema import make_schema

SCOPES = frozenset(
    f"{name}:{right}"
    for name in (
        *("user", "business", "account", "customer", "vendor", "product"),
        *("sales_tax", "invoice", "transaction", "estimate"),
    )
    for right in ("read", "write")
) | {"invoice:send", "offline_access"}
ACCESS_SECONDS = 7200


class Consent(OAuthServer):
    def token_body(self, grant: Any, request: Request) -> dict[str, Any]:
        return {
            "access_token": grant.access,
            "token_type": "Bearer",
            "expires_in": self.rules.access_seconds,
            "refresh_token": grant.refresh,
            "scope": grant.scope,
            "businessId": opaque("Business", grant.company),
        }

    def error(self, error: OAuthError) -> Response:
        body = {"error": error.code, "error_description": error.description}
        return json_response(body, error.status)


class Wave(Face):
    slug = "wave"
    title = "Wave"
    token_path = r"^/oauth2/token/$"  # noqa: S105 - a path
    quotas = (
        Quota("minute", 60, 60, path=r"^/graphql/"),
        Quota("concurrent", 2, 0, path=r"^/graphql/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.nodes = Nodes(ledger)
        self._mutations = Mutations(ledger, self.nodes)
        self._schema = make_schema()
        self._parsed: dict[str, DocumentNode] = {}
        self.oauth = Consent(
            ledger,
            self.title,
            OAuthRules(access_seconds=ACCESS_SECONDS, scopes=SCOPES, basic_auth=False),
        )

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            names=Scope.NONE,
            numbers={Kind.SALES_INVOICE: Scope.KIND},
            numbering={Kind.SALES_INVOICE: ""},
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id="b7c1d2", name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        grant = self.oauth.issue(self.ledger.company.id, " ".join(sorted(SCOPES)))
        return {
            "client_id": self.oauth.client.id,
            "client_secret": self.oauth.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "business_id": opaque("Business", grant.company),
        }

    def sample(self) -> dict[str, str]:
        kinds = {
            "customer": "Customer",
            "supplier": "Vendor",
            "item": "Product",
            "account": "Account",
            "expense_account": "Account",
            "tax_code": "SalesTax",
            "bank": "Account",
        }
        found = super().sample()
        return {name: opaque(kind, found[name]) for name, kind in kinds.items()}

    # --- routes

    def routes(self) -> list[Route]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        return [
            Route("GET", "/oauth2/authorize/", self.oauth.authorize),
            Route("POST", "/oauth2/authorize/", self.oauth.authorize),
            Route("POST", "/oauth2/token/", self.oauth.token),
            Route("POST", "/oauth2/token-revoke/", self.oauth.revoke),
            Route("POST", "/graphql/public", self._answer),
        ]

    def _answer(self, request: Request) -> Response:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        try:
            self.oauth.grant_of(request)
        except TokenRefused:
            return _told("Unauthorized", "UNAUTHENTICATED", 401)
        sent = request.json()
        if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
            return _told("A query is needed.", "BAD_USER_INPUT", 400)
        with self.ledger.store.change():
            return self._ran(sent["query"], sent.get("variables") or {})

    def _ran(self, query: str, variables: Mapping[str, Any]) -> Response:
        try:
            document = self._document(query)
        except GraphQLError as error:
            return _told(error.message, "GRAPHQL_PARSE_FAILED", 400)
        if problems := validate(self._schema, document):
            return _told(problems[0].message, "GRAPHQL_VALIDATION_FAILED", 400)
        result = execute_sync(
            self._schema, document, self._root(), variable_values=dict(variables)
        )
        if result.data is None and result.errors and not result.errors[0].path:
            return _told(result.errors[0].message, "BAD_USER_INPUT", 400)
        return json_response(_body(result))

    def _document(self, query: str) -> DocumentNode:
        if query not in self._parsed:
            self._parsed[query] = parse(query)
        return self._parsed[query]

    # --- queries

    def _root(self) -> dict[str, Any]:
        return {
            "user": {"id": opaque("User", "1"), "defaultEmail": "me@books.example"},
            "businesses": self._businesses,
            "business": self._find_business,
            **self._mutations.root(),
        }

    def _businesses(self, info: Any, **asked: Any) -> Node:
        return _page([self.ledger.company], lambda _: self._business(), asked)

    def _find_business(self, info: Any, id: str = "") -> Node:
        if plain_id("Business", id) != self.ledger.company.id:
            raise not_found()
        return self._business()

    def _business(self) -> Node:
        company = self.ledger.company
        return {
            "id": opaque("Business", company.id),
            "name": company.name,
            "isClassicAccounting": False,
            "isClassicInvoicing": False,
            "isArchived": False,
            "currency": {"code": company.currency},
            "address": {"country": {"code": company.country}},
            "customer": self._customer,
            "invoice": self._invoice,
            "accounts": self._accounts,
            "customers": self._customers,
            "vendors": self._vendors,
            "products": self._products,
            "salesTaxes": self._taxes,
            "invoices": self._invoices,
        }

    def _customer(self, info: Any, id: str) -> Node:
        row = self.ledger.parties.find(plain_id("Customer", id))
        if row is None or Role.CUSTOMER not in row.roles:
            raise not_found()
        return self.nodes.customer(row)

    def _invoice(self, info: Any, id: str) -> Node:
        row = self.ledger.documents.find(plain_id("Invoice", id))
        if not is_shown(row):
            raise not_found()
        return self.nodes.invoice(row)

    def _accounts(self, info: Any, **asked: Any) -> Node:
        rows = [
            row
            for row in self.ledger.accounts.table
            if _among(TYPES[row.type][0], asked.get("types"))
            and _among(TYPES[row.type][1], asked.get("subtypes"))
            and asked.get("isArchived") in (None, not row.active)
        ]
        return _page(rows, self.nodes.account, asked)

    def _customers(self, info: Any, **asked: Any) -> Node:
        return _page(self._parties(Role.CUSTOMER, asked), self.nodes.customer, asked)

    def _vendors(self, info: Any, **asked: Any) -> Node:
        rows = self._parties(Role.SUPPLIER, asked)

        def vendor(row: Party) -> Node:
            node = self.nodes.customer(row)
            return node | {"id": opaque("Vendor", row.id)}

        return _page(rows, vendor, asked)

    def _parties(self, role: Role, asked: Mapping[str, Any]) -> list[Party]:
        after = asked.get("modifiedAtAfter")
        rows = [
            row
            for row in self.ledger.parties.in_role(role)
            if asked.get("email") in (None, row.email)
            and (after is None or row.updated_at > after)
        ]
        return sorted(rows, key=lambda row: (row.name, int(row.id)))

    def _products(self, info: Any, **asked: Any) -> Node:
        rows = [
            row
            for row in self.ledger.items.table
            if asked.get("isSold") in (None, bool(row.income_account))
            and asked.get("isArchived") in (None, not row.active)
        ]
        return _page(rows, self.nodes.product, asked)

    def _taxes(self, info: Any, **asked: Any) -> Node:
        rows = [
            row
            for row in self.ledger.tax_codes.table
            if asked.get("isArchived") in (None, not row.active)
        ]
        return _page(rows, self.nodes.tax, asked)

    def _invoices(self, info: Any, **asked: Any) -> Node:
        rows = list(self._candidates(asked))
        after = asked.get("modifiedAtAfter")
        rows = [
            row
            for row in rows
            if is_shown(row)
            and (asked.get("invoiceDateStart") or row.date) <= row.date
            and row.date <= (asked.get("invoiceDateEnd") or row.date)
            and (after is None or row.updated_at > after)
            and asked.get("status") in (None, self.nodes.status(row))
            and asked.get("customerId") in (None, opaque("Customer", row.party))
        ]
        return _page(_sorted(rows, asked["sort"]), self.nodes.invoice, asked)

    def _candidates(self, asked: Mapping[str, Any]) -> Sequence[Document]:
        number = asked.get("invoiceNumber")
        if number is None:
            return list(self.ledger.documents.of_kind(Kind.SALES_INVOICE))
        found = self.ledger.documents.numbered(Kind.SALES_INVOICE, number)
        return [row for row in found if row.number == number]

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        entry = refused(error).entry
        return _told(str(entry["message"]), "BAD_USER_INPUT", 400)

    def failure(self, request: Request, failure: Failure) -> Response:
        codes = {429: "THROTTLED", 404: "NOT_FOUND", 400: "BAD_USER_INPUT"}
        code = codes.get(failure.status, "INTERNAL_SERVER_ERROR")
        response = _told(
            failure.detail or "Something went wrong.", code, failure.status
        )
        if failure.retry_after is None:
            return response
        return response.with_headers(("Retry-After", f"{failure.retry_after:.0f}"))


_SORTS: dict[str, Callable[[Document], Any]] = {
    "CREATED_AT": attrgetter("created_at"),
    "MODIFIED_AT": attrgetter("updated_at"),
    "INVOICE_DATE": attrgetter("date"),
}


def _sorted(rows: list[Document], sorts: Sequence[str]) -> list[Document]:
    rows = sorted(rows, key=lambda row: int(row.id))
    for sort in reversed(sorts):
        name, _, direction = sort.rpartition("_")
        rows = sorted(rows, key=_SORTS[name], reverse=direction == "DESC")
    return rows


def _among(value: str, allowed: Sequence[str] | None) -> bool:
    return allowed is None or value in allowed


def _page(
    rows: Sequence[Any], make: Callable[[Any], Node | None], asked: Mapping[str, Any]
) -> Node:
    return connection(rows, make, page=asked.get("page"), size=asked.get("pageSize"))


def _told(message: str, code: str, status: int) -> Response:
    error = {"message": message, "extensions": {"code": code}}
    return json_response({"errors": [error]}, status)


def _body(result: ExecutionResult) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [
            {
                "message": error.message,
                "path": list(error.path or ()),
                "extensions": error.extensions or {"code": "INTERNAL_SERVER_ERROR"},
            }
            for error in result.errors
        ]
    return body
