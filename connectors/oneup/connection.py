"""Getting into a OneUp company: settings, the pair of API e-mail and key."""

from urllib.parse import urlsplit

from connectors.auth.api_key import BasicLogin
from connectors.correctable import (
    FIELDS,
    PATHS,
    FieldNames,
    Paths,
    fields_setting,
    paths_setting,
)
from connectors.oneup import names
from connectors.oneup.api import CompanyApi
from connectors.oneup.errors import THROTTLED_SECONDS
from connectors.oneup.names import LABEL
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.http import HttpTransport, configured_secrets

SLUG = "oneup"
ADDRESS = "https://api.oneup.com/v1"
INCOME_NUMBERS, EXPENSE_NUMBERS = "4", "5,6,7"

SETTINGS = (
    Setting(
        name="user",
        label="API e-mail",
        help="Like api_1234_5678@api.oneup.com. One pair opens one company.",
        find_it="OneUp, settings, API.",
    ),
    Setting(name="api_key", label="API key", find_it="Beside it.", secret=True),
    Setting(
        name="company_name",
        label="Company",
        help="OneUp's API does not tell its name.",
        required=False,
    ),
    Setting(
        name="home_currency",
        label="Currency of the company",
        help="Three letters. Documents of another are not sent.",
        default="USD",
    ),
    Setting(
        name="payment_terms_id",
        label="Payment terms of invoices",
        help="Their number in OneUp. Left empty, those of the customer; a due date "
        "cannot be told.",
        kind=SettingKind.NUMBER,
        required=False,
    ),
    Setting(
        name="reference_style",
        label="Customers, items and taxes are named",
        help="Seen were all three, at different times.",
        kind=SettingKind.CHOICE,
        default="ids",
        choices=(
            ("ids", "customer_id and item_id, sales_tax as an object"),
            ("objects", "All as objects with an id"),
            ("numbers", "All as bare numbers (2014)"),
        ),
        advanced=True,
    ),
    Setting(
        name="prices",
        label="Prices of lines are told",
        help="“unit_price_wt” is read as without tax.",
        kind=SettingKind.CHOICE,
        default="without",
        choices=(("without", "Without tax"), ("with", "With tax")),
        advanced=True,
    ),
    Setting(
        name="rounding",
        label="Taxes are rounded",
        help="For the totals that FinSync forecasts.",
        kind=SettingKind.CHOICE,
        default="line",
        choices=(("line", "On each line"), ("code", "Once for each tax")),
        advanced=True,
    ),
    Setting(
        name="income_numbers",
        label="Numbers of income accounts begin with",
        help="OneUp tells no types. Several are parted by commas.",
        default=INCOME_NUMBERS,
        advanced=True,
    ),
    Setting(
        name="expense_numbers",
        label="Numbers of expense accounts begin with",
        help="Several are parted by commas.",
        default=EXPENSE_NUMBERS,
        advanced=True,
    ),
    Setting(
        name="base_url",
        label="Address of the API",
        help="With its version.",
        kind=SettingKind.URL,
        default=ADDRESS,
        advanced=True,
    ),
    paths_setting("invoices = sales_invoices"),
    fields_setting("invoice.order_lines.unit_price_wt = unit_price"),
)


class Company:
    """The transport and the API of one connection."""

    def __init__(self, config: ConnectionConfig, services: Services) -> None:
        root = (config.value("base_url") or ADDRESS).rstrip("/")
        self.transport = HttpTransport(
            config,
            services,
            platform=SLUG,
            label=LABEL,
            hosts=(urlsplit(root).hostname or "",),
            authoriser=BasicLogin(
                config.value("user"), config.value("api_key"), label=LABEL
            ),
            secrets=configured_secrets(SETTINGS, config),
            headers={"Accept": "application/json"},
            throttled_for=THROTTLED_SECONDS,
        )
        self.api = CompanyApi(
            self.transport,
            root,
            Paths.corrected(names.PATHS, config.value(PATHS), label=LABEL),
            FieldNames.corrected(names.FIELDS, config.value(FIELDS), label=LABEL),
        )
