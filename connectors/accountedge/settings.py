"""What a connection to AccountEdge is told: how its importer reads files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors.accountedge.layouts import LAYOUTS, Layout
from connectors.files import REMINDER
from connectors.settings import ConnectionConfig, Setting, SettingKind
from connectors.transport.files import as_text, opens_formula

TAB, COMMA = "tab", "comma"
US, DAY_FIRST = "us", "day_first"
BY_NAME, BY_CARD = "name", "card_id"
DAYS = {US: "%m/%d/%Y", DAY_FIRST: "%d/%m/%Y"}
IMPORT_WINDOW = "AccountEdge: File, Import Data."

SETTINGS = (
    Setting(
        name="company_name",
        label="Name of the company file",
        help="For the screens here.",
        required=False,
    ),
    Setting(
        name="identify_by",
        label="Cards are known by",
        help="As you choose it in the Import Data window. By Card ID a card keeps our"
        " customer code, and two customers may have one name.",
        find_it=IMPORT_WINDOW,
        kind=SettingKind.CHOICE,
        choices=((BY_NAME, "Their name"), (BY_CARD, "Their Card ID")),
        default=BY_NAME,
        required=False,
    ),
    Setting(
        name="file_style",
        label="Columns are set apart by",
        help="As you choose it in the Import Data window.",
        find_it=IMPORT_WINDOW,
        kind=SettingKind.CHOICE,
        choices=((TAB, "Tabs"), (COMMA, "Commas")),
        default=TAB,
        required=False,
    ),
    Setting(
        name="date_format",
        label="Dates",
        help="As the computer's own region writes them.",
        kind=SettingKind.CHOICE,
        choices=((US, "Month first: 11/20/2026"), (DAY_FIRST, "Day first: 20/11/2026")),
        default=US,
        required=False,
    ),
    Setting(
        name="code_page",
        label="Letters",
        help="Which letters the program reads. Names with others are held back.",
        kind=SettingKind.CHOICE,
        choices=(("cp1252", "Windows"), ("mac_roman", "Mac")),
        default="cp1252",
        required=False,
    ),
    Setting(
        name="longest_number",
        label="Longest invoice number",
        help="8 characters in the editions that we know of. Try a longer one in a copy"
        " of the company file before you raise it.",
        kind=SettingKind.NUMBER,
        default="8",
        required=False,
    ),
    Setting(
        name="deposit_account",
        label="Account for payments",
        help="The number of the account that payments are put to, like 1-1110. Without"
        " one, map it from the list of accounts.",
        find_it="AccountEdge: Accounts, Accounts List.",
        required=False,
    ),
    *(
        Setting(
            name=f"layout_{each.name}",
            label=f"Columns of {each.menu.partition(', ')[2].lower()}",
            help="Learned from an export of your own: upload one under lists. Empty:"
            " as FinSync knows them.",
            find_it=f"AccountEdge: File, Export Data, {each.menu}.",
            kind=SettingKind.LONG_TEXT,
            required=False,
        )
        for each in LAYOUTS
    ),
    REMINDER,
)
DEFAULTS = {each.name: each.default for each in SETTINGS}


@dataclass(frozen=True, slots=True)
class Style:
    """How cells are written, read once for a file."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Style":
        return cls(
            {
                name: config.value(name).strip("\n\r ") or default
                for name, default in DEFAULTS.items()
            }
        )

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def delimiter(self) -> str:
        return "," if self["file_style"] == COMMA else "\t"

    @property
    def by_card(self) -> bool:
        return self["identify_by"] == BY_CARD

    @property
    def longest_number(self) -> int:
        given = self["longest_number"]
        return int(given) if given.isdecimal() else int(DEFAULTS["longest_number"])

    def headings(self, layout: Layout) -> list[str]:
        learned = self[f"layout_{layout.name}"]
        return learned.split("\t") if learned else list(layout.headings)

    def day(self, day: date | None) -> str:
        return day.strftime(DAYS[self["date_format"]]) if day else ""

    def text(self, text: str, longest: int = 255) -> str:
        """Free text: what the code page lacks becomes a question mark."""
        page = self["code_page"]
        return as_text(text)[:longest].encode(page, "replace").decode(page)

    def can_hold(self, exact: str) -> bool:
        """Whether a name or number can stand there as it is."""
        try:
            exact.encode(self["code_page"])
        except UnicodeEncodeError:
            return False
        return exact.isprintable() and not opens_formula(exact)


def amount(value: Decimal) -> str:
    return f"{value:.2f}"
