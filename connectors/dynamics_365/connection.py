"""Getting into an environment of Business Central: as a service, or as a person."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from connectors.auth.consented import Consented
from connectors.auth.oauth2 import ClientAuth, OAuth2Provider
from connectors.dynamics_365.api import CentralApi
from connectors.dynamics_365.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind

SLUG = "dynamics_365"
DELEGATED = "delegated"
_HOST = "api.businesscentral.dynamics.com"
_ENTRA = "login.microsoftonline.com"
_CLIENT = "businesscentral.dynamics.com"
_SERVICE_SCOPES = (f"https://{_HOST}/.default",)
_PERSON_SCOPES = (f"https://{_HOST}/user_impersonation", "offline_access")
_APP = "Microsoft Entra admin center, App registrations, your app: "

SETTINGS = (
    Setting(
        name="client_id",
        label="Application (client) ID",
        help="This is Business Central. Finance & Operations and the CRM are other "
        "products of the name Dynamics 365, and are not connected here.",
        find_it=f"{_APP}Overview.",
        app=True,
    ),
    Setting(
        name="client_secret",
        label="Client secret",
        find_it=f"{_APP}Certificates & secrets.",
        secret=True,
        app=True,
    ),
    Setting(
        name="sign_in",
        label="Way in",
        help="As a service needs no person, and does not end.",
        kind=SettingKind.CHOICE,
        default="service",
        choices=(("service", "As a service"), (DELEGATED, "As a person")),
        required=False,
    ),
    Setting(
        name="tenant_id",
        label="Directory (tenant) ID",
        find_it=f"{_APP}Overview.",
    ),
    Setting(
        name="environment_name",
        label="Environment",
        help="A sandbox is an environment of its own.",
        find_it="Business Central admin center, Environments.",
        default="production",
    ),
    Setting(
        name="company_id",
        label="Company ID",
        help="Needed where the environment holds several companies.",
        find_it="The list of companies that the API answers: its id.",
        required=False,
    ),
    Setting(
        name="tax_rates",
        label="Rates of the taxes",
        help="The API tells tax codes without their rates. A code and its rate on each "
        "line: STANDARD=20.",
        find_it="Business Central, VAT Posting Setup.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="lines",
        label="Lines name",
        help="Items move stock where they are stock items.",
        kind=SettingKind.CHOICE,
        default="accounts",
        choices=(("accounts", "Accounts"), ("items", "Items, where there is one")),
        required=False,
    ),
    Setting(
        name="apply_credits",
        label="Credit notes settle their invoice",
        help="Business Central refuses that where the invoice is paid already.",
        kind=SettingKind.SWITCH,
        default="false",
        required=False,
    ),
    Setting(
        name="base_url",
        label="Address of the API",
        help="On premises alone, with Entra ID.",
        find_it="https://server:7048/BC/api/v2.0",
        kind=SettingKind.URL,
        required=False,
    ),
)


def is_delegated(values: Mapping[str, str]) -> bool:
    """Whether a person logs in, and FinSync does what that person may."""
    return values.get("sign_in") == DELEGATED


class Environment(Consented):
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.base = _base(config)
        super().__init__(
            config,
            services,
            _provider(config),
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=(_HOST, _ENTRA, urlsplit(self.base).hostname or _HOST),
            # Refusals are known by their sentences.
            headers={"Accept-Language": "en-US"},
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = CentralApi(self.transport, self.base, config.organisation_id)

    def page(self, number: int, key: str) -> str:
        """Where a person sees a record of that page. A practice ledger has no such
        pages, and on premises the address of the client is not known."""
        if self.config.practice_url or self.config.value("base_url") or not key:
            return ""
        place = f"{self.config.value('tenant_id')}/{_environment(self.config)}"
        wanted = quote(f"'No.' IS '{key}'")
        return f"https://{_CLIENT}/{place}?page={number}&filter={wanted}"

    def renewed(self, old: Tokens) -> Tokens:
        """A service is given no refresh token: it proves itself anew."""
        if is_delegated(self.config.values):
            return super().renewed(old)
        return self.app.client_credentials().tokens


def _provider(config: ConnectionConfig) -> OAuth2Provider:
    """Entra has no way to revoke a grant but to sign out."""
    tenant = quote(config.value("tenant_id") or "organizations", safe="")
    root = f"https://{_ENTRA}/{tenant}/oauth2/v2.0"
    return OAuth2Provider(
        authorize_url=f"{root}/authorize",
        token_url=f"{root}/token",
        scopes=_PERSON_SCOPES if is_delegated(config.values) else _SERVICE_SCOPES,
        client_auth=ClientAuth.BODY,
        # A secret that ran out, or an app that was deleted.
        grant_refused=frozenset({"interaction_required", "invalid_request"}),
    )


def _base(config: ConnectionConfig) -> str:
    if own := config.value("base_url").rstrip("/"):
        return own
    tenant = quote(config.value("tenant_id"), safe="")
    place = f"{tenant}/{_environment(config)}" if tenant else _environment(config)
    return f"https://{_HOST}/v2.0/{place}/api/v2.0"


def _environment(config: ConnectionConfig) -> str:
    return quote(config.value("environment_name") or "production", safe="")
