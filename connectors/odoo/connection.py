"""Getting into an Odoo database: address, log-in, API key, which of the two wires."""

from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from connectors.auth.api_key import HeaderKey
from connectors.errors import Reauthorise, Rejected
from connectors.odoo.api import JSON2_SINCE, Ask, Database, Json2, Wire, XmlRpc
from connectors.odoo.errors import LABEL
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "odoo"
OLDEST = 16

SETTINGS = (
    Setting(
        name="base_url",
        label="Address",
        help="As in the browser, without what follows the host.",
        find_it="The address bar of Odoo, for instance https://acme.odoo.com.",
        kind=SettingKind.URL,
    ),
    Setting(
        name="database",
        label="Database",
        find_it="On Odoo Online the first part of the address; else the database "
        "manager (/web/database/manager) or whoever runs the server.",
    ),
    Setting(
        name="login",
        label="Log-in",
        help="A user of its own for FinSync, in the group Invoicing / Billing.",
        find_it="Odoo, Settings, Users: the e-mail address of the user.",
    ),
    Setting(
        name="api_key",
        label="API key",
        find_it="Odoo, the user's Preferences, Account Security, New API Key. It is "
        "shown once.",
        secret=True,
    ),
    Setting(
        name="key_expires",
        label="The key's last day",
        help="YYYY-MM-DD. From Odoo 18 on keys end; FinSync warns before.",
        required=False,
    ),
    Setting(
        name="api",
        label="Interface",
        help="Odoo 19 has a new one (JSON-2), and the old one (XML-RPC) ends with 22.",
        kind=SettingKind.CHOICE,
        required=False,
        default="auto",
        choices=(
            ("auto", "What the server's version suggests"),
            ("xmlrpc", "XML-RPC"),
            ("json2", "JSON-2"),
        ),
    ),
    Setting(
        name="price_places",
        label="Decimal places of prices",
        help="Odoo rounds what has more.",
        find_it="Odoo, Settings, Technical, Decimal Accuracy: Product Price.",
        kind=SettingKind.NUMBER,
        required=False,
        default="2",
    ),
    Setting(
        name="quantity_places",
        label="Decimal places of quantities",
        help="Odoo rounds what has more.",
        find_it="Odoo, Settings, Technical, Decimal Accuracy: Product Unit.",
        kind=SettingKind.NUMBER,
        required=False,
        default="2",
    ),
    Setting(
        name="tax_rounding",
        label="Rounding of taxes",
        help="Read from the company when it is connected.",
        find_it="Odoo, Settings, Invoicing, Taxes, Rounding Method.",
        kind=SettingKind.CHOICE,
        required=False,
        default="round_per_line",
        choices=(
            ("round_per_line", "On each line"),
            ("round_globally", "On the document"),
        ),
    ),
    Setting(
        name="own_numbers",
        label="Our number becomes Odoo's",
        help="Odoo then goes on counting from our numbers: choose a sales journal of "
        "its own below. Switched off, our number is kept as the reference.",
        kind=SettingKind.SWITCH,
        required=False,
        default="false",
    ),
    Setting(
        name="sales_journal",
        label="Sales journal",
        help="The id of a journal for FinSync's sales; empty: Odoo's first one.",
        find_it="The number in the address when the journal is open in Odoo.",
        required=False,
    ),
)


class Server:
    """The transport and the database of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        self.base_url = config.value("base_url").rstrip("/")
        self.database = config.value("database")
        self.key = config.value("api_key")
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(urlsplit(self.base_url).hostname or "",),
            authoriser=_JsonKey({"Authorization": f"bearer {self.key}"}, label=LABEL),
            secrets=(*configured_secrets(SETTINGS, config), escape(self.key)),
            headers={"X-Odoo-Database": self.database},
        )
        self.xmlrpc = XmlRpc(self.transport, self.base_url, self)
        self.db = Database(_Chosen(self), company_id=config.organisation_id)

    def uid(self) -> int:
        return int(self._session()["uid"])

    def major(self) -> int:
        return int(self._session()["major"])

    def wire(self) -> Wire:
        variant = self.config.value("api") or "auto"
        if variant == "auto":
            variant = "json2" if self.major() >= JSON2_SINCE else "xmlrpc"
        if variant == "json2":
            return Json2(self.transport, self.base_url)
        return self.xmlrpc

    def log_in(self, _old: Tokens | None = None) -> Tokens:
        """Odoo has no tokens: the user's id and the version are kept in their place.
        Raises `Reauthorise`."""
        major = self.xmlrpc.major()
        if 0 < major < OLDEST:
            raise Rejected(
                f"This is {LABEL} {major}; FinSync needs {OLDEST} or newer.",
                where=self.transport.where("login"),
            )
        return Tokens(
            session={"uid": str(self._user(major)), "major": str(major)},
            refresh_expires_at=_last_moment(self.config.value("key_expires")),
        )

    def _user(self, major: int) -> int:
        """JSON-2 knows the user by the key."""
        variant = self.config.value("api") or "auto"
        if variant == "json2" or (variant == "auto" and major >= JSON2_SINCE):
            return 0
        uid = self.xmlrpc.authenticate(self.config.value("login"))
        if uid is None:
            raise Reauthorise(
                f"{LABEL} does not accept the log-in and API key. Enter them again.",
                where=self.transport.where("login"),
            )
        return uid

    def _session(self) -> dict[str, str]:
        tokens = self.services.tokens.read()
        if not tokens.session:
            tokens = self.services.tokens.renew(tokens, self.log_in)
        return dict(tokens.session)


class _JsonKey(HeaderKey):
    """XML-RPC carries the key in its body."""

    def sign(self, request: Outgoing) -> bool:
        return super().sign(request) if "/json/2/" in request.url else False


class _Chosen:
    """The wire that the server speaks, found out at the first call."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def run(self, operation: str, ask: Ask, effect: Effect) -> Any:
        return self._server.wire().run(operation, ask, effect)


def _last_moment(day: str) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), time.max, UTC)
    except ValueError:
        return None
