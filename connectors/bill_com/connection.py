"""Getting into an organisation: its settings, one session for all workers.

Sessions cost nothing but their log-in, of which a developer key has 200 an hour; they
end after 35 minutes without a call. Nothing here moves money, so none is MFA-trusted.
"""

from connectors.auth.login import SessionLogin
from connectors.bill_com.errors import (
    LABEL,
    login_error,
    seconds_away,
    session_is_gone,
)
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "bill_com"
LIVE, SANDBOX = "live", "sandbox"
GATEWAYS = {LIVE: "gateway.prod.bill.com", SANDBOX: "gateway.stage.bill.com"}
SESSION, DEVELOPER_KEY = "sessionId", "devKey"

SETTINGS = (
    Setting(
        name="developer_key",
        label="Developer key",
        help="FinSync's own. Sandbox and production have one each.",
        find_it="Bill.com, Settings, Sync & Integrations, Manage Developer Keys.",
        secret=True,
        app=True,
    ),
    Setting(
        name="environment",
        label="Organisations",
        help="The sandbox shares nothing with production.",
        kind=SettingKind.CHOICE,
        default=LIVE,
        choices=((LIVE, "Real organisations"), (SANDBOX, "Sandbox organisations")),
        app=True,
    ),
    Setting(
        name="username",
        label="User",
        help="The e-mail of a user of its own for FinSync, or the name of an API sync "
        "token.",
        find_it="Bill.com, Settings, Users; tokens under Sync & Integrations.",
    ),
    Setting(
        name="password",
        label="Password",
        help="Of that user, or the value of the token.",
        secret=True,
    ),
    Setting(
        name="organization_id",
        label="Organisation ID",
        help="Begins with 008.",
        find_it="Bill.com, Settings, Sync & Integrations, Manage Developer Keys.",
    ),
    Setting(
        name="home_currency",
        label="Currency",
        help="That of the organisation; its documents name none.",
        default="USD",
    ),
    Setting(
        name="country",
        label="Country of addresses that name none",
        help="Two letters.",
        default="US",
    ),
    Setting(
        name="fallback_email",
        label="E-mail for customers who have none",
        help="Bill.com takes no customer without. Left empty, such customers are held "
        "back.",
        required=False,
    ),
    Setting(
        name="fallback_address",
        label="Address for suppliers who have none",
        help="Street, city, ZIP code, with commas between them. Bill.com takes no "
        "supplier without. Left empty, such suppliers are held back.",
        required=False,
    ),
)


class OrganisationAccess:
    """The transport of one connection, with its shared session."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        environment = config.value("environment") or LIVE
        gateway = GATEWAYS.get(environment, GATEWAYS[LIVE])
        self.root = f"https://{gateway}/connect/v3"
        self.events = f"https://{gateway}/connect-events/v3"
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(gateway,),
            authoriser=SessionLogin(
                services, self._log_in, put=self._put, refused=session_is_gone
            ),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=lambda body: seconds_away(body, services.clock.now()),
        )

    def log_out(self) -> None:
        """Ends the shared session. One that is gone already is no fault."""
        tokens = self.services.tokens.read()
        if not tokens.session:
            return
        request = Outgoing(method="POST", url="", headers={})
        self._put(request, tokens)
        self.transport.redactor.learn_tokens(tokens)
        answer = self.transport.call(
            "logout",
            "POST",
            f"{self.root}/logout",
            headers=request.headers,
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok and not session_is_gone(answer):
            raise answer.unreadable(f"refuses the log-out with HTTP {answer.status}")

    def _put(self, request: Outgoing, tokens: Tokens) -> None:
        request.headers[SESSION] = tokens.session[SESSION]
        request.headers[DEVELOPER_KEY] = self.config.value("developer_key")

    def _log_in(self) -> Tokens:
        """A session more changes nothing, so this may be repeated."""
        answer = self.transport.call(
            "login",
            "POST",
            f"{self.root}/login",
            json={
                "username": self.config.value("username"),
                "password": self.config.value("password"),
                "organizationId": self.config.value("organization_id"),
                "devKey": self.config.value("developer_key"),
            },
            effect=Effect.READ,
            authorised=False,
        )
        if not answer.ok:
            raise login_error(answer, self.services.clock.now())
        return _session(answer)


def _session(answer: Answer) -> Tokens:
    """It ends when it is idle, not at a moment that could be noted."""
    session = answer.json_object().get(SESSION)
    if not session:
        raise answer.unreadable("opens no session")
    return Tokens(session={SESSION: str(session)})
