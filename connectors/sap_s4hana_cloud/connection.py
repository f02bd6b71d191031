"""Getting into an S/4HANA Cloud tenant: a communication user, and the posting rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from connectors.auth.api_key import BasicLogin
from connectors.errors import Rejected
from connectors.records import AccountType, LedgerAccount, TaxCode
from connectors.sap_s4hana_cloud.errors import LABEL
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets

SLUG = "sap_s4hana_cloud"
HOSTS = (".s4hana.cloud.sap", ".s4hana.ondemand.com")
_ARRANGEMENT = "Your SAP administrator, app Communication Arrangements."
_FINANCE = "Your finance department."


def _rule(name: str, label: str, default: str = "", help: str = "") -> Setting:
    return Setting(
        name=name,
        label=label,
        help=help,
        find_it=_FINANCE,
        required=False,
        default=default,
    )


SETTINGS = (
    Setting(
        name="base_url",
        label="API address",
        help="Such as https://my300000-api.s4hana.cloud.sap.",
        find_it=_ARRANGEMENT,
        kind=SettingKind.URL,
    ),
    Setting(name="username", label="Communication user", find_it=_ARRANGEMENT),
    Setting(name="password", label="Password", find_it=_ARRANGEMENT, secret=True),
    Setting(
        name="company_code",
        label="Company code",
        help="Four characters, such as 1010.",
        find_it=_FINANCE,
    ),
    Setting(
        name="tax_codes",
        label="Tax codes",
        help="One a line: code, per cent, sale or purchase. Such as: A1 20 sale. "
        "SAP tells them over no API.",
        find_it="SAP, app Display Tax Codes; or your finance department.",
        kind=SettingKind.LONG_TEXT,
    ),
    Setting(
        name="accounts",
        label="G/L accounts",
        help="One a line: number and name. Only where SAP_COM_0087 is not arranged.",
        find_it="SAP, app Manage G/L Account Master Data.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    _rule("home_currency", "Company currency", "", "Where SAP does not tell it."),
    _rule("country", "Country of new partners", "GB", "Where an address names none."),
    _rule("chart_of_accounts", "Chart of accounts", "YCOA"),
    _rule("income_accounts", "Income accounts begin with", "4"),
    _rule("expense_accounts", "Expense accounts begin with", "5 6 7"),
    _rule("type_invoice", "Document type of invoices", "DR"),
    _rule("type_credit", "Document type of credit notes", "DG"),
    _rule("tax_class", "Tax item classification of sales", "MWS"),
    _rule("tax_condition", "Condition type of sales tax", "MWAS"),
    _rule("created_by", "Created by", "FINSYNC"),
    _rule("profit_center", "Profit centre of income"),
    _rule("cost_center", "Cost centre of expenses"),
    _rule("reversal_reason", "Reversal reason", "01"),
    _rule(
        "receivables",
        "Reconciliation account of new customers",
        "",
        "Needed to make customers from here.",
    ),
    _rule(
        "payables",
        "Reconciliation account of new suppliers",
        "",
        "Needed to make suppliers from here.",
    ),
    _rule("grouping", "Grouping of new partners", "BP02"),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a connection, with their defaults."""

    values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip() or _DEFAULTS[name]

    def tax_codes(self) -> list[TaxCode]:
        """Raises `Rejected` for a line that is not understood."""
        return [_tax_code(line) for line in _lines(self["tax_codes"])]

    def accounts(self) -> list[LedgerAccount]:
        return [
            self.account(number, name.strip())
            for number, _, name in (
                li.partition(" ") for li in _lines(self["accounts"])
            )
        ]

    def account(self, number: str, name: str) -> LedgerAccount:
        """SAP does not tell income from expense: the numbers do."""
        code = number.lstrip("0") or number
        kind = AccountType.OTHER
        if code.startswith(tuple(self["income_accounts"].split())):
            kind = AccountType.INCOME
        elif code.startswith(tuple(self["expense_accounts"].split())):
            kind = AccountType.EXPENSE
        return LedgerAccount(id=code, code=code, name=name or code, type=kind)


def rules_of(config: ConnectionConfig) -> Rules:
    return Rules(config.values)


def organisation_id(config: ConnectionConfig) -> str:
    """The tenant and the company code in it."""
    host = urlsplit(config.value("base_url")).hostname or ""
    return f"{config.value('company_code')}@{host}"


def transport_of(config: ConnectionConfig, services: Services) -> HttpTransport:
    value = config.value
    return HttpTransport(
        config,
        services,
        platform=SLUG,
        label=LABEL,
        hosts=HOSTS,
        authoriser=BasicLogin(value("username"), value("password"), label=LABEL),
        secrets=configured_secrets(SETTINGS, config),
        headers={"sap-language": "EN"},
    )


def opened_config(
    config: ConnectionConfig, credentials: Mapping[str, object]
) -> tuple[ConnectionConfig, dict[str, str]]:
    """What a `credentials` file opens; it names the user as others do."""
    given = {"username": credentials.get("user"), **credentials}
    values = {s.name: str(given[s.name]) for s in SETTINGS if given.get(s.name)}
    return replace(config, values={**config.values, **values}), values


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _tax_code(line: str) -> TaxCode:
    words = line.replace(",", " ").replace("%", " ").split()
    try:
        code, rate = words[0], Decimal(words[1])
    except (IndexError, InvalidOperation) as error:
        raise Rejected(
            f"The tax codes of the connection hold a line that is not understood: "
            f"{line!r}. Needed are code, per cent, and sale or purchase.",
            field="tax_codes",
        ) from error
    side = words[2].casefold() if len(words) > 2 else "both"
    return TaxCode(
        id=code,
        name=code,
        code=code,
        rate=rate,
        sales=side != "purchase",
        purchases=side != "sale",
    )
