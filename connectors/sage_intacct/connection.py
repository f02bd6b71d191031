"""Getting into a company: the sender, the user, one session for all workers."""

from lxml import etree

from connectors.auth.login import SessionLogin
from connectors.sage_intacct.envelope import (
    Envelope,
    authentication_refused,
    element,
    results_of,
)
from connectors.sage_intacct.errors import LABEL, THROTTLED_SECONDS
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.address_guard import at_practice
from connectors.transport.http import HttpTransport, configured_secrets
from connectors.transport.outgoing import Outgoing
from connectors.transport.retries import Effect

SLUG = "sage_intacct"
GATEWAY = "https://api.intacct.com/ia/xml/xmlgw.phtml"
# The company's own node is named by the log-in, and lies below this.
HOSTS = (".intacct.com",)
SESSION, ENDPOINT = "sessionid", "endpoint"

SETTINGS = (
    Setting(
        name="sender_id",
        label="Sender ID",
        find_it="Sage's letter of the Web Services developer licence.",
        app=True,
    ),
    Setting(
        name="sender_password",
        label="Sender password",
        find_it="Sage's letter of the Web Services developer licence.",
        secret=True,
        app=True,
    ),
    Setting(
        name="company_id",
        label="Company ID",
        find_it="What people enter as company when they log in.",
    ),
    Setting(
        name="user",
        label="Web Services user",
        find_it="Company, Admin, Web Services users.",
    ),
    Setting(
        name="password",
        label="Password of that user",
        find_it="Mailed when the user was made.",
        secret=True,
    ),
    Setting(
        name="home_currency",
        label="Base currency",
        help="Of the company, or of the entity below.",
        find_it="Company, Setup, Company info.",
        default="GBP",
    ),
    Setting(
        name="entity_id",
        label="Entity",
        help="Left empty, FinSync works at the top level.",
        find_it="Company, Setup, Entities: the ID.",
        required=False,
    ),
    Setting(
        name="location_id",
        label="Location of lines",
        help="Needed on each line where a company has several entities.",
        find_it="Company, Setup, Locations.",
        required=False,
    ),
    Setting(
        name="department_id",
        label="Department of lines",
        find_it="Company, Setup, Departments.",
        required=False,
    ),
    Setting(
        name="labels",
        label="Account labels",
        help="On where the company requires AR and AP account labels on lines.",
        find_it="Accounts Receivable, Setup, Configure.",
        kind=SettingKind.SWITCH,
        default="false",
        required=False,
    ),
    Setting(
        name="tax_solution",
        label="Tax solution",
        help="Needed at the top level of a company with several tax jurisdictions.",
        find_it="Taxes, Setup, Tax solutions.",
        required=False,
    ),
    Setting(
        name="tax_account",
        label="Account for tax on a line of its own",
        help="For companies without the Taxes module: the account of tax payable. Tax "
        "then travels as a line.",
        required=False,
    ),
    Setting(
        name="party_ids",
        label="IDs of new customers and suppliers",
        help="Choose the company where it numbers them by itself.",
        find_it="Company, Setup, Document sequencing.",
        kind=SettingKind.CHOICE,
        default="ours",
        choices=(("ours", "FinSync gives them"), ("theirs", "The company gives them")),
    ),
    Setting(
        name="payment_method",
        label="Payment method",
        kind=SettingKind.CHOICE,
        help="How receipts are entered.",
        default="EFT",
        choices=tuple(
            (word, word) for word in ("EFT", "Cash", "Printed Check", "Credit Card")
        ),
    ),
)


class Company:
    """The transport of one connection, with its shared session."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        self.config = config
        self.envelope = Envelope(
            sender_id=config.value("sender_id"),
            sender_password=config.value("sender_password"),
        )
        self.authoriser = SessionLogin(
            services,
            self._log_in,
            put=self._to_the_companys_node,
            refused=authentication_refused,
        )
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=HOSTS,
            authoriser=self.authoriser,
            secrets=configured_secrets(SETTINGS, config),
            headers={"Content-Type": "application/xml"},
            throttled_for=THROTTLED_SECONDS,
        )

    def session(self) -> etree._Element:
        return element(SESSION, self.authoriser.session(SESSION))

    def _to_the_companys_node(self, request: Outgoing, tokens: Tokens) -> None:
        endpoint = tokens.session.get(ENDPOINT, GATEWAY)
        practice = self.config.practice_url
        request.url = at_practice(endpoint, practice) if practice else endpoint

    def _log_in(self) -> Tokens:
        """A session more is no harm, so this may be repeated."""
        login = element(
            "login",
            element("userid", self.config.value("user")),
            element("companyid", self.config.value("company_id")),
            element("password", self.config.value("password")),
        )
        entity = self.config.value("entity_id")
        located = (element("locationid", entity),) if entity else ()
        asked = [element("getAPISession", *located)]
        answer = self.transport.call(
            "login",
            "POST",
            GATEWAY,
            content=self.envelope.written(asked, login),
            effect=Effect.READ,
            authorised=False,
        )
        [result] = results_of(answer, 1)
        if result.error:
            raise result.error
        # The address guard looks at it again at each call.
        endpoint = result.text(ENDPOINT) or GATEWAY
        return Tokens(session={SESSION: result.text(SESSION), ENDPOINT: endpoint})
