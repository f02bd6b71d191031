"""Reckon One's face: the gateway with its key, consent, version 2, and bills."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from ..books import Company, Direction, Kind, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import OAuthError, OAuthRules, OAuthServer, Previous, TokenRefused
from ..policies import Guids, Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response, text_response
from . import refusals
from .asking import Node, listing
from .bills import Bills
from .forms import FORMS, Form
from .refusals import Refused, not_there
from .render import Renderer
from .writes import Writes, is_shown

V1, V2 = "/r1/{book}", "/r1/v2"
BOOK = f"{V2}/{{book}}"
BOOK_ID = "c1b3da90-e9df-4d57-8cfb-71a1d7bfe401"
KEY_HEADER, KEY = "Ocp-Apim-Subscription-Key", "practice-subscription-key"
REDIRECT = "https://finsync.example/callback"
RULES = OAuthRules(
    access_seconds=180 * 60,
    refresh_seconds=45 * 86_400,
    previous=Previous.LIVES_UNTIL_NEXT,
    body_auth=False,
)
_NO_KEY = (
    "Access denied due to missing subscription key. Make sure to include subscription "
    "key when making requests to an API."
)
_WRONG_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key "
    "for an active subscription."
)
Call = Callable[[Request], Response]
Rows = Callable[[Request], Iterable[Node]]


class Consent(OAuthServer):
    def _granted(self, client: str, form: dict[str, str]) -> Any:
        """Unlike the standard, the redirect address is needed at each renewal."""
        if not form.get("redirect_uri"):
            raise OAuthError("invalid_request", "redirect_uri is required.")
        return super()._granted(client, form)


class ReckonOne(Face):
    slug = "reckon_one"
    title = "Reckon One"
    token_path = r"^/connect/token$"  # noqa: S105 - a path
    quotas = (Quota("second", 10, 1, path=r"^/r1/", retry_after=True),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.render = Renderer(ledger)
        self.writes = Writes(ledger)
        self.bills = Bills(ledger, self.writes)
        self.consent = Consent(ledger, self.title, RULES)
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        """Numbers are Reckon's own, so that none is ever taken."""
        return Policies(
            ids=Guids(),
            names=Scope.ALL,
            numbers={},
            numbering={
                Kind.SALES_INVOICE: "INV",
                Kind.CREDIT_NOTE: "CRN",
                Kind.SUPPLIER_INVOICE: "BIL",
            },
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=BOOK_ID, name=name, currencies=("GBP",))

    def credentials(self, base_url: str) -> dict[str, Any]:
        grant = self.consent.issue(self.ledger.company.id)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "subscription_key": KEY,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "redirect_uri": REDIRECT,
            "book_id": self.ledger.company.id,
            "bills": "true",
        }

    # --- routes

    def routes(self) -> list[Route]:
        routes = [
            Route("GET", "/connect/authorize", self.consent.authorize),
            Route("POST", "/connect/authorize", self.consent.authorize),
            Route("POST", "/connect/token", self.consent.token),
            Route("POST", "/connect/revocation", self.consent.revoke),
            self._route("GET", f"{V2}/heartbeat", self._heartbeat),
            self._route("GET", f"{V2}/books", self._books),
            self._route("GET", f"{BOOK}/settings", self._settings),
            self._route("GET", f"{BOOK}/settings/invoice", self._invoice_settings),
            self._route("POST", f"{BOOK}/items", self._create_item),
            self._route("POST", f"{BOOK}/receipts", self._create_receipt),
            self._route("GET", f"{BOOK}/receipts/{{id}}", self._receipt),
            self._route("DELETE", f"{BOOK}/receipts/{{id}}", self._delete_receipt),
            self._route(
                "POST", f"{BOOK}/receipts/{{id}}/transactionLinks", self._link_receipt
            ),
            self._route(
                "DELETE",
                f"{BOOK}/receipts/{{id}}/transactionlinks/{{link}}",
                self._unlink_receipt,
            ),
            *self._of_bills(),
        ]
        lists: tuple[tuple[str, Rows], ...] = (
            ("ledgeraccounts", self._accounts),
            ("taxrates/{day}", self._taxes),
            ("items", self._items),
            ("receipts", lambda _: self._payments(Direction.RECEIVED)),
            ("payments", lambda _: self._payments(Direction.MADE)),
        )
        routes += [
            self._route("GET", f"{BOOK}/{path}", listing(rows)) for path, rows in lists
        ]
        for path, role in (("customers", Role.CUSTOMER), ("suppliers", Role.SUPPLIER)):
            routes += self._of_parties(path, role)
        for form in FORMS:
            routes += self._of_form(form)
        return routes

    def _of_bills(self) -> list[Route]:
        path, one = f"{V1}/bills", f"{V1}/bills/{{id}}"
        return [
            self._route("GET", path, self.bills.listed),
            self._route("POST", path, self.bills.created),
            self._route("PUT", path, self.bills.replaced),
            self._route("GET", one, self.bills.shown),
            self._route("DELETE", one, self.bills.deleted),
            self._route("POST", f"{one}/approve", self.bills.approved),
        ]

    def _of_parties(self, path: str, role: Role) -> list[Route]:
        supplier = role is Role.SUPPLIER

        def rows(request: Request) -> Iterable[Node]:
            found = self.ledger.parties.in_role(role)
            return (self.render.party(row, supplier=supplier) for row in found)

        def one(request: Request) -> Response:
            row = self.ledger.parties.find(request.params["id"])
            if row is None or role not in row.roles:
                raise not_there()
            return json_response(self.render.party(row, supplier=supplier))

        def created(request: Request) -> Response:
            row = self.writes.create_party(request, role)
            return json_response({"id": row.id, "name": row.name}, 201)

        return [
            self._route("GET", f"{BOOK}/{path}", listing(rows)),
            self._route("POST", f"{BOOK}/{path}", created),
            self._route("GET", f"{BOOK}/{path}/{{id}}", one),
        ]

    def _of_form(self, form: Form) -> list[Route]:
        write, show = self.writes, self.render

        def rows(request: Request) -> Iterable[Node]:
            found = self.ledger.documents.of_kind(form.kind)
            return (show.document(form, row) for row in filter(is_shown, found))

        def one(request: Request) -> Response:
            row = write.document(form, request.params["id"])
            return json_response(show.document(form, row))

        def created(request: Request) -> Response:
            return json_response({"id": write.create(form, request).id}, 201)

        def linked(request: Request) -> Response:
            id = write.link_credit(form, request.params["id"], request)
            return json_response({"id": id}, 201)

        def done(call: Callable[[str, Request], object]) -> Call:
            def handle(request: Request) -> Response:
                call(request.params["id"], request)
                return Response(status=204)

            return handle

        path = f"{BOOK}/{form.path}/{{id}}"
        calls: tuple[tuple[str, str, Call], ...] = (
            ("GET", f"{BOOK}/{form.listed}", listing(rows)),
            ("POST", f"{BOOK}/{form.path}", created),
            ("GET", path, one),
            ("PUT", path, done(lambda id, r: write.replace(form, id, r))),
            ("PATCH", path, done(lambda id, r: write.patch(form, id, r))),
            ("DELETE", path, done(lambda id, _: write.delete(form, id))),
        )

        def unlinked(request: Request) -> Response:
            write.unlink_credit(form, request.params["id"], request.params["link"])
            return Response(status=204)

        more: tuple[tuple[str, str, Call], ...] = (
            ("POST", f"{path}/transactionLinks", linked),
            ("DELETE", f"{path}/transactionlinks/{{link}}", unlinked),
        )
        if form.kind is Kind.SALES_INVOICE:
            marks = f"{path}/email"
            sent = done(lambda id, _: write.mark_sent(form, id, sent=True))
            unsent = done(lambda id, _: write.mark_sent(form, id, sent=False))
            more = (
                ("POST", f"{marks}/markAsSent", sent),
                ("POST", f"{marks}/markAsUnsent", unsent),
            )
        return [
            self._route(verb, at, call, form=form) for verb, at, call in (*calls, *more)
        ]

    def _route(
        self, method: str, pattern: str, call: Call, *, form: Form | None = None
    ) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call, form)

        return Route(method, pattern, handle)

    def _called(self, request: Request, call: Call, form: Form | None) -> Response:
        """The gateway looks at the key first, then the service at the token."""
        key = request.header(KEY_HEADER) or request.arg("subscription-key")
        if not hmac.compare_digest(key, KEY):
            return refusals.of_gateway(_WRONG_KEY if key else _NO_KEY, 401)
        try:
            self.consent.grant_of(request)
        except TokenRefused:
            said = "Authorization has been denied for this request."
            return refusals.single(said, 401)
        own = self.ledger.company.id
        try:
            if request.params.get("book", own).lower() != own:
                raise not_there()
            with self.ledger.store.change():
                return call(request)
        except Refused as error:
            return error.response()
        except LedgerError as error:
            day = form.day if form else _day_of(request)
            return refusals.of_ledger(error, day=day, party="customer").response()

    # --- calls

    def _heartbeat(self, request: Request) -> Response:
        return json_response({"status": "OK", "version": "2.0"})

    def _books(self, request: Request) -> Response:
        return json_response({"list": [self.render.book()]})

    def _settings(self, request: Request) -> Response:
        return json_response(self.render.settings())

    def _invoice_settings(self, request: Request) -> Response:
        body = {
            "approvalEnabled": self.writes.setting("approvals"),
            "prefix": "INV",
            "nextInvoiceNumber": 1,
            "serviceDateOnInvoice": False,
        }
        return json_response(body)

    def _accounts(self, request: Request) -> Iterable[Node]:
        return map(self.render.account, self.ledger.accounts.table)

    def _taxes(self, request: Request) -> Iterable[Node]:
        return map(self.render.tax, self.ledger.tax_codes.table)

    def _items(self, request: Request) -> Iterable[Node]:
        return map(self.render.item, self.ledger.items.table)

    def _create_item(self, request: Request) -> Response:
        return json_response({"id": self.writes.create_item(request).id}, 201)

    def _payments(self, direction: Direction) -> Iterable[Node]:
        rows = self.ledger.settlements.payments
        return (self.render.payment(r) for r in rows if r.direction is direction)

    def _create_receipt(self, request: Request) -> Response:
        return json_response({"id": self.writes.create_receipt(request).id}, 201)

    def _receipt(self, request: Request) -> Response:
        row = self.writes.receipt(request.params["id"])
        return json_response(self.render.payment(row))

    def _link_receipt(self, request: Request) -> Response:
        id = self.writes.link_receipt(request.params["id"], request)
        return json_response({"id": id}, 201)

    def _unlink_receipt(self, request: Request) -> Response:
        self.writes.unlink_receipt(request.params["id"], request.params["link"])
        return Response(status=204)

    def _delete_receipt(self, request: Request) -> Response:
        self.writes.delete_receipt(request.params["id"])
        return Response(status=204)

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_ledger(error, day="date", party="customer").response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.status == 429:
            wait = f"{failure.retry_after or 1:.0f}"
            said = f"Rate limit is exceeded. Try again in {wait} seconds."
            return refusals.of_gateway(said, 429)
        if request.path == "/connect/token":
            return json_response({"error": "server_error"}, failure.status)
        if failure.reason in ("not_found", "method"):
            return refusals.of_gateway("Resource not found", 404)
        if failure.reason == "body":
            return refusals.single("The body is not JSON.", 400)
        return text_response("Something went wrong.", failure.status)


def _day_of(request: Request) -> str:
    return "BillDate" if "/bills" in request.path else "receiptDate"
