"""Getting into a company: its server, its settings, one session for all workers."""

from urllib.parse import urlsplit

from connectors.auth.login import SessionLogin, cookies_in, put_cookies
from connectors.sap_business_one.errors import LABEL, login_error
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "sap_business_one"
PATH = "/b1s/v2"
SESSION, ROUTE = "B1SESSION", "ROUTEID"

SETTINGS = (
    Setting(
        name="base_url",
        label="Address of the Service Layer",
        help="With its port, usually 50000.",
        find_it="Ask whoever hosts SAP Business One: https://server.example:50000.",
        kind=SettingKind.URL,
    ),
    Setting(
        name="company_db",
        label="Company database",
        find_it="SAP Business One client, Choose Company: the column Database Name.",
    ),
    Setting(
        name="user",
        label="User",
        help="A user of its own for FinSync: each session takes a licence seat.",
        find_it="Administration, Setup, General, Users.",
    ),
    Setting(
        name="password",
        label="Password",
        find_it="Set when the user was made.",
        secret=True,
    ),
    Setting(
        name="ca_pem",
        label="Certificate of a private authority",
        help="Where the server's certificate is self-signed or of the company's own "
        "authority. Verification is never switched off.",
        find_it="The server's administrator has it as a PEM file.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="tax_field",
        label="Taxes of the company",
        help="The United States and Canada use sales tax codes, all others VAT groups.",
        kind=SettingKind.CHOICE,
        default="VatGroup",
        choices=(("VatGroup", "VAT groups"), ("TaxCode", "Sales tax codes")),
    ),
    Setting(
        name="rows",
        label="Rows of a document",
        help="A document there is all services or all items. Services carry the "
        "nominal code; items need a product on each line of the repair job, and move "
        "stock where the item is kept in stock.",
        kind=SettingKind.CHOICE,
        default="service",
        choices=(
            ("service", "Services, with the nominal code on each row"),
            ("items", "Items, where each line has a product"),
        ),
    ),
    Setting(
        name="warehouse",
        label="Warehouse of item rows",
        help="Left empty, the item's own.",
        required=False,
    ),
    Setting(
        name="branch",
        label="Branch",
        help="The branch's number, where the company uses branches.",
        find_it="Administration, Setup, Financials, Branches.",
        kind=SettingKind.NUMBER,
        required=False,
    ),
    Setting(
        name="reference_field",
        label="Own field for FinSync's reference",
        help="A user-defined field of marketing documents (U_...). Left empty, the "
        "reference stands in the journal remark.",
        find_it="Tools, Customization Tools, User-Defined Fields.",
        required=False,
    ),
)


class Company:
    """The transport of one connection, with its shared session."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        address = config.value("base_url") or config.practice_url
        self.root = f"{address.rstrip('/')}{PATH}"
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(urlsplit(address).hostname or "",),
            authoriser=SessionLogin(services, self._log_in, put=put_cookies),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            ca_pem=config.value("ca_pem"),
        )

    def _log_in(self) -> Tokens:
        """A second session costs a seat and nothing else, so this may be repeated."""
        answer = self.transport.call(
            "login",
            "POST",
            f"{self.root}/Login",
            json={
                "CompanyDB": self.config.value("company_db"),
                "UserName": self.config.value("user"),
                "Password": self.config.value("password"),
            },
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok:
            raise login_error(answer)
        return self._session(answer)

    def _session(self, answer: Answer) -> Tokens:
        body = answer.json_object()
        if not body.get("SessionId"):
            raise answer.unreadable("opens no session")
        # It ends when it is idle, not at a moment that could be noted.
        session = {SESSION: str(body["SessionId"])}
        if route := cookies_in(answer).get(ROUTE):
            session[ROUTE] = route
        return Tokens(session=session)

    def log_out(self) -> None:
        """Gives the licence seat back. A session that is gone already is no fault."""
        tokens = self.services.tokens.read()
        if not tokens.session:
            return
        request = Outgoing(method="POST", url="", headers={})
        put_cookies(request, tokens)
        self.transport.redactor.learn_tokens(tokens)
        answer = self.transport.call(
            "logout",
            "POST",
            f"{self.root}/Logout",
            headers=request.headers,
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok and answer.status != 401:
            raise answer.unreadable(f"refuses the log-out with HTTP {answer.status}")
