"""Getting into a Kashoo business: settings, the token that a log-in brings."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.auth.login import SessionLogin
from connectors.auth.oauth2 import basic
from connectors.correctable import (
    FIELDS,
    PATHS,
    FieldNames,
    Paths,
    fields_setting,
    paths_setting,
)
from connectors.errors import Reauthorise
from connectors.kashoo import names
from connectors.kashoo.api import BusinessApi
from connectors.kashoo.errors import THROTTLED_SECONDS
from connectors.kashoo.names import LABEL
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "kashoo"
HOST = "https://api.kashoo.com"
TOKEN = "token"  # noqa: S105 - a name
OLDEST = "2000-01-01"
_LONGEST_TOKEN = 2000

SETTINGS = (
    Setting(
        name="user",
        label="E-mail address",
        help="Of a Kashoo user of its own for FinSync.",
        find_it="What people log in with.",
        required=False,
    ),
    Setting(
        name="password",
        label="Password",
        help="Of that user. FinSync logs in again whenever its token has ended.",
        secret=True,
        required=False,
    ),
    Setting(
        name=TOKEN,
        label="Token instead of a password",
        help="Ends without notice, and must then be pasted anew.",
        find_it="Kashoo's web app: what stands behind “TOKEN uuid:” in the header "
        "Authorization.",
        secret=True,
        required=False,
    ),
    Setting(
        name="business_id",
        label="Business",
        help="The number of the business. Needed where the log-in opens several; "
        "FinSync then names them.",
        kind=SettingKind.NUMBER,
        required=False,
    ),
    Setting(
        name="home_currency",
        label="Currency of the business",
        help="Three letters, where Kashoo does not tell. Of two decimals alone.",
        required=False,
    ),
    Setting(
        name="taxes",
        label="Taxes, typed in",
        help="Where their list cannot be read: one a line, as “71 = GST 5%”.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="base_url",
        label="Address of the API",
        help="Without /api.",
        kind=SettingKind.URL,
        default=HOST,
        advanced=True,
    ),
    Setting(
        name="auth_style",
        label="How the token is written",
        help="TOKEN uuid was seen in most clients.",
        kind=SettingKind.CHOICE,
        default="uuid",
        choices=(
            ("uuid", "TOKEN uuid:"),
            ("json", "TOKEN json:"),
            ("bearer", "Bearer"),
        ),
        advanced=True,
    ),
    Setting(
        name="contacts_by",
        label="Contacts are listed",
        help="Older clients asked for a temporary copy (sync) first.",
        kind=SettingKind.CHOICE,
        default="list",
        choices=(("list", "Directly"), ("sync", "By a temporary copy")),
        advanced=True,
    ),
    Setting(
        name="rounding",
        label="Taxes are rounded",
        help="For the totals that FinSync forecasts.",
        kind=SettingKind.CHOICE,
        default="line",
        choices=(("line", "On each line"), ("code", "Once for each tax")),
        advanced=True,
    ),
    Setting(
        name="oldest",
        label="Look for documents from",
        help="A day, YYYY-MM-DD. Numbers are looked for from there on.",
        default=OLDEST,
        advanced=True,
    ),
    paths_setting("invoice = records/{id}"),
    fields_setting("invoice.lineItems.rate = price"),
)


class Business:
    """The transport and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        site = (config.value("base_url") or HOST).rstrip("/")
        self.paths = Paths.corrected(names.PATHS, config.value(PATHS), label=LABEL)
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(urlsplit(site).hostname or "",),
            authoriser=SessionLogin(services, self._log_in, put=self._put),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = BusinessApi(
            self.transport,
            f"{site}/api",
            self.paths,
            FieldNames.corrected(names.FIELDS, config.value(FIELDS), label=LABEL),
            business=config.organisation_id or config.value("business_id"),
        )

    def _log_in(self) -> Tokens:
        """Two ways were seen: first the older, then the later one."""
        if pasted := self.config.value(TOKEN).strip():
            return _kept(pasted)
        user, password = self.config.value("user"), self.config.value("password")
        if not (user and password):
            raise Reauthorise(
                f"Enter the e-mail address and the password of a {LABEL} user, or "
                "paste a token.",
                where=self.transport.where("login"),
            )
        answer = self._asked(headers={"Authorization": basic(user, password)})
        if not answer.ok:
            answer = self._asked(form={"email": user, "password": password})
        if not answer.ok:
            raise Reauthorise(
                f"{LABEL} does not accept this e-mail address and password.",
                where=answer.where,
            )
        return self._opened(answer)

    def _asked(
        self,
        *,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> Answer:
        """A token more costs nothing, so this may be repeated."""
        return self.transport.call(
            "login",
            "POST",
            self.api.address("login"),
            headers=headers,
            form=form,
            effect=Effect.READ,
            authorised=False,
            confidential=True,
        )

    def _opened(self, answer: Answer) -> Tokens:
        token = answer.text.strip().strip('"')
        if not token or len(token) > _LONGEST_TOKEN or token.startswith("<"):
            raise answer.unreadable("is no token")
        return _kept(token)

    def _put(self, request: Outgoing, tokens: Tokens) -> None:
        token = tokens.session[TOKEN]
        style = self.config.value("auth_style") or "uuid"
        if style == "bearer":
            value = f"Bearer {_code(token)}"
        elif style == "json":
            value = f"TOKEN json:{_as_json(token)}"
        else:
            value = f"TOKEN uuid:{_code(token)}"
        request.headers["Authorization"] = value


def _kept(token: str) -> Tokens:
    """A token may come as JSON, and then tells when it ends."""
    ends = _object(token).get("expiryDate")
    return Tokens(
        session={TOKEN: token},
        expires_at=datetime.fromtimestamp(int(ends) / 1000, UTC) if ends else None,
    )


def _code(token: str) -> str:
    return str(_object(token).get("authenticationCode") or token)


def _as_json(token: str) -> str:
    return token if _object(token) else json.dumps({"authenticationCode": token})


def _object(token: str) -> dict[str, Any]:
    try:
        found = json.loads(token) if token.startswith("{") else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}
