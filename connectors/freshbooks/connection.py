"""Getting into a FreshBooks account: settings, consent, tokens of single use."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import ClientAuth, OAuth2Provider
from connectors.freshbooks.api import AccountApi
from connectors.freshbooks.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind

SLUG = "freshbooks"
HOSTS = ("api.freshbooks.com", "auth.freshbooks.com")
SCOPES = tuple(
    f"user:{name}"
    for name in (
        *("profile:read", "business:read", "clients:read", "clients:write"),
        *("invoices:read", "invoices:write", "credit_notes:read"),
        *("credit_notes:write", "payments:read", "payments:write", "taxes:read"),
        *("bills:read", "bills:write", "bill_vendors:read", "bill_vendors:write"),
        *("bill_payments:read", "bill_payments:write", "expenses:read"),
        "billable_items:read",
    )
)

# FreshBooks documents no PKCE.
PROVIDER = OAuth2Provider(
    authorize_url="https://auth.freshbooks.com/oauth/authorize",
    token_url="https://api.freshbooks.com/auth/oauth/token",  # noqa: S106 - an address
    revoke_url="https://api.freshbooks.com/auth/oauth/revoke",
    scopes=SCOPES,
    pkce=False,
    client_auth=ClientAuth.BODY,
)

SETTINGS = (
    *app_keys("FreshBooks, Settings, Developer Portal, your app."),
    Setting(
        name="redirect_uri",
        label="Redirect URI",
        help="Kept from the consent: FreshBooks asks for it at each renewal.",
        required=False,
    ),
    Setting(
        name="home_currency",
        label="Home currency",
        help="Three letters; used where FreshBooks does not tell it.",
        find_it="FreshBooks, Settings, Business Profile.",
        required=False,
    ),
    Setting(
        name="tax_rounding",
        label="Rounding of taxes",
        help="As invoices in FreshBooks show it; FinSync forecasts by it.",
        kind=SettingKind.CHOICE,
        required=False,
        default="per_tax",
        choices=(("per_tax", "Once for each tax"), ("per_line", "On each line")),
    ),
)


class Account(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        super().__init__(
            config,
            services,
            PROVIDER,
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=HOSTS,
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = AccountApi(self.transport, config.organisation_id)

    @property
    def rounds_per_line(self) -> bool:
        return self.config.value("tax_rounding") == "per_line"

    def renewed(self, old: Tokens) -> Tokens:
        """Unlike the standard, FreshBooks wants the redirect address here too."""
        address = self.config.value("redirect_uri")
        return self.app.refresh(old, redirect_uri=address).tokens
