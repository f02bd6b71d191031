"""FreshBooks' face: consent, tokens of single use, identity, and the accounting API."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..books import AccountType, Company, Direction, Kind, Party, Payment, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import (
    Grant,
    OAuthError,
    OAuthRules,
    OAuthServer,
    Previous,
    TokenRefused,
)
from ..policies import Integers, Policies, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response
from . import refusals
from .asking import Call, dated, enveloped, fits, made, paged, since, with_lines
from .refusals import INVALID, Refused, unauthenticated, unknown
from .render import Node, Renderer, account_uuid
from .writes import FORMS, Form, Writes

ACCOUNT = "/accounting/account/{account}"
ACCOUNT_ID, BUSINESS_ID = "xZNQ1X", 4711
BUSINESS_UUID = "6f1f7b1e-5c0c-4b0e-9d7e-2f1f5a3f9c11"
REDIRECT = "https://finsync.example/callback"


class Consent(OAuthServer):
    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return {
            "access_token": grant.access,
            "token_type": "Bearer",
            "expires_in": self.rules.access_seconds,
            "refresh_token": grant.refresh,
            "scope": grant.scope,
            "created_at": int(self.ledger.store.now().timestamp()),
        }

    def error(self, error: OAuthError) -> Response:
        body = {"error": error.code, "error_description": error.description}
        return json_response(body, error.status)

    def _granted(self, client: str, form: dict[str, str]) -> Grant:
        """Unlike the standard, the redirect address is needed at each renewal."""
        if not form.get("redirect_uri"):
            raise OAuthError("invalid_request", "redirect_uri is required.")
        return super()._granted(client, form)


class FreshBooks(Face):
    slug = "freshbooks"
    title = "FreshBooks"
    token_path = r"^/auth/oauth/token$"  # noqa: S105 - a path
    quotas = (Quota("second", 10, 1, path=r"^/accounting/"),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.render = Renderer(ledger)
        self.writes = Writes(ledger)
        self.oauth = Consent(
            ledger,
            self.title,
            OAuthRules(access_seconds=43_200, previous=Previous.DIES, basic_auth=False),
        )

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(start=217_501),
            names=Scope.NONE,
            numbers={Kind.SALES_INVOICE: Scope.KIND},
            numbering={
                Kind.SALES_INVOICE: "",
                Kind.CREDIT_NOTE: "CN",
                Kind.SUPPLIER_INVOICE: "",
            },
            tax=TaxPolicy(per=RoundPer.CODE),
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=ACCOUNT_ID, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        grant = self.oauth.issue(self.ledger.company.id)
        return {
            "client_id": self.oauth.client.id,
            "client_secret": self.oauth.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "redirect_uri": REDIRECT,
            "account_id": self.ledger.company.id,
            "business_uuid": BUSINESS_UUID,
        }

    def sample(self) -> dict[str, str]:
        found = super().sample()
        tax = self.ledger.tax_codes.get(found["tax_code"])
        percent = self.ledger.tax_codes.percent(tax.id)
        account = self.ledger.accounts.get(found["account"])
        return found | {
            "account": account_uuid(account),
            "tax_code": f"{tax.name}@{percent}",
            "bank": "Bank Transfer",
        }

    # --- routes

    def routes(self) -> list[Route]:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        lists: Sequence[tuple[str, str, Callable[[Request], Iterable[Node]]]] = (
            ("users/clients", "clients", self._clients),
            ("bill_vendors/bill_vendors", "bill_vendors", self._vendors),
            ("taxes/taxes", "taxes", self._taxes),
            ("items/items", "items", self._items),
            ("expenses/categories", "categories", self._categories),
            ("payments/payments", "payments", self._payments),
            ("bill_payments/bill_payments", "bill_payments", self._bill_payments),
        )
        routes = [
            Route("GET", "/oauth/authorize", self.oauth.authorize),
            Route("POST", "/oauth/authorize", self.oauth.authorize),
            Route("POST", "/auth/oauth/token", self.oauth.token),
            Route("POST", "/auth/oauth/revoke", self.oauth.revoke),
            self._route("GET", "/auth/api/v1/users/me", self._me, bare=True),
            self._route(
                "GET",
                "/accounting/businesses/{uuid}/ledger_accounts/accounts",
                self._ledger_accounts,
                bare=True,
            ),
            self._route("GET", f"{ACCOUNT}/systems/systems/{{id}}", self._system),
            self._route("GET", f"{ACCOUNT}/users/clients/{{id}}", self._client),
            self._route(
                "GET", f"{ACCOUNT}/bill_vendors/bill_vendors/{{id}}", self._vendor
            ),
        ]
        for path, key, rows in lists:
            routes.append(self._route("GET", f"{ACCOUNT}/{path}", paged(key, rows)))
        return routes + self._writers() + [r for f in FORMS for r in self._of_form(f)]

    def _writers(self) -> list[Route]:
        write, show = self.writes, self.render
        makers: Sequence[tuple[str, str, Callable[[Any], Node]]] = (
            ("users/clients", "client", lambda s: show.client(write.create_client(s))),
            (
                "bill_vendors/bill_vendors",
                "bill_vendor",
                lambda s: show.vendor(write.create_vendor(s)),
            ),
            ("payments/payments", "payment", self._made_payment),
            (
                "bill_payments/bill_payments",
                "bill_payment",
                lambda s: show.bill_payment(write.create_bill_payment(s)),
            ),
        )
        routes = [
            self._route("POST", f"{ACCOUNT}/{path}", made(key, make))
            for path, key, make in makers
        ]
        for path, key in (
            ("payments/payments", "payment"),
            ("bill_payments/bill_payments", "bill_payment"),
        ):
            call = self._deleter(key)
            routes.append(self._route("PUT", f"{ACCOUNT}/{path}/{{id}}", call))
        return routes

    def _of_form(self, form: Form) -> list[Route]:
        path = f"{ACCOUNT}/{form.path}"

        def made(request: Request) -> Node:
            sent = enveloped(request, form.key)
            row = self.writes.create_document(form, sent)
            return {form.key: self.render.document(row, lines=with_lines(request))}

        def changed(request: Request) -> Node:
            sent = enveloped(request, form.key)
            row = self.writes.update_document(form, request.params["id"], sent)
            return {form.key: self.render.document(row, lines=with_lines(request))}

        def removed(request: Request) -> Node:
            sent = {"vis_state": 1}
            row = self.writes.update_document(form, request.params["id"], sent)
            return {form.key: self.render.document(row, lines=False)}

        def one(request: Request) -> Node:
            row = self.writes.document(form, request.params["id"])
            return {form.key: self.render.document(row, lines=with_lines(request))}

        def rows(request: Request) -> Iterable[Node]:
            return self._documents(form, request)

        return [
            self._route("GET", path, paged(form.many, rows)),
            self._route("POST", path, made),
            self._route("GET", f"{path}/{{id}}", one),
            self._route("PUT", f"{path}/{{id}}", changed),
            self._route("DELETE", f"{path}/{{id}}", removed),
        ]

    def _route(
        self, method: str, pattern: str, call: Call, *, bare: bool = False
    ) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call, bare=bare)

        return Route(method, pattern, handle)

    def _called(self, request: Request, call: Call, *, bare: bool) -> Response:
        assert self.oauth is not None  # noqa: S101 - set in __init__
        try:
            self.oauth.grant_of(request)
        except TokenRefused:
            return unauthenticated()
        own = self.ledger.company.id
        try:
            if request.params.get("account", own) != own:
                raise Refused(1003, "Access denied.", status=403)
            with self.ledger.store.change():
                answer = call(request)
        except Refused as error:
            return error.response()
        return json_response(answer if bare else {"response": {"result": answer}})

    # --- identity and master data

    def _me(self, request: Request) -> Node:
        company = self.ledger.company
        business = {
            "id": BUSINESS_ID,
            "account_id": company.id,
            "business_uuid": BUSINESS_UUID,
            "name": company.name,
        }
        memberships = [{"id": 1, "role": "owner", "business": business}]
        return {
            "response": {"id": 1, "identity_id": 1, "business_memberships": memberships}
        }

    def _system(self, request: Request) -> Node:
        company = self.ledger.company
        told = {"id": company.id, "currency_code": company.currency}
        return {"system": told | {"name": company.name}}

    def _ledger_accounts(self, request: Request) -> Node:
        if request.params["uuid"] != BUSINESS_UUID:
            raise Refused(1003, "Access denied.", status=403)
        rows = map(self.render.ledger_account, self.ledger.accounts.table)
        return {"data": list(rows)}

    def _clients(self, request: Request) -> Iterable[Node]:
        like = request.arg("search[organization_like]").casefold()
        email = request.arg("search[email]")
        for row in self.ledger.parties.in_role(Role.CUSTOMER):
            node = self.render.client(row)
            if like in row.name.casefold() and email in ("", row.email):
                if fits(request, node, "vis_state"):
                    yield node

    def _client(self, request: Request) -> Node:
        return {"client": self.render.client(self._party(request, Role.CUSTOMER))}

    def _vendors(self, request: Request) -> Iterable[Node]:
        return map(self.render.vendor, self.ledger.parties.in_role(Role.SUPPLIER))

    def _vendor(self, request: Request) -> Node:
        return {"bill_vendor": self.render.vendor(self._party(request, Role.SUPPLIER))}

    def _party(self, request: Request, role: Role) -> Party:
        row = self.ledger.parties.find(request.params["id"])
        if row is None or role not in row.roles:
            raise unknown("Client", "userid")
        return row

    def _taxes(self, request: Request) -> Iterable[Node]:
        return map(self.render.tax, self.ledger.tax_codes.table)

    def _items(self, request: Request) -> Iterable[Node]:
        return map(self.render.item, self.ledger.items.table)

    def _categories(self, request: Request) -> Iterable[Node]:
        kinds = (AccountType.EXPENSE, AccountType.COST_OF_SALES)
        rows = (row for row in self.ledger.accounts.table if row.type in kinds)
        return map(self.render.category, rows)

    # --- documents and payments

    def _documents(self, form: Form, request: Request) -> Iterable[Node]:
        """Deleted ones too, unless `search[vis_state]` says other."""
        lines, number = with_lines(request), request.arg(f"search[{form.number}]")
        rows = self.ledger.documents.table.all_rows()
        if number:
            rows = [row for row in rows if row.number == number]
        kept = [
            row
            for row in rows
            if row.kind is form.kind
            and since(request, row.updated_at)
            and dated(request, row.date.isoformat())
        ]
        if request.arg("sort") == "updated_desc":
            kept.sort(key=lambda row: row.updated_at, reverse=True)
        nodes = (self.render.document(row, lines=lines) for row in kept)
        return (node for node in nodes if fits(request, node, "vis_state"))

    def _payments(self, request: Request) -> Iterable[Node]:
        yield from self._of_direction(request, Direction.RECEIVED, self.render.payment)
        for row in self.ledger.settlements.allocations:
            if row.credit and since(request, row.updated_at):
                document = self.ledger.documents.get(row.document)
                code, party = document.currency, document.party
                yield self.render.credit_use(row, code, party)

    def _bill_payments(self, request: Request) -> Iterable[Node]:
        return self._of_direction(request, Direction.MADE, self.render.bill_payment)

    def _of_direction(
        self, request: Request, direction: Direction, make: Callable[[Payment], Node]
    ) -> Iterable[Node]:
        rows = self.ledger.settlements.payments.all_rows()
        for row in rows:
            if row.direction is direction and since(request, row.updated_at):
                if dated(request, row.date.isoformat()):
                    yield make(row)

    def _made_payment(self, sent: Any) -> Node:
        made = self.writes.create_payment(sent)
        if isinstance(made, Payment):
            return self.render.payment(made)
        document = self.ledger.documents.get(made.document)
        return self.render.credit_use(made, document.currency, document.party)

    def _deleter(self, key: str) -> Call:
        def call(request: Request) -> Node:
            sent = enveloped(request, key)
            row = self.writes.delete_payment(request.params["id"], sent)
            made = row.direction is Direction.MADE
            show = self.render.bill_payment if made else self.render.payment
            return {key: show(row)}

        return call

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_ledger(
            error, number="invoice_number", day="create_date", party="customerid"
        ).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        said = failure.detail or failure.reason
        response = Refused(INVALID, said, status=failure.status).response()
        if failure.retry_after is None:
            return response
        return response.with_headers(("Retry-After", f"{failure.retry_after:.0f}"))
