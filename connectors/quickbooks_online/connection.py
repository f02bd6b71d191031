"""Getting into a QuickBooks Online company: hosts, settings, consent, tokens."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import OAuth2Provider
from connectors.quickbooks_online.api import CompanyApi
from connectors.quickbooks_online.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind

SLUG = "quickbooks_online"
_API = "quickbooks.api.intuit.com"
_SANDBOX_API = "sandbox-quickbooks.api.intuit.com"
_IDENTITY_HOSTS = ("oauth.platform.intuit.com", "developer.api.intuit.com")
_PAGES = "https://app.qbo.intuit.com"
_SANDBOX_PAGES = "https://app.sandbox.qbo.intuit.com"

# Intuit documents no PKCE for this flow.
PROVIDER = OAuth2Provider(
    authorize_url="https://appcenter.intuit.com/connect/oauth2",
    token_url="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",  # noqa: S106 - an address
    revoke_url="https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
    scopes=("com.intuit.quickbooks.accounting",),
    pkce=False,
)

SETTINGS = (
    *app_keys("Intuit developer portal, your app, Keys & credentials."),
    Setting(
        name="environment",
        label="Companies",
        help="Sandbox companies have keys of their own.",
        kind=SettingKind.CHOICE,
        default="live",
        choices=(("live", "Real companies"), ("sandbox", "Sandbox companies")),
        app=True,
    ),
)


class Company(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        super().__init__(
            config,
            services,
            PROVIDER,
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=(_API, _SANDBOX_API, *_IDENTITY_HOSTS),
            throttled_for=THROTTLED_SECONDS,
        )
        host = _SANDBOX_API if _sandbox(config) else _API
        self.api = CompanyApi(self.transport, f"https://{host}", config.organisation_id)

    def page(self, path: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        if self.config.practice_url or not path:
            return ""
        pages = _SANDBOX_PAGES if _sandbox(self.config) else _PAGES
        joint = "&" if "?" in path else "?"
        return (
            f"{pages}/app/{path}{joint}deeplinkcompanyid={self.config.organisation_id}"
        )


def _sandbox(config: ConnectionConfig) -> bool:
    return "sandbox" in (config.environment, config.value("environment"))
