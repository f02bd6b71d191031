"""What a connection to Money S3 is told: who the books belong to, and the shortcuts
(zkratky) of the company's own lists that documents name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from connectors.files import REMINDER
from connectors.settings import (
    BadPairs,
    ConnectionConfig,
    Setting,
    SettingKind,
    pairs,
)

OURS, MONEY = "ours", "money"
AS_IT_IS, DIGITS = "as_it_is", "digits"


def _shortcut(name: str, label: str, help: str, find_it: str) -> Setting:
    return Setting(name=name, label=label, help=help, find_it=find_it, required=False)


SETTINGS = (
    _shortcut(
        "company_id",
        "IC of the company",
        "Written into each file, so that Money S3 can tell whose it is.",
        "Money S3: Agenda, Možnosti a nastavení, Nastavení agendy.",
    ),
    _shortcut(
        "company_name",
        "Name of the company",
        "For the screens here.",
        "The same place.",
    ),
    Setting(
        name="numbering",
        label="Numbers of invoices",
        help="Our number is the document's number (10 characters at most), or Money S3"
        " numbers by its series and keeps ours as variable symbol.",
        kind=SettingKind.CHOICE,
        choices=((OURS, "Our number"), (MONEY, "Money S3 numbers by its series")),
        default=OURS,
        required=False,
    ),
    Setting(
        name="variable_symbol",
        label="Variable symbol",
        help="Banks carry digits alone: choose digits where our numbers hold letters"
        " and their digits alone still tell one document from another.",
        kind=SettingKind.CHOICE,
        choices=((AS_IT_IS, "Our number as it is"), (DIGITS, "Its digits alone")),
        default=AS_IT_IS,
        required=False,
    ),
    *(
        _shortcut(name, label, help, "Money S3: Seznamy, Číselné řady.")
        for name, label, help in (
            ("order_series", "Series of received orders", "5 characters at most."),
            ("invoice_series", "Series of issued invoices", "Where Money S3 numbers."),
            ("bill_series", "Series of received invoices", "5 characters at most."),
            ("payment_series", "Series of bank documents", "5 characters at most."),
        )
    ),
    *(
        _shortcut(name, label, help, "Money S3: Účetnictví, Předkontace.")
        for name, label, help in (
            ("sales_rule", "Posting rule of sales", "Předkontace, 10 characters."),
            ("purchase_rule", "Posting rule of purchases", "Předkontace."),
            ("receipt_rule", "Posting rule of money received", "Předkontace."),
            ("outgoing_rule", "Posting rule of money paid", "Předkontace."),
        )
    ),
    Setting(
        name="nominal_rules",
        label="Posting rules by nominal code",
        help="A line each, like 4000=FV001. Others follow the rule of their kind.",
        find_it="Money S3: Účetnictví, Předkontace.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="tax_codes",
        label="VAT classification by rate",
        help="A line each, like 21=19Ř01,02. Without one Money S3 classifies by its"
        " own rules. Reverse charge is not told from zero rated: set those there.",
        find_it="Money S3: Účetnictví, Členění DPH.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="reduced_rate",
        label="Reduced VAT rate",
        help="In percent; 12 in Czechia since 2024.",
        kind=SettingKind.NUMBER,
        default="12",
        required=False,
    ),
    Setting(
        name="standard_rate",
        label="Standard VAT rate",
        help="In percent; 21 in Czechia.",
        kind=SettingKind.NUMBER,
        default="21",
        required=False,
    ),
    _shortcut(
        "bank_account",
        "Bank account",
        "Shortcut of the account that invoices name and payments go to.",
        "Money S3: Seznamy, Bankovní účty a pokladny.",
    ),
    _shortcut(
        "cash_desk",
        "Cash desk",
        "Shortcut of the cash desk; cash payments go there.",
        "Money S3: Seznamy, Bankovní účty a pokladny.",
    ),
    _shortcut(
        "stock_name",
        "Warehouse",
        "The name of the warehouse for orders with stock.",
        "Money S3: Sklady, Seznam skladů.",
    ),
    _shortcut("stock_code", "Code of the warehouse", "Kód skladu.", "The same place."),
    REMINDER,
)
DEFAULTS = {each.name: each.default for each in SETTINGS}


class BadSetting(ValueError):
    """A value that cannot be used; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """The settings, read once for a file."""

    values: Mapping[str, str]
    home_currency: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[Decimal, str] = field(default_factory=dict)

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Shortcuts":
        """Raises `BadSetting`."""
        values = {
            name: config.value(name).strip() or default
            for name, default in DEFAULTS.items()
        }
        codes = _pairs(values["tax_codes"], "tax_codes")
        return cls(
            values,
            home_currency=config.home_currency,
            rules=_pairs(values["nominal_rules"], "nominal_rules"),
            codes={_rate(rate, "tax_codes"): code for rate, code in codes.items()},
        )

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def reduced(self) -> Decimal:
        return _rate(self["reduced_rate"], "reduced_rate")

    @property
    def standard(self) -> Decimal:
        return _rate(self["standard_rate"], "standard_rate")

    def symbol(self, number: str) -> str:
        """The variable symbol by which Money S3 pairs payments."""
        if self["variable_symbol"] == DIGITS:
            digits = "".join(c for c in number if c.isascii() and c.isdigit())
            return digits or number
        return number

    def code(self, rate: Decimal) -> str:
        return self.codes.get(rate.normalize(), "")


def _pairs(text: str, name: str) -> dict[str, str]:
    try:
        return pairs(text, like="4000=FV001")
    except BadPairs as error:
        raise BadSetting(f"{_label(name)}: {error}") from error


def _rate(text: str, name: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ".")).normalize()
    except InvalidOperation as error:
        raise BadSetting(f"{_label(name)}: {text!r} is no percentage.") from error


def _label(name: str) -> str:
    return next(each.label for each in SETTINGS if each.name == name)
