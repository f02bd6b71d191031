"""Getting into a FreeAgent company: hosts, settings, consent, tokens."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import OAuth2Provider
from connectors.freeagent.api import CompanyApi
from connectors.freeagent.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind

SLUG = "freeagent"
_API = "api.freeagent.com"
_SANDBOX_API = "api.sandbox.freeagent.com"

SETTINGS = (
    *app_keys(
        "FreeAgent developer dashboard, your app.",
        ("OAuth identifier", "OAuth secret"),
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


class Company(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        host = _SANDBOX_API if _sandbox(config) else _API
        super().__init__(
            config,
            services,
            _provider(host),
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=(_API, _SANDBOX_API),
            throttled_for=THROTTLED_SECONDS,
            # FreeAgent turns away callers that do not say who they are.
            headers={"User-Agent": "FinSync"},
        )
        self.api = CompanyApi(self.transport, f"https://{host}")

    def page(self, path: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        company = self.config.organisation_id
        if self.config.practice_url or not company:
            return ""
        middle = ".sandbox" if _sandbox(self.config) else ""
        return f"https://{company}{middle}.freeagent.com/{path}"


def _provider(host: str) -> OAuth2Provider:
    """Neither scopes nor PKCE nor revoking are documented."""
    return OAuth2Provider(
        authorize_url=f"https://{host}/v2/approve_app",
        token_url=f"https://{host}/v2/token_endpoint",
        pkce=False,
    )


def _sandbox(config: ConnectionConfig) -> bool:
    return "sandbox" in (config.environment, config.value("environment"))
