"""Getting into a Xero organisation: hosts, settings, consent, tokens."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import OAuth2Provider
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.xero.api import TenantApi
from connectors.xero.errors import LABEL, THROTTLED_SECONDS

SLUG = "xero"
_HOSTS = ("api.xero.com", "identity.xero.com")
_PAGES = "https://go.xero.com"
# What apps registered since March 2026 may ask for; older ones have broader words.
SCOPES = (
    "offline_access openid profile email accounting.invoices accounting.payments "
    "accounting.contacts accounting.settings.read"
)
OURS = "ours"

SETTINGS = (
    *app_keys("Xero developer portal, My Apps, your app, Configuration."),
    Setting(
        name="scopes",
        label="Scopes",
        help="What FinSync asks the organisation for. Apps registered before 2 March "
        "2026 may need accounting.transactions, accounting.contacts and "
        "accounting.settings.read instead.",
        find_it="Xero developer portal, My Apps, your app, Scopes.",
        required=False,
        default=SCOPES,
        app=True,
    ),
    Setting(
        name="link_base",
        label="Link back from bills",
        help="Bills in Xero have no reference. With an address here, each bill links "
        "to it with our reference at its end, and is known by that as ours.",
        kind=SettingKind.URL,
        required=False,
    ),
    Setting(
        name="exchange_rate",
        label="Exchange rate",
        help="Of documents in a foreign currency.",
        kind=SettingKind.CHOICE,
        required=False,
        default=OURS,
        choices=((OURS, "Ours"), ("xero", "Xero's rate of the day")),
    ),
)


class Tenant(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        super().__init__(
            config,
            services,
            _provider(config),
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=_HOSTS,
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = TenantApi(self.transport, config.organisation_id)

    @property
    def link_base(self) -> str:
        base = self.config.value("link_base")
        return base if not base or base.endswith(("/", "=")) else f"{base}/"

    @property
    def our_rate(self) -> bool:
        return (self.config.value("exchange_rate") or OURS) == OURS

    def page(self, path: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        return "" if self.config.practice_url else f"{_PAGES}/{path}"


def _provider(config: ConnectionConfig) -> OAuth2Provider:
    return OAuth2Provider(
        authorize_url="https://login.xero.com/identity/connect/authorize",
        token_url="https://identity.xero.com/connect/token",  # noqa: S106 - an address
        revoke_url="https://identity.xero.com/connect/revocation",
        scopes=tuple((config.value("scopes") or SCOPES).split()),
    )
