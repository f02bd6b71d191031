"""S/4HANA Cloud's face: OData services and the journal entry service, on one address.

HTTP Basic for all; each OData write needs a CSRF token and the session that it was
given in. A posting is answered HTTP 200 whether it was made or not.
"""

import datetime as dt
import secrets
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.transport.xml import UnsafeXml, child_text, parse_xml

from .. import books
from ..books import Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Integers, Policies, Scope
from ..wire import Request, Response, Route, json_response
from . import codes, cube, invoices, journal, partners
from .filters import BadFilter, Filter
from .refusals import Refused, refused

ODATA = "/sap/opu/odata/sap"
SOAP = "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi"
PASSWORD = "sap.password"  # noqa: S105 - the name under which it is kept
FIRST_NUMBER = 1_800_000_001
PAGE_LIMIT = 5000
Row = dict[str, Any]
Source = Callable[[Ledger], Iterable[Row]]
ENTITIES: dict[str, tuple[Source, set[str]]] = {
    "API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube": (
        cube.rows,
        cube.NAMES,
    ),
    "API_BUSINESS_PARTNER/A_BusinessPartner": (
        partners.partners,
        {"BusinessPartner", "Customer", "Supplier"},
    ),
    "API_BUSINESS_PARTNER/A_Customer": (
        lambda ledger: partners.in_role(ledger, Role.CUSTOMER),
        {"Customer", "CustomerName", "VATRegistration"},
    ),
    "API_BUSINESS_PARTNER/A_Supplier": (
        lambda ledger: partners.in_role(ledger, Role.SUPPLIER),
        {"Supplier", "SupplierName", "VATRegistration"},
    ),
    "API_GLACCOUNTINCHARTOFACCOUNTS_SRV/A_GLAccountInChartOfAccounts": (
        partners.accounts,
        {"ChartOfAccounts", "GLAccount"},
    ),
}


