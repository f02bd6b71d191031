"""Business Central's face: Entra's tokens, companies, and the API v2.0 of one of them.

VAT is rounded on the sum of each code. Drafts are numbered apart from what is posted;
the id stays the same.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .. import odata
from ..books import Company, Document
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import OAuthRules, Previous, TokenRefused
from ..policies import Policies, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..wire import BadBody, Request, Response, Route, Router, json_response
from . import batch, journals, refusals, render, subscriptions, writes
from .consent import LOCKED, SERVICE_SCOPE, Consent
from .lists import Lists, Row, Rows
from .names import CORRECTED_IN, JOURNALS, PARTIES, SETS, Ids, guid_of
from .refusals import Refused, not_found

TENANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ENVIRONMENT = "production"
ROOT = f"/v2.0/{TENANT}/{ENVIRONMENT}/api/v2.0"
ENTRA = f"/{TENANT}/oauth2/v2.0"
Call = Callable[[Request], Response]


class Dynamics365(Face):
    slug = "dynamics_365"
    title = "Dynamics 365 Business Central"
    token_path = r"/oauth2/v2\.0/token$"  # noqa: S105 - a path
    quotas = (
        Quota("window", 6000, 300, path=r"^/v2\.0/", retry_after=True),
        Quota("connections", 100, 0, path=r"^/v2\.0/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        rules = OAuthRules(
            access_seconds=3599,
            refresh_seconds=90 * 86_400,
            previous=Previous.LIVES_UNTIL_NEXT,
            basic_auth=False,
        )
        self.consent = Consent(ledger, self.title, rules)
        self.oauth = self.consent
        self.lists = Lists(ledger)

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Ids(),
            names=Scope.NONE,
            numbers={},
            tax=TaxPolicy(per=RoundPer.CODE),
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=guid_of("company", name), name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget(LOCKED)
        codes = self.ledger.tax_codes
        rates = (f"{each.code}={codes.percent(each.id)}" for each in codes.table)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "tenant_id": TENANT,
            "environment_name": ENVIRONMENT,
            "company_id": self.ledger.company.id,
            "tax_rates": ";".join(rates),
            "access_token": self.consent.issue(
                self.ledger.company.id, SERVICE_SCOPE
            ).access,
        }

    def sample(self) -> dict[str, str]:
        """Records are named by their numbers."""
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
        return [
            Route("*", f"{ENTRA}/authorize", self.consent.authorize),
            Route("POST", f"{ENTRA}/token", self.consent.token),
            Route("POST", f"{ROOT}/$batch", self._let_in(self.batched)),
            *self._inner_routes(),
        ]

    def _inner_routes(self) -> list[Route]:
        one = f"{ROOT}/subscriptions({{key}})"
        company = f"{ROOT}/companies({self.ledger.company.id})"
        pairs: list[tuple[str, str, Call]] = [
            ("GET", f"{ROOT}/companies", self._many("companies", self.lists.companies)),
            ("GET", f"{ROOT}/subscriptions", self._many("", self.lists.subscriptions)),
            ("POST", f"{ROOT}/subscriptions", self._subscription(subscriptions.create)),
            ("PATCH", one, self._subscription(subscriptions.renew)),
            ("DELETE", one, self._subscription(subscriptions.remove)),
            ("POST", f"{company}/journals({{id}})/Microsoft.NAV.post", self._post_all),
        ]
        for name, rows in self.lists.sources().items():
            pairs.append(("GET", f"{company}/{name}", self._many(name, rows)))
        for name in PARTIES:
            pairs.append(("POST", f"{company}/{name}", self._create_party(name)))
        for name in SETS:
            pairs += self._of_documents(f"{company}/{name}", name)
        for name in JOURNALS:
            pairs += self._of_journals(f"{company}/{name}", name)
        return [Route(m, path, self._known(call)) for m, path, call in pairs]

    def _of_documents(self, path: str, name: str) -> list[tuple[str, str, Call]]:
        one = f"{path}({{id}})"
        return [
            ("POST", path, self._create(name)),
            ("GET", one, self._read(name)),
            ("PATCH", one, self._change(name)),
            ("DELETE", one, self._delete(name)),
            ("GET", f"{one}/{SETS[name].lines}", self._lines(name)),
            ("POST", f"{one}/{SETS[name].lines}", self._add_line(name)),
            ("POST", f"{one}/Microsoft.NAV.{{action}}", self._act(name)),
        ]

    def _of_journals(self, path: str, name: str) -> list[tuple[str, str, Call]]:
        lines = f"{path}({{id}})/{JOURNALS[name].lines}"

        def create(request: Request) -> Response:
            made = journals.create(self.ledger, name, request.json())
            return json_response(made, 201)

        def add(request: Request) -> Response:
            journal = request.params["id"]
            made = journals.add_line(self.ledger, name, journal, request.json())
            return json_response(made, 201)

        def remove(request: Request) -> Response:
            given, line = request.header("If-Match"), request.params["line"]
            journals.delete_line(self.ledger, request.params["id"], line, given)
            return Response(status=204)

        def waiting(request: Request) -> Response:
            rows = journals.lines(self.ledger, name, request.params["id"])
            return self.lists.page(request, name, rows)

        return [
            ("POST", path, create),
            ("GET", lines, waiting),
            ("POST", lines, add),
            ("DELETE", f"{lines}({{line}})", remove),
        ]

    def _known(self, call: Call) -> Call:
        """Each call is one change of the books, or none."""

        def whole(request: Request) -> Response:
            with self.ledger.store.change():
                return call(request)

        return self._let_in(whole)

    def _let_in(self, call: Call) -> Call:
        def guarded(request: Request) -> Response:
            try:
                self.consent.grant_of(request)
            except TokenRefused:
                return refusals.no_token()
            return call(request)

        return guarded

    # --- reads

    def _many(self, name: str, rows: Rows) -> Call:
        return lambda request: self.lists.page(request, name, list(rows()))

    def _read(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            row = self._of_request(name, request)
            whole = render.document(self.ledger, row)
            fields, picked = self.lists.fields(name, [whole]), request.arg("$select")
            try:
                shown = odata.selected(whole, picked, fields)
                return json_response(self.lists.expanded(request, name, whole, shown))
            except odata.BadQuery as error:
                raise Refused(str(error), code="BadRequest") from error

        return handle

    def _lines(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            row = self._of_request(name, request)
            return json_response({"value": render.lines(self.ledger, row)})

        return handle

    # --- writes

    def _create_party(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            role = PARTIES[name]
            made = writes.create_party(self.ledger, role, request.json())
            return json_response(render.party(made, role), 201)

        return handle

    def _create(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            made = writes.create_document(self.ledger, name, request.json())
            return json_response(render.document(self.ledger, made), 201)

        return handle

    def _change(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            row = self._matching(name, request)
            made = writes.change_document(self.ledger, name, row, request.json())
            return json_response(render.document(self.ledger, made))

        return handle

    def _delete(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            writes.delete_document(self.ledger, self._matching(name, request))
            return Response(status=204)

        return handle

    def _add_line(self, name: str) -> Call:
        def handle(request: Request) -> Response:
            row = self._of_request(name, request)
            made = writes.add_line(self.ledger, name, row, request.json())
            return json_response(render.lines(self.ledger, made)[-1], 201)

        return handle

    def _act(self, name: str) -> Call:
        """Nothing comes back but that it was done."""

        def handle(request: Request) -> Response:
            row, action = self._of_request(name, request), request.params["action"]
            if action == "post":
                writes.post_document(self.ledger, name, row)
            elif action == "cancel" and row.kind in CORRECTED_IN:
                writes.cancel_document(self.ledger, row)
            else:
                raise not_found(f"No action {action} of this entity.")
            return Response(status=204)

        return handle

    def _post_all(self, request: Request) -> Response:
        journals.post(self.ledger, request.params["id"])
        return Response(status=204)

    def _subscription(self, call: Callable[[Ledger, Request], Response]) -> Call:
        return lambda request: call(self.ledger, request)

    def _of_request(self, name: str, request: Request) -> Document:
        return writes.document_of(self.ledger, name, request.params["id"])

    def _matching(self, name: str, request: Request) -> Document:
        row = self._of_request(name, request)
        current = render.etag(row.id, row.version)
        writes.require_match(request.header("If-Match"), current)
        return row

    # --- batches

    def batched(self, request: Request) -> Response:
        router = Router(self._inner_routes())

        def carry(inner: Request) -> Response:
            return self._carried(router, inner)

        if request.header("Isolation") != "snapshot":
            return batch.answer(list(batch.carried(request, ROOT, carry)))
        rows: list[Row] = []
        with suppress(batch.Undone), self.ledger.store.change():
            rows += batch.carried(request, ROOT, carry)
            if any(row["status"] >= 400 for row in rows):
                raise batch.Undone
        return batch.answer(rows)

    def _carried(self, router: Router, inner: Request) -> Response:
        route, _ = router.find(inner)
        if route is None:
            return refusals.of_error(not_found())
        try:
            return route.handle(inner)
        except LedgerError as error:
            return refusals.of_error(error)
        except BadBody as error:
            return refusals.response("BadRequest", str(error))

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_error(error)

    def failure(self, request: Request, failure: Failure) -> Response:
        if re.search(self.token_path, request.path):
            return json_response({"error": "temporarily_unavailable"}, failure.status)
        code, message = "Internal_ServerError", "Something went wrong."
        if failure.status < 500:
            code = "BadRequest"
        if failure.status == 429:
            code = "Application_TooManyRequests"
            message = "Too many requests reached. Actual (101). Maximum (100)."
        elif failure.reason == "body":
            code, message = "BadRequest", "Cannot read the body of the request."
        elif failure.reason in ("not_found", "method"):
            code, message = "BadRequest_ResourceNotFound", "Resource not found."
        return refusals.response(code, message, failure.status)

    def revoke_grants(self) -> None:
        self.ledger.remember(LOCKED, True)
        super().revoke_grants()
