"""Getting into an organisation in Zoho Books: data centre, settings, tokens."""

from collections.abc import Mapping
from typing import Any

from connectors.auth.bearer import BearerTokens
from connectors.auth.consented import Consented
from connectors.auth.oauth2 import ClientAuth, OAuth2Client, OAuth2Provider
from connectors.errors import ConnectorError, Rejected, Retry
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.answer import Answer
from connectors.transport.json_codec import decode
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect
from connectors.zoho_books.api import BooksApi
from connectors.zoho_books.centres import CENTRES, HOSTS, Centre, centre_of
from connectors.zoho_books.errors import LABEL, away

SLUG = "zoho_books"
_MODULES = (
    *("contacts", "invoices", "creditnotes", "customerpayments", "bills"),
    "vendorpayments",
)
SCOPES = (
    *(f"ZohoBooks.{module}.ALL" for module in _MODULES),
    *("ZohoBooks.settings.READ", "ZohoBooks.settings.CREATE"),
    "ZohoBooks.accountants.READ",
)
BY_LINE, BY_ITEM = "line", "item"
PER_LINE, PER_TAX = "per_line", "per_tax"
# At most ten access tokens in ten minutes.
_TOO_MANY_TOKENS, _TOKEN_SECONDS = "Access Denied", 600
# The plan -> calls a day.
PLANS = {"free": 1000, "standard": 2000, "professional": 5000, "higher": 10_000}
PLAN = "standard"

SETTINGS = (
    Setting(
        name="client_id",
        label="Client ID",
        find_it="Zoho API Console, your server-based client, Client Secret.",
        app=True,
    ),
    Setting(
        name="client_secret",
        label="Client secret",
        help="Each data centre has its own, where the client serves several.",
        find_it="Zoho API Console, your server-based client, Client Secret.",
        secret=True,
        app=True,
    ),
    Setting(
        name="data_centre",
        label="Data centre",
        help="Where the Zoho account lives; the consent corrects it.",
        find_it="The end of the address that Zoho Books has in the browser.",
        kind=SettingKind.CHOICE,
        required=False,
        default=CENTRES[0].code,
        choices=tuple((each.code, each.name) for each in CENTRES),
    ),
    Setting(
        name="api_domain",
        label="Address of the API",
        help="Kept from the consent.",
        kind=SettingKind.URL,
        required=False,
        advanced=True,
    ),
    Setting(
        name="plan",
        label="Plan",
        help="How many calls a day Zoho allows; FinSync keeps to it.",
        find_it="Zoho Books, Settings, Manage Subscription.",
        kind=SettingKind.CHOICE,
        required=False,
        default=PLAN,
        choices=tuple((name, name.capitalize()) for name in PLANS),
    ),
    Setting(
        name="accounts_by",
        label="Accounts of sales lines",
        help="Zoho documents none on an invoice line. By item: FinSync makes one item "
        "for each account, and names that.",
        kind=SettingKind.CHOICE,
        required=False,
        advanced=True,
        default=BY_LINE,
        choices=((BY_LINE, "On the line"), (BY_ITEM, "By item")),
    ),
    Setting(
        name="tax_rounding",
        label="Rounding of taxes",
        help="As the organisation has it; FinSync forecasts by it.",
        find_it="Zoho Books, Settings, Taxes, Tax Settings.",
        kind=SettingKind.CHOICE,
        required=False,
        default=PER_LINE,
        choices=((PER_LINE, "On each line"), (PER_TAX, "Once for each tax")),
    ),
    Setting(
        name="key_field",
        label="Unique custom field",
        help="The API name of a custom field (no duplicates allowed) that invoices, "
        "credit notes and bills all have, such as cf_finsync. With it a document that "
        "is sent twice is one. Left empty, FinSync looks before it sends again.",
        find_it="Zoho Books, Settings, Invoices, Field Customization.",
        required=False,
        advanced=True,
    ),
    Setting(
        name="tax_number_field",
        label="Field of tax numbers",
        help="Differs with the edition of the country.",
        kind=SettingKind.CHOICE,
        required=False,
        default="vat_reg_no",
        choices=(
            ("vat_reg_no", "VAT number (United Kingdom, Europe)"),
            ("tax_reg_no", "TRN (Gulf), tax number (other countries)"),
            ("gst_no", "GSTIN (India)"),
        ),
    ),
    Setting(
        name="extra_fields",
        label="Extra fields",
        help="What an edition wants besides, as JSON by list: "
        '{"contacts": {"vat_treatment": "uk"}, "invoices": {}, "bills": {}}.',
        kind=SettingKind.LONG_TEXT,
        required=False,
        advanced=True,
    ),
)


