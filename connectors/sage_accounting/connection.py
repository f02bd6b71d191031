"""Getting into a Sage business: hosts, settings, consent, tokens of five minutes."""

from connectors.auth.consented import Consented, app_keys
from connectors.auth.oauth2 import ClientAuth, OAuth2Provider
from connectors.sage_accounting.api import BusinessApi
from connectors.sage_accounting.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting

SLUG = "sage_accounting"
_HOSTS = ("api.accounting.sage.com", "oauth.accounting.sage.com")

# The client's secret goes in the body. Sage documents no PKCE.
PROVIDER = OAuth2Provider(
    authorize_url="https://www.sageone.com/oauth2/auth/central",
    token_url="https://oauth.accounting.sage.com/token",  # noqa: S106 - an address
    revoke_url="https://oauth.accounting.sage.com/revoke",
    scopes=("full_access",),
    pkce=False,
    client_auth=ClientAuth.BODY,
    extra={"filter": "apiv3.1"},
)

SETTINGS = (
    *app_keys("Sage developer self-service, your app."),
    Setting(
        name="purchase_account",
        label="Purchase ledger account",
        help="The id of the ledger account that products get which FinSync makes there "
        "without one of their own.",
        required=False,
    ),
)


class Business(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        super().__init__(
            config,
            services,
            PROVIDER,
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=_HOSTS,
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = BusinessApi(self.transport, config.organisation_id)
