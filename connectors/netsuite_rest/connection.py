"""Getting into a NetSuite account over REST: by certificate, or by older tokens."""

from connectors.auth.bearer import BearerTokens
from connectors.auth.oauth1 import OAuth1Tokens
from connectors.auth.oauth2 import ClientAuth, OAuth2Client, OAuth2Provider
from connectors.auth.signed_assertion import ALGORITHMS, BadKey, signed_assertion
from connectors.errors import Reauthorise
from connectors.netsuite import account
from connectors.netsuite.errors import BUSY_SECONDS, LABEL
from connectors.netsuite_rest.api import SuiteTalkRest
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Authoriser

SLUG = "netsuite_rest"
_TOKEN_PATH = "rest/auth/oauth2/v1/token"  # noqa: S105 - a path
# NetSuite accepts up to an hour.
_ASSERTION_SECONDS = 600
_CERTIFICATE = "NetSuite, Setup, Integration, OAuth 2.0 Client Credentials Setup."

SETTINGS = (
    account.ACCOUNT,
    Setting(
        name="sign_in",
        label="Proof",
        help="Tokens are for integrations that have them already: from NetSuite 2027.1 "
        "no new ones are given.",
        kind=SettingKind.CHOICE,
        default="certificate",
        choices=(("certificate", "Certificate (OAuth 2.0)"), ("tokens", "Tokens")),
        required=False,
    ),
    Setting(
        name="client_id",
        label="Client ID",
        find_it="Shown once, when the integration record is made.",
        required=False,
    ),
    Setting(
        name="certificate_id",
        label="Certificate ID",
        find_it=_CERTIFICATE,
        required=False,
    ),
    Setting(
        name="private_key",
        label="Private key",
        help="In PEM form, of the certificate that was uploaded.",
        find_it="The file that was made with the certificate; NetSuite never sees it.",
        kind=SettingKind.LONG_TEXT,
        secret=True,
        required=False,
    ),
    Setting(
        name="algorithm",
        label="Algorithm",
        help="PS for RSA keys, ES for elliptic curves.",
        kind=SettingKind.CHOICE,
        default="PS256",
        choices=tuple((name, name) for name in ALGORITHMS),
        required=False,
    ),
    *account.TOKENS,
    *account.BOOKS,
)


class Account:
    """The transport and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.services = services
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=account.API_HOSTS,
            authoriser=self._authoriser(),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=BUSY_SECONDS,
        )
        self.token_url = account.service_url(config, _TOKEN_PATH)
        provider = OAuth2Provider(
            token_url=self.token_url,
            client_auth=ClientAuth.ASSERTION,
            # What a wrong key, certificate or client is answered with.
            grant_refused=frozenset({"invalid_request"}),
        )
        self.app = OAuth2Client(
            provider, self.transport, client_id=config.value("client_id")
        )
        self.api = SuiteTalkRest(self.transport, account.service_url(config, "rest/"))

    def _authoriser(self) -> Authoriser:
        value = self.config.value
        if value("sign_in") != "tokens":
            return BearerTokens(self.services, lambda _: self.fetched())
        return OAuth1Tokens(
            consumer_key=value("consumer_key"),
            consumer_secret=value("consumer_secret"),
            token_id=value("token_id"),
            token_secret=value("token_secret"),
            realm=account.account_number(self.config),
            label=LABEL,
        )

    def fetched(self) -> Tokens:
        """A token by certificate. Raises `Reauthorise`."""
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": kind,
            "client_assertion": self._assertion(),
        }
        return self.app.token_request("token", form).tokens

    def _assertion(self) -> str:
        """Meant for the vendor's own address, also where a practice ledger answers."""
        value = self.config.value
        now = int(self.services.clock.now().timestamp())
        claims = {
            "iss": value("client_id"),
            "scope": "rest_webservices",
            "aud": self.token_url,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        try:
            return signed_assertion(
                claims,
                key_pem=value("private_key"),
                key_id=value("certificate_id"),
                algorithm=value("algorithm") or "PS256",
            )
        except BadKey as error:
            raise Reauthorise(
                f"{LABEL} cannot be reached: {error}",
                where=self.transport.where("token"),
            ) from error