class ZohoTokens(BearerTokens):
    def apply(self, request: Outgoing, tokens: Tokens) -> None:
        request.headers["Authorization"] = f"Zoho-oauthtoken {tokens.access}"


class ZohoApp(OAuth2Client):
    def revoke(self, tokens: Tokens, *, as_json: bool = False) -> None:
        """By the query, which is all that Zoho documents."""
        self.transport.redactor.learn_tokens(tokens)
        self.transport.call(
            "revoke",
            "POST",
            self.provider.revoke_url,
            params={"token": tokens.refresh or tokens.access},
            effect=Effect.READ,
            authorised=False,
        )

    def _not_understood(self, answer: Answer) -> ConnectorError:
        if answer.json_object().get("error") == _TOO_MANY_TOKENS:
            return Retry(
                f"{LABEL} gave too many access tokens in a short time.",
                after=_TOKEN_SECONDS,
                where=answer.where,
            )
        return super()._not_understood(answer)


class Books(Consented):
    """The transport, the app and the API of one connection."""

    bearer = ZohoTokens
    client = ZohoApp

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.centre = centre_of(config.value("data_centre"))
        super().__init__(
            config,
            services,
            _provider(self.centre),
            platform=SLUG,
            label=LABEL,
            settings=SETTINGS,
            hosts=HOSTS,
            throttled_for=away,
        )
        api_domain = config.value("api_domain").rstrip("/") or self.centre.api
        self.api = BooksApi(self.transport, api_domain, config.organisation_id)

    @property
    def by_item(self) -> bool:
        return self.config.value("accounts_by") == BY_ITEM

    @property
    def rounds_per_line(self) -> bool:
        return self.config.value("tax_rounding") != PER_TAX

    @property
    def key_field(self) -> str:
        return self.config.value("key_field").strip()

    @property
    def tax_number_field(self) -> str:
        return self.config.value("tax_number_field") or "vat_reg_no"

    def extra_fields(self, path: str) -> Mapping[str, Any]:
        """What the edition wants besides on records of that list. Raises `Rejected`."""
        told = self.config.value("extra_fields").strip()
        if not told:
            return {}
        try:
            return dict(decode(told).get(path) or {})
        except (ValueError, AttributeError, TypeError) as error:
            raise Rejected(
                "The extra fields of this connection are no JSON object of objects. "
                "Correct them in its settings."
            ) from error

    def page(self, path: str) -> str:
        """Where a person sees it. A practice ledger has no such pages."""
        if self.config.practice_url:
            return ""
        return f"{self.centre.pages}/app/{self.config.organisation_id}#/{path}"


def _provider(centre: Centre) -> OAuth2Provider:
    """Zoho parts scopes by commas, and names no PKCE."""
    return OAuth2Provider(
        authorize_url=f"{centre.accounts}/oauth/v2/auth",
        token_url=f"{centre.accounts}/oauth/v2/token",
        revoke_url=f"{centre.accounts}/oauth/v2/token/revoke",
        scopes=(",".join(SCOPES),),
        pkce=False,
        client_auth=ClientAuth.BODY,
        # Without the second, a later consent brings no refresh token.
        extra={"access_type": "offline", "prompt": "consent"},
        grant_refused=frozenset({"invalid_code", "invalid_client_secret"}),
    )
