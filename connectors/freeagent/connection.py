"""Getting into a FreeAgent company: hosts, settings, consent, tokens."""

from connectors.auth.bearer import BearerTokens
from connectors.auth.oauth2 import OAuth2Client, OAuth2Provider
from connectors.freeagent.api import CompanyApi
from connectors.freeagent.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets

SLUG = "freeagent"
_API = "api.freeagent.com"
_SANDBOX_API = "api.sandbox.freeagent.com"

SETTINGS = (
    Setting(
        name="client_id",
        label="OAuth identifier",
        find_it="FreeAgent developer dashboard, your app.",
        app=True,
    ),
    Setting(
        name="client_secret",
        label="OAuth secret",
        find_it="FreeAgent developer dashboard, your app.",
        secret=True,
        app=True,
    ),
    Setting(
        name="environment",
        label="Companies",
        help="Sandbox companies have accounts of their own.",
        kind=SettingKind.CHOICE,
        default="live",
        choices=(("live", "Real companies"), ("sandbox", "Sandbox companies")),
        app=True,
    ),
)


class Company:
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        host = _SANDBOX_API if _sandbox(config) else _API
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(_API, _SANDBOX_API),
            authoriser=BearerTokens(services, self._renewed),
            secrets=configured_secrets(SETTINGS, config),
            # FreeAgent turns away callers that do not say who they are.
            headers={"Accept": "application/json", "User-Agent": "FinSync"},
            throttled_for=THROTTLED_SECONDS,
        )
        self.app = OAuth2Client(
            _provider(host),
            self.transport,
            client_id=config.value("client_id"),
            client_secret=config.value("client_secret"),
        )
        self.api = CompanyApi(self.transport, f"https://{host}")

    def page(self, path: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        company = self.config.organisation_id
        if self.config.practice_url or not company:
            return ""
        middle = ".sandbox" if _sandbox(self.config) else ""
        return f"https://{company}{middle}.freeagent.com/{path}"

    def _renewed(self, old: Tokens) -> Tokens:
        return self.app.refresh(old).tokens


def _provider(host: str) -> OAuth2Provider:
    """Neither scopes nor PKCE nor revoking are documented."""
    return OAuth2Provider(
        authorize_url=f"https://{host}/v2/approve_app",
        token_url=f"https://{host}/v2/token_endpoint",
        pkce=False,
    )


def _sandbox(config: ConnectionConfig) -> bool:
    return "sandbox" in (config.environment, config.value("environment"))
