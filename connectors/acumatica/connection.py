"""Getting into a tenant: its site, its settings, one session for all workers.

Two ways in, both without a person: a session by cookies, or OAuth 2.0 with the same
user's password. Either takes a licence seat until it is logged out.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from connectors.acumatica.errors import LABEL, THROTTLED_SECONDS, login_error
from connectors.auth.login import SessionLogin, cookies_in, put_cookies
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "acumatica"
BEARER = "bearer"
_EARLY = 60

SETTINGS = (
    Setting(
        name="base_url",
        label="Address of the site",
        help="With its virtual directory, where it has one.",
        find_it="The address people log in at, up to the sign-in page: "
        "https://company.acumatica.com or https://erp.example/Instance.",
        kind=SettingKind.URL,
    ),
    Setting(
        name="tenant",
        label="Tenant",
        help="As chosen when logging in. Left empty where the site has one alone.",
        find_it="The sign-in page.",
        required=False,
    ),
    Setting(
        name="branch",
        label="Branch",
        find_it="The branch menu at the top right: its ID.",
        required=False,
    ),
    Setting(
        name="user",
        label="User",
        help="One of its own for FinSync: each session takes a licence seat.",
        find_it="Users (SM201010).",
    ),
    Setting(name="password", label="Password", help="Of that user.", secret=True),
    Setting(
        name="sign_in",
        label="Way in",
        help="OAuth 2.0 needs a connected application.",
        kind=SettingKind.CHOICE,
        default="cookie",
        choices=(("cookie", "Session"), ("oauth", "OAuth 2.0")),
    ),
    Setting(
        name="client_id",
        label="Client ID",
        help="For OAuth 2.0, with the tenant: GUID@Tenant.",
        find_it="Connected Applications (SM303010), flow Resource Owner Password.",
        required=False,
    ),
    Setting(
        name="client_secret",
        label="Client secret",
        find_it="Connected Applications (SM303010).",
        secret=True,
        required=False,
    ),
    Setting(
        name="endpoint",
        label="Endpoint",
        help="Name and version of the web service endpoint.",
        find_it="Web Service Endpoints (SM207060).",
        default="Default/24.200.001",
    ),
    Setting(
        name="home_currency",
        label="Base currency",
        find_it="Companies (CS101500).",
        default="GBP",
    ),
    Setting(
        name="document_entity",
        label="Sales documents are",
        help="Invoices of Accounts Receivable take accounts. Sales invoices need an "
        "item on each line, and move stock where it is a stock item.",
        kind=SettingKind.CHOICE,
        default="Invoice",
        choices=(
            ("Invoice", "Invoices (AR301000)"),
            ("SalesInvoice", "Sales invoices (SO303000)"),
        ),
    ),
    Setting(
        name="customer_class",
        label="Class of new customers",
        help="Left empty, the default of the company.",
        find_it="Customer Classes (AR201000).",
        required=False,
    ),
    Setting(
        name="vendor_class",
        label="Class of new suppliers",
        help="Left empty, the default of the company.",
        find_it="Vendor Classes (AP201000).",
        required=False,
    ),
    Setting(
        name="party_ids",
        label="IDs of new customers and suppliers",
        help="Choose the company where it numbers them by itself.",
        find_it="Segmented Keys (CS202000), BIZACCT: Auto Number.",
        kind=SettingKind.CHOICE,
        default="ours",
        choices=(("ours", "FinSync gives them"), ("theirs", "The company gives them")),
    ),
    Setting(
        name="payment_method",
        label="Payment method",
        help="With which receipts and payments are entered.",
        find_it="Payment Methods (CA204000).",
        default="CHECK",
    ),
    Setting(
        name="ca_pem",
        label="Certificate of a private authority",
        help="Where the site's certificate is of the company's own authority.",
        find_it="The site's administrator has it as a PEM file.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
)


class Tenant:
    """The transport of one connection, with its shared session."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        self.site = (config.value("base_url") or config.practice_url).rstrip("/")
        endpoint = config.value("endpoint") or "Default/24.200.001"
        self.root = f"{self.site}/entity/{endpoint.strip('/')}"
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(urlsplit(self.site).hostname or "",),
            authoriser=SessionLogin(services, self._log_in, put=_put),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=THROTTLED_SECONDS,
            ca_pem=config.value("ca_pem"),
        )

    def log_out(self) -> None:
        """Gives the licence seat back. A session that is gone already is no fault."""
        tokens = self.services.tokens.read()
        if not tokens.session:
            return
        request = Outgoing(method="POST", url="", headers={})
        _put(request, tokens)
        self.transport.redactor.learn_tokens(tokens)
        answer = self.transport.call(
            "logout",
            "POST",
            f"{self.site}/entity/auth/logout",
            headers=request.headers,
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok and answer.status != 401:
            raise answer.unreadable(f"refuses the log-out with HTTP {answer.status}")

    def page(self, screen: str, kind: str, number: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        if self.config.practice_url or not number:
            return ""
        return f"{self.site}/Main?ScreenId={screen}&DocType={kind}&RefNbr={number}"

    def _log_in(self) -> Tokens:
        """A session more costs a seat until it ends, and nothing else, so this may be
        repeated."""
        if self.config.value("sign_in") == "oauth":
            return self._token()
        given = {
            "name": self.config.value("user"),
            "password": self.config.value("password"),
            "tenant": self.config.value("tenant"),
            "branch": self.config.value("branch"),
        }
        answer = self.transport.call(
            "login",
            "POST",
            f"{self.site}/entity/auth/login",
            json={name: value for name, value in given.items() if value},
            effect=Effect.READ,
            returns={500},
            authorised=False,
        )
        if not answer.ok:
            raise login_error(answer)
        if not (session := cookies_in(answer)):
            raise answer.unreadable("opens no session")
        return Tokens(session=session)

    def _token(self) -> Tokens:
        """Asked for anew when it has run out: the password is at hand, and no refresh
        token can be lost that way."""
        answer = self.transport.call(
            "login",
            "POST",
            f"{self.site}/identity/connect/token",
            form={
                "grant_type": "password",
                "client_id": self.config.value("client_id"),
                "client_secret": self.config.value("client_secret"),
                "username": self.config.value("user"),
                "password": self.config.value("password"),
                "scope": "api",
            },
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok:
            raise login_error(answer)
        body = answer.json_object()
        seconds = int(body.get("expires_in") or 3600) - _EARLY
        return Tokens(
            session={BEARER: str(body["access_token"])},
            expires_at=self.services.clock.now() + timedelta(seconds=seconds),
        )


def _put(request: Outgoing, tokens: Tokens) -> None:
    if token := tokens.session.get(BEARER):
        request.headers["Authorization"] = f"Bearer {token}"
    else:
        put_cookies(request, tokens)
