"""Getting into a Wave business: settings, consent, tokens."""

from connectors.auth.oauth2 import ClientAuth, OAuth2Client, OAuth2Provider
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets
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
    Setting(
        name="client_id",
        label="Client ID",
        find_it="developer.waveapps.com, Manage applications, your application.",
        app=True,
    ),
    Setting(
        name="client_secret",
        label="Client secret",
        find_it="developer.waveapps.com, Manage applications, your application.",
        secret=True,
        app=True,
    ),
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


class Business:
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=HOSTS,
            authoriser=WaveTokens(services, self._renewed),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=THROTTLED_SECONDS,
        )
        self.app = OAuth2Client(
            PROVIDER,
            self.transport,
            client_id=config.value("client_id"),
            client_secret=config.value("client_secret"),
        )
        self.api = WaveApi(self.transport, config.organisation_id)

    @property
    def posts_transactions(self) -> bool:
        return self.config.value("post_as") == "transaction"

    def _renewed(self, old: Tokens) -> Tokens:
        return self.app.refresh(old).tokens
