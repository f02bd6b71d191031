"""One NetSuite account: its hosts and pages, and the settings of both ways in."""

from collections.abc import Mapping
from dataclasses import replace

from connectors.records import DocumentKind, PartyRole
from connectors.settings import ConnectionConfig, Setting, SettingKind

API_HOSTS = (".suitetalk.api.netsuite.com",)
_PAGES = {
    DocumentKind.SALES_INVOICE: "accounting/transactions/custinvc.nl",
    DocumentKind.CREDIT_NOTE: "accounting/transactions/custcred.nl",
    DocumentKind.SUPPLIER_INVOICE: "accounting/transactions/vendbill.nl",
}
_PARTY_PAGES = {
    PartyRole.CUSTOMER: "common/entity/custjob.nl",
    PartyRole.SUPPLIER: "common/entity/vendor.nl",
}
_TOKENS = "Shown once, when the integration's access token is made."

ACCOUNT = Setting(
    name="account_id",
    label="Account ID",
    help="Such as 1234567, of a sandbox 1234567_SB1.",
    find_it="NetSuite, Setup, Company, Company Information, Account ID.",
)
TOKENS = (
    Setting(
        name="consumer_key",
        label="Consumer key",
        find_it="Shown once, when the integration record is made.",
        required=False,
    ),
    Setting(
        name="consumer_secret",
        label="Consumer secret",
        find_it="Shown once, when the integration record is made.",
        secret=True,
        required=False,
    ),
    Setting(name="token_id", label="Token ID", find_it=_TOKENS, required=False),
    Setting(
        name="token_secret",
        label="Token secret",
        find_it=_TOKENS,
        secret=True,
        required=False,
    ),
)
BOOKS = (
    Setting(
        name="subsidiary_id",
        label="Subsidiary",
        help="The internal id of the subsidiary, in accounts that have several. Left "
        "empty: the first, and NetSuite takes that of the customer.",
        find_it="NetSuite, Setup, Company, Subsidiaries, column Internal ID.",
        required=False,
    ),
    Setting(
        name="tax_codes",
        label="Tax on lines",
        help="Accounts with SuiteTax, and those of the United States, work the tax out "
        "by themselves and refuse a code on a line.",
        kind=SettingKind.CHOICE,
        default="lines",
        choices=(("lines", "A tax code on each line"), ("none", "NetSuite decides")),
        required=False,
    ),
    Setting(
        name="tax_schedule_id",
        label="Tax schedule of new items",
        help="Needed where NetSuite asks for a tax schedule on each item.",
        find_it="NetSuite, Setup, Accounting, Tax Schedules.",
        required=False,
    ),
)


def account_number(config: ConnectionConfig) -> str:
    """As it is signed: capitals, with an underscore."""
    return config.value("account_id").strip().upper().replace("-", "_")


def account_host(config: ConnectionConfig) -> str:
    """As it stands in addresses: small letters, with a hyphen."""
    return account_number(config).lower().replace("_", "-")


def service_url(config: ConnectionConfig, path: str) -> str:
    return f"https://{account_host(config)}{API_HOSTS[0]}/services/{path}"


def document_page(config: ConnectionConfig, kind: DocumentKind, id: str) -> str:
    return _page(config, _PAGES.get(kind, ""), id)


def party_page(config: ConnectionConfig, role: PartyRole, id: str) -> str:
    return _page(config, _PARTY_PAGES[role], id)


def opened_config(
    config: ConnectionConfig,
    credentials: Mapping[str, object],
    settings: tuple[Setting, ...],
) -> tuple[ConnectionConfig, dict[str, str]]:
    """What a `credentials` file opens, and the settings that it brings."""
    values = {
        s.name: str(credentials[s.name]) for s in settings if credentials.get(s.name)
    }
    return replace(config, values={**config.values, **values}), values


def _page(config: ConnectionConfig, path: str, id: str) -> str:
    """A practice ledger has no pages."""
    if config.practice_url or not (path and id):
        return ""
    return f"https://{account_host(config)}.app.netsuite.com/app/{path}?id={id}"
