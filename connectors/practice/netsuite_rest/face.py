"""NetSuite's REST face: records, SuiteQL and the token endpoint, on one address.

A OneWorld account with one subsidiary, books in GBP. Writes are answered 204 with a
Location; a PUT by external id adds to sublists unless `replace` names them.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..netsuite.account import Account
from ..netsuite.refusals import Refused, not_there, refused
from ..netsuite.rules import policies
from ..policies import Policies
from ..quotas import Quota
from ..wire import BadBody, Request, Response, Route, json_response
from . import shapes, suiteql, tables
from .sign_in import TOKEN_PATH, SignIn, SignInRefused, credentials_of

RECORD = "/services/rest/record/v1"
SUBLISTS = ("item", "expense", "apply", "addressBook")
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    429: "Too Many Requests",
}
Call = Callable[[Request], Response]


class NetSuiteRest(Face):
    slug = "netsuite_rest"
    title = "Oracle NetSuite"
    token_path = rf"^{TOKEN_PATH}$"
    quotas = (Quota("concurrent", 5, 0, path=r"^/services/rest/(record|query)/"),)

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.account = Account(ledger)
        self.sign_in = SignIn(ledger)

    @classmethod
    def policies(cls) -> Policies:
        return policies()

    def routes(self) -> list[Route]:
        one = f"{RECORD}/{{type}}/{{id}}"
        return [
            Route("POST", TOKEN_PATH, self._token),
            Route("POST", "/services/rest/query/v1/suiteql", self._known(self._query)),
            Route("GET", f"{RECORD}/{{type}}", self._known(self._list)),
            Route("POST", f"{RECORD}/{{type}}", self._known(self._create)),
            Route("GET", one, self._known(self._get)),
            Route("PUT", one, self._known(self._put)),
            Route("PATCH", one, self._known(self._patch)),
            Route("DELETE", one, self._known(self._delete)),
        ]

    def credentials(self, base_url: str) -> dict[str, Any]:
        return dict(credentials_of(self.sign_in))

    def expire_tokens(self) -> None:
        self.sign_in.expire()

    def revoke_grants(self) -> None:
        self.sign_in.revoke()

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return _refusal(refused(error))

    def failure(self, request: Request, failure: Failure) -> Response:
        codes = {429: "CONCURRENCY_LIMIT_EXCEEDED", 400: "INVALID_CONTENT"}
        code = codes.get(failure.status, "UNEXPECTED_ERROR")
        text = "Concurrent request limit exceeded. Request blocked."
        if failure.status != 429:
            text = f"An unexpected error occurred ({failure.reason})."
        return _error(failure.status, code, text)

    # --- getting in

    def _token(self, request: Request) -> Response:
        try:
            return json_response(self.sign_in.token(request.form()))
        except SignInRefused as error:
            return json_response({"error": error.code}, 400)

    def _known(self, call: Call) -> Call:
        def handle(request: Request) -> Response:
            if not self.sign_in.knows(request):
                text = "Invalid login attempt. For more details, see the Login Audit "
                refusal = _error(401, "INVALID_LOGIN", f"{text}Trail.")
                scheme = 'Bearer realm="1234567", error="invalid_token"'
                return refusal.with_headers(("WWW-Authenticate", scheme))
            try:
                return call(request)
            except Refused as error:
                return _refusal(error)

        return handle

    # --- calls

    def _query(self, request: Request) -> Response:
        if "transient" not in request.header("Prefer"):
            return _error(400, "INVALID_HEADER", "Prefer: transient is needed.")
        query = _object(request).get("q")
        if not isinstance(query, str):
            raise Refused("INVALID_PARAMETER", "q is needed.", "q")
        limit, offset = (
            int(request.arg("limit", "1000")),
            int(request.arg("offset", "0")),
        )
        if not 0 < limit <= 1000 or offset % limit:
            raise Refused("INVALID_PARAMETER", "offset must be a multiple of limit.")
        try:
            table = suiteql.table_of(query)
            if table not in tables.TABLES:
                raise suiteql.BadQuery(f"Record '{table}' was not found.")
            found = suiteql.answered(query, tables.rows(self.account, table))
        except suiteql.BadQuery as error:
            return _error(400, "INVALID_PARAMETER", str(error))
        page = found[offset : offset + limit]
        return json_response(
            {
                "links": [],
                "count": len(page),
                "hasMore": offset + limit < len(found),
                "items": page,
                "offset": offset,
                "totalResults": len(found),
            }
        )

    def _list(self, request: Request) -> Response:
        found = [
            record["id"] for _, record in self.account.rows(request.params["type"])
        ]
        items = [{"links": [], "id": id} for id in found]
        total = len(items)
        body = {"links": [], "count": total, "hasMore": False, "items": items}
        return json_response({**body, "offset": 0, "totalResults": total})

    def _create(self, request: Request) -> Response:
        type = request.params["type"]
        record = shapes.checked(type, _object(request))
        external = str(record.get("externalId", ""))
        return self._made(request, self.account.create(type, record, external))

    def _get(self, request: Request) -> Response:
        type, id = request.params["type"], self._id(request)
        record = self.account.read(type, id)
        if fields := request.arg("fields"):
            wanted = {"id", *fields.split(",")}
            record = {k: v for k, v in record.items() if k in wanted}
        elif request.arg("expandSubResources") != "true":
            record = {k: v for k, v in record.items() if k not in SUBLISTS}
        return json_response({"links": [], **record})

    def _put(self, request: Request) -> Response:
        type, id = request.params["type"], unquote(request.params["id"])
        record = shapes.checked(type, _object(request))
        if not id.startswith("eid:"):
            return _error(405, "INVALID_REQUEST", "PUT needs an external id.")
        external = id.removeprefix("eid:")
        there = self.account.by_external(type, external)
        if there:
            record = self._merged(request, type, there, record)
        made = self.account.upsert(type, record, external)
        return self._made(request, made)

    def _patch(self, request: Request) -> Response:
        type, id = request.params["type"], self._id(request)
        record = shapes.checked(type, _object(request))
        self.account.update(type, id, self._merged(request, type, id, record))
        return self._made(request, id)

    def _delete(self, request: Request) -> Response:
        self.account.delete(request.params["type"], self._id(request))
        return Response(status=204)

    def _merged(
        self, request: Request, type: str, id: str, sent: dict[str, Any]
    ) -> dict[str, Any]:
        """Lines are added to those that are there unless they are to be replaced."""
        replaced = request.arg("replace").split(",")
        there = self.account.read(type, id)
        merged = dict(sent)
        for name in ("item", "expense"):
            if name in sent and name not in replaced and name in there:
                merged[name] = {"items": there[name]["items"] + sent[name]["items"]}
        return merged

    def _made(self, request: Request, id: str) -> Response:
        place = f"{request.base_url}{RECORD}/{request.params['type']}/{id}"
        return Response(status=204).with_headers(("Location", place))

    def _id(self, request: Request) -> str:
        type, id = request.params["type"], unquote(request.params["id"])
        if id.startswith("eid:"):
            id = self.account.by_external(type, id.removeprefix("eid:"))
        if not id:
            raise not_there()
        return id


def _object(request: Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Refused("INVALID_HEADER", "application/json is needed.")
    body = request.json()
    if not isinstance(body, dict):
        raise BadBody("an object is needed")
    return body


def _refusal(error: Refused) -> Response:
    """In REST's words: most refusals are of the content, at a path."""
    if error.code == "RCRD_DSNT_EXIST":
        text = "The record instance does not exist. Provide a valid record instance ID."
        return _error(404, "NONEXISTENT_ID", text)
    path = _path(error.field)
    if error.code == "INVALID_KEY_OR_REF":
        text = (
            "Error while accessing resource: You have entered an Invalid Field Value "
        )
        text += f"{error.value} for the following field: {path.rpartition('.')[2]}"
        return _error(400, "INVALID_CONTENT", text, path)
    text = f"Error while accessing resource: {error.message}"
    code = "USER_ERROR" if error.code != "INVALID_CONTENT" else error.code
    return _error(400, code, text, path)


def _path(field: str) -> str:
    """The ledger's `lines.2.item` as REST's `item.items[2].item`."""
    names = {"party": "entity", "tax_code": "taxCode", "date": "tranDate"}
    parts = field.split(".")
    if parts[0] != "lines" or len(parts) < 3:
        return names.get(field, field)
    sublist = "expense" if parts[2] == "account" else "item"
    return f"{sublist}.items[{parts[1]}].{names.get(parts[2], parts[2])}"


def _error(status: int, code: str, text: str, path: str = "") -> Response:
    detail = {"detail": text, "o:errorCode": code}
    body = {
        "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.1",
        "title": TITLES.get(status, "Internal Server Error"),
        "status": status,
        "o:errorDetails": [detail | ({"o:errorPath": path} if path else {})],
    }
    made = json_response(body, status)
    kind = "application/vnd.oracle.resource+json; type=error"
    return Response(status=status, body=made.body, content_type=kind)
