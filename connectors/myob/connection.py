"""Getting into a company file: hosts, settings, consent, and the file's own log-in."""

from base64 import b64encode

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import ClientAuth, OAuth2Provider
from connectors.myob.api import CompanyFile
from connectors.myob.errors import LABEL, THROTTLED_SECONDS
from connectors.myob.kinds import ITEM, SERVICE
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind

SLUG = "myob"
# Files may live on a regional host.
HOSTS = ("secure.myob.com", "api.myob.com", ".api.myob.com")
FILES = "https://api.myob.com/accountright"
SCOPES = tuple(
    f"sme-{name}"
    for name in (
        *("company-file", "company-settings", "contacts-customer"),
        *("contacts-supplier", "sales", "purchases", "general-ledger"),
        *("inventory", "banking"),
    )
)

# Without the prompt MYOB does not say which company file was chosen. No PKCE is
# documented, and no way to revoke a grant.
PROVIDER = OAuth2Provider(
    authorize_url="https://secure.myob.com/oauth2/account/authorize",
    token_url="https://secure.myob.com/oauth2/v1/authorize",  # noqa: S106 - an address
    scopes=SCOPES,
    pkce=False,
    client_auth=ClientAuth.BODY,
    extra={"prompt": "consent"},
)

SETTINGS = (
    *app_keys("my.MYOB, Developer, your app.", ("API key", "API secret")),
    Setting(
        name="layout",
        label="Layout of sales",
        help="Service lines name an account. Item lines name an item of the company "
        "file: the one of the product's code, else one that sells to the account.",
        kind=SettingKind.CHOICE,
        required=False,
        default=SERVICE,
        choices=((SERVICE, "Service"), (ITEM, "Item")),
    ),
    Setting(
        name="tax_rounding",
        label="Rounding of taxes",
        help="As invoices in MYOB show it; FinSync forecasts by it.",
        kind=SettingKind.CHOICE,
        required=False,
        default="per_line",
        choices=(("per_line", "On each line"), ("per_code", "Once for each tax code")),
    ),
    Setting(
        name="card_tax_code",
        label="Tax code of new cards",
        help="A code such as GST, for customers and suppliers that FinSync makes, and "
        "for their freight. Left empty: as the preferences of the company file say.",
        find_it="MYOB, Lists, Tax codes.",
        required=False,
    ),
    Setting(
        name="file_user",
        label="User of the company file",
        help="Only where the company file has users of its own.",
        find_it="Often Administrator.",
        required=False,
    ),
    Setting(
        name="file_password",
        label="Password of that user",
        help="May be empty.",
        secret=True,
        required=False,
    ),
    Setting(
        name="file_uri",
        label="Address of the company file",
        help="Kept from the consent, where MYOB gives the file a host of its own.",
        kind=SettingKind.URL,
        required=False,
    ),
    Setting(
        name="home_currency",
        label="Home currency",
        help="Three letters; kept from the consent: AUD or NZD, by the file's country.",
        required=False,
    ),
)


class Access(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        token = _file_token(config)
        super().__init__(
            config,
            services,
            PROVIDER,
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=HOSTS,
            throttled_for=THROTTLED_SECONDS,
            secrets=(token,),
        )
        headers = {
            "x-myobapi-key": config.value("client_id"),
            "x-myobapi-version": "v2",
        }
        if token:
            headers["x-myobapi-cftoken"] = token
        self.api = CompanyFile(self.transport, _root(config), headers)


def _root(config: ConnectionConfig) -> str:
    own = config.value("file_uri").rstrip("/")
    return own or f"{FILES}/{config.organisation_id}"


def _file_token(config: ConnectionConfig) -> str:
    """Base64 hides nothing, so that the whole of it is a secret too."""
    user = config.value("file_user")
    if not user:
        return ""
    return b64encode(f"{user}:{config.value('file_password')}".encode()).decode()
