"""Getting into a Wave business: settings, consent, tokens."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import ClientAuth, OAuth2Provider
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.wave.api import WaveApi, WaveTokens
from connectors.wave.errors import LABEL, THROTTLED_SECONDS

SLUG = "wave"
HOSTS = ("gql.waveapps.com", "api.waveapps.com")
SCOPES = (
    *("user:read", "business:read", "account:read", "customer:read"),
    *("customer:write", "product:read", "product:write", "sales_tax:read"),
    *("invoice:read", "invoice:write", "transaction:read", "transaction:write"),
    "offline_access",
)

# Wave documents no PKCE.
PROVIDER = OAuth2Provider(
    authorize_url="https://api.waveapps.com/oauth2/authorize/",
    token_url="https://api.waveapps.com/oauth2/token/",  # noqa: S106 - an address
    revoke_url="https://api.waveapps.com/oauth2/token-revoke/",
    scopes=SCOPES,
    pkce=False,
    client_auth=ClientAuth.BODY,
)

SETTINGS = (
    *app_keys("developer.waveapps.com, Manage applications, your application."),
    Setting(
        name="full_access_token",
        label="Full access token",
        help="In place of consent, for the business of the person who made it.",
        find_it="developer.waveapps.com, your application, Create token.",
        secret=True,
        required=False,
    ),
    Setting(
        name="post_as",
        label="A sale becomes",
        help="A transaction goes straight to the ledger (Create Transaction). Wave's "
        "API cannot show transactions again, so such sales are not reconciled; taxed "
        "ones are refused.",
        kind=SettingKind.CHOICE,
        required=False,
        default="invoice",
        choices=(("invoice", "an invoice"), ("transaction", "a transaction")),
    ),
    Setting(
        name="transaction_account",
        label="Account of transactions",
        help="The account that the money of transactions comes to.",
        find_it="The id, as FinSync's list of bank accounts shows it.",
        required=False,
    ),
)


class Business(Consented):
    """The transport, the app and the API of one connection."""

    bearer = WaveTokens

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
        self.api = WaveApi(self.transport, config.organisation_id)

    @property
    def posts_transactions(self) -> bool:
        return self.config.value("post_as") == "transaction"
