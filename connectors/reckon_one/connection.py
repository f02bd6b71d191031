"""Getting into a book in Reckon One: settings, consent, tokens, the key."""

from dataclasses import replace
from hashlib import sha256

from connectors.auth.bearer import BearerTokens
from connectors.auth.oauth2 import OAuth2Client, OAuth2Provider
from connectors.base import AuthorizeRequest
from connectors.correctable import FIELDS, FieldNames, fields_setting
from connectors.reckon_one.api import BookApi
from connectors.reckon_one.bills import RECORD, WAYS
from connectors.reckon_one.errors import LABEL, away, is_about_the_key
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport, configured_secrets

SLUG = "reckon_one"
HOSTS = ("api.reckon.com", "identity.reckon.com")
_IDENTITY = "https://identity.reckon.com/connect"
_PORTAL = "Reckon developer portal, your profile and your application."

# Reckon documents no PKCE.
PROVIDER = OAuth2Provider(
    authorize_url=f"{_IDENTITY}/authorize",
    token_url=f"{_IDENTITY}/token",
    revoke_url=f"{_IDENTITY}/revocation",
    scopes=("openid", "read", "write", "offline_access"),
    pkce=False,
)

SETTINGS = (
    Setting(name="client_id", label="Client ID", find_it=_PORTAL, app=True),
    Setting(
        name="client_secret",
        label="Client secret",
        find_it=_PORTAL,
        secret=True,
        app=True,
    ),
    Setting(
        name="subscription_key",
        label="Subscription key",
        help="Goes with each call.",
        find_it=_PORTAL,
        secret=True,
        app=True,
    ),
    Setting(
        name="redirect_uri",
        label="Redirect URI",
        help="Kept from the consent: Reckon asks for it at each renewal.",
        required=False,
        advanced=True,
    ),
    Setting(
        name="home_currency",
        label="Currency of the book",
        help="Three letters; left empty, that of the book's country.",
        required=False,
    ),
    Setting(
        name="bills",
        label="Send supplier invoices",
        help="Over the older API, whose form is not confirmed. Try it on a test book "
        "before you turn it on.",
        kind=SettingKind.SWITCH,
        required=False,
        default="false",
    ),
    fields_setting(f"{RECORD}.LineItems.Price = Amount"),
)


class KeyedTokens(BearerTokens):
    """A refused subscription key says nothing against the tokens."""

    def refuses(self, answer: Answer) -> bool:
        return super().refuses(answer) and not is_about_the_key(answer)


class ReckonApp(OAuth2Client):
    def authorize(self, *, state: str, redirect_uri: str) -> AuthorizeRequest:
        """A nonce goes along, as for any log-in by OpenID."""
        asked = super().authorize(state=state, redirect_uri=redirect_uri)
        nonce = sha256(state.encode()).hexdigest()
        return replace(asked, url=f"{asked.url}&nonce={nonce}")


class Book:
    """The transport, the app and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=HOSTS,
            authoriser=KeyedTokens(services, self._renewed),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=away,
        )
        self.app = ReckonApp(
            PROVIDER,
            self.transport,
            client_id=config.value("client_id"),
            client_secret=config.value("client_secret"),
        )
        key = config.value("subscription_key")
        self.api = BookApi(self.transport, config.organisation_id, key)

    @property
    def sends_bills(self) -> bool:
        return self.config.value("bills") == "true"

    @property
    def bill_fields(self) -> FieldNames:
        """Raises `Reauthorise` where a correction corrects nothing."""
        return FieldNames.corrected(WAYS, self.config.value(FIELDS), label=LABEL)

    def _renewed(self, old: Tokens) -> Tokens:
        """Unlike the standard, Reckon wants the redirect address here too."""
        address = self.config.value("redirect_uri")
        return self.app.refresh(old, redirect_uri=address).tokens