class S4HanaCloud(Face):
    slug = "sap_s4hana_cloud"
    title = "SAP S/4HANA Cloud"

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._sessions: dict[str, str] = {}
        if ledger.recall(PASSWORD) is None:
            ledger.remember(PASSWORD, secrets.token_urlsafe(24))

    @classmethod
    def policies(cls) -> Policies:
        """Document references may be taken twice. Numbers have ten digits."""
        return Policies(
            ids=Integers(start=FIRST_NUMBER, shared=True),
            names=Scope.NONE,
            numbers={},
            number_length=16,
            name_length=81,
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        return books.Company(id=codes.COMPANY_ID, name=name)

    def routes(self) -> list[Route]:
        return [
            Route("POST", SOAP, self._known(self._post_entry)),
            Route("GET", f"{ODATA}/{{service}}/", self._known(self._token)),
            Route("GET", f"{ODATA}/{{service}}/{{path}}", self._known(self._read)),
            Route("POST", f"{ODATA}/{{service}}/{{path}}", self._known(self._write)),
        ]

    def credentials(self, base_url: str) -> dict[str, Any]:
        return {
            "base_url": "https://my300000-api.s4hana.cloud.sap",
            "user": codes.USER,
            "password": self.ledger.recall(PASSWORD),
            "company_code": codes.COMPANY_CODE,
            "tax_codes": codes.tax_table(self.ledger),
            "receivables": codes.RECEIVABLES,
            "payables": codes.PAYABLES,
        }

    def sample(self) -> dict[str, str]:
        """Accounts and tax codes by their numbers; lines carry no items."""
        found = super().sample()
        for name in ("account", "expense_account", "bank"):
            found[name] = codes.number_of(self.ledger, found[name])
        return {**found, "item": "", "tax_code": "A0"}

    def revoke_grants(self) -> None:
        self.ledger.remember(PASSWORD, "")

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return _error(refused(error))

    def failure(self, request: Request, failure: Failure) -> Response:
        if request.path == SOAP and failure.status == 500:
            return journal.fault(f"Processing error ({failure.reason})", "Server")
        text = f"Processing error ({failure.reason})"
        return _error(Refused(text, "005056A509B11EE1", failure.status))

    def end_sessions(self) -> None:
        """Of OData; their tokens are no longer accepted."""
        self._sessions.clear()

    def _known(self, call: Callable[[Request], Response]) -> Callable[..., Response]:
        def handle(request: Request) -> Response:
            if not self._signed(request):
                page = b"<html><head><title>Logon failed</title></head></html>"
                refusal = Response(status=401, body=page, content_type="text/html")
                return refusal.with_headers(("WWW-Authenticate", 'Basic realm="SAP"'))
            try:
                return call(request)
            except Refused as error:
                return _error(error)

        return handle

    def _signed(self, request: Request) -> bool:
        kind, _, given = request.header("Authorization").partition(" ")
        password = self.ledger.recall(PASSWORD)
        if kind != "Basic" or not password:
            return False
        try:
            text = b64decode(given, validate=True).decode()
        except ValueError:
            return False
        return secrets.compare_digest(text, f"{codes.USER}:{password}")

    # --- journal entries

    def _post_entry(self, request: Request) -> Response:
        if request.content_type != "text/xml":
            return journal.fault("text/xml is needed")
        try:
            root = parse_xml(request.body)
            entry = journal.request_of(root)
        except (UnsafeXml, journal.Malformed) as error:
            return journal.fault(str(error))
        header = next(root.iter("MessageHeader"))
        message = child_text(header, "ID")
        try:
            made = journal.handled(self.ledger, entry)
        except Refused as error:
            return journal.answer(message, None, error)
        return journal.answer(message, made, None)

    # --- OData

    def _token(self, request: Request) -> Response:
        body = json_response({"d": {"EntitySets": []}})
        if request.header("X-CSRF-Token").lower() != "fetch":
            return body
        session, token = secrets.token_hex(16), secrets.token_urlsafe(16)
        self._sessions[session] = token
        cookie = f"SAP_SESSIONID_PRA_100={session}; path=/; HttpOnly"
        return body.with_headers(("x-csrf-token", token), ("Set-Cookie", cookie))

    def _read(self, request: Request) -> Response:
        service, path = request.params["service"], request.params["path"]
        if service == "API_COMPANYCODE_SRV":
            if path != f"A_CompanyCode('{codes.COMPANY_CODE}')":
                raise _missing()
            return _record(partners.company(self.ledger))
        if f"{service}/{path}" not in ENTITIES:
            raise _missing()
        source, names = ENTITIES[f"{service}/{path}"]
        try:
            wanted = Filter(request.arg("$filter"), names)
        except BadFilter as error:
            raise Refused(str(error), "/IWBEP/CM_MGW_RT/176") from error
        found = [row for row in source(self.ledger) if wanted.holds(row)]
        skip, top = int(request.arg("$skip", "0")), int(request.arg("$top", "100"))
        page = found[skip : skip + min(top, PAGE_LIMIT)]
        select = [name for name in request.arg("$select").split(",") if name]
        expand = request.arg("$expand")
        rows = [_shown(_selected(row, select), expand) for row in page]
        return json_response({"d": {"results": rows}})

    def _write(self, request: Request) -> Response:
        if not self._has_token(request):
            text = "CSRF token validation failed"
            refusal = Response(403, text.encode(), "text/plain")
            return refusal.with_headers(("x-csrf-token", "Required"))
        service, path = request.params["service"], request.params["path"]
        with self.ledger.store.change():
            try:
                return self._written(request, f"{service}/{path}")
            except LedgerError as error:
                raise refused(error) from error

    def _written(self, request: Request, path: str) -> Response:
        if path == "API_BUSINESS_PARTNER/A_BusinessPartner":
            return _record(partners.create(self.ledger, _object(request)), 201)
        if path == "API_SUPPLIERINVOICE_PROCESS_SRV/A_SupplierInvoice":
            made = invoices.create(self.ledger, _object(request))
            return _record(invoices.row_of(made), 201)
        if path == "API_SUPPLIERINVOICE_PROCESS_SRV/Cancel":
            names = request.query
            invoices.cancel(self.ledger, {name: request.arg(name) for name in names})
            return _record({"Cancel": {"Success": True}})
        raise _missing()

    def _has_token(self, request: Request) -> bool:
        cookies = request.header("Cookie").split("; ")
        for cookie in cookies:
            token = self._sessions.get(cookie.partition("=")[2])
            if token and secrets.compare_digest(request.header("X-CSRF-Token"), token):
                return True
        return False


def _object(request: Request) -> Mapping[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise Refused("An object is needed", "/IWFND/CM_BEC/040")
    return body


def _selected(row: Row, names: list[str]) -> Row:
    if unknown := set(names) - row.keys():
        raise Refused(f"Property {min(unknown)} is invalid", "/IWBEP/CM_MGW_RT/176")
    return {name: row[name] for name in names} if names else dict(row)


def _shown(row: Row, expand: str) -> Row:
    """Days as SAP writes them; what hangs on a record only where it was asked for."""
    shown = {}
    for name, value in row.items():
        if name.startswith("to_"):
            if not any(part.split("/")[0] == name for part in expand.split(",")):
                continue
        if name in cube.DATES and value:
            day = dt.datetime.fromisoformat(f"{value}T00:00:00+00:00")
            value = f"/Date({int(day.timestamp()) * 1000})/"
        shown[name] = value
    return shown


def _record(row: Row, status: int = 200) -> Response:
    return json_response({"d": row}, status)


def _missing() -> Refused:
    text = "Resource not found for the segment."
    return Refused(text, "/IWBEP/CM_MGW_RT/021", 404)


def _error(error: Refused) -> Response:
    message = {"lang": "en", "value": error.message}
    body = {"error": {"code": error.code, "message": message}}
    return json_response(body, error.status)
