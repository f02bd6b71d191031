"""AccountEdge by its Import Data window: files that staff import on their computer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from connectors.accountedge import layouts, limits, lists, report, rows
from connectors.accountedge.layouts import Layout
from connectors.accountedge.settings import SETTINGS, Style
from connectors.amounts import totals_as_given
from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Rounding,
    Trigger,
)
from connectors.errors import Rejected
from connectors.files import (
    FileConnector,
    FileList,
    FileParty,
    FilePayment,
    Learned,
    Report,
    Variant,
)
from connectors.records import (
    AccountType,
    Document,
    DocumentKind,
    LedgerAccount,
    Party,
    PartyRole,
    PaymentDirection,
    Totals,
)
from connectors.transport.files import ExportFile, delimited, file_name

MEDIA_TYPE = "text/plain"
SERVICE, ITEMS = "service", "items"
SALES = frozenset({DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE})


class AccountEdge(FileConnector):
    platform = "accountedge"
    label = "AccountEdge"
    settings = SETTINGS
    lists: ClassVar[tuple[FileList, ...]] = lists.LISTS
    report_label: ClassVar[str] = "Import log or export"
    lists_settle: ClassVar[bool] = True
    party_files: ClassVar[frozenset[PartyRole]] = frozenset(PartyRole)
    variants: ClassVar[tuple[Variant, ...]] = (
        Variant(
            name=SERVICE,
            label="as service sales",
            help="Each line names its account.",
            kinds=SALES,
        ),
        Variant(
            name=ITEMS,
            label="as item sales",
            help="Where every line has a product, lines name items, which carry the"
            " accounts and are taken off stock. Other documents stay service sales.",
            kinds=SALES,
        ),
    )
    notices: ClassVar[tuple[str, ...]] = (
        "Import the files by their numbers: cards first, then sales and purchases, then"
        " payments.",
        "Do not open the files in a spreadsheet program first: it takes zeros off the"
        " numbers of invoices.",
        "AccountEdge works the tax out anew from the tax code. Upload an export"
        " afterwards, and a different total is shown.",
        "A card that is imported a second time is made a second time, unless you choose"
        " to reject duplicates.",
    )
    import_steps: ClassVar[tuple[str, ...]] = (
        "Make a backup of the company file.",
        "Choose File, Import Data, and the kind of record that the file is named for:"
        " Cards, Sales, Purchases, Receipts or Disbursements.",
        "Choose how the columns are set apart, Header Record for the first record, and"
        " to reject duplicates; cards are known by what the connection says.",
        "Choose the file, press Match All, and look that no needed field is left"
        " unmatched. Import.",
        "Upload the log here when it names records that were left out. Then export the"
        " same kind of record (File, Export Data, all fields, with a header) and upload"
        " that: what it holds is confirmed. Without either, tick what you see there.",
    )
    capabilities = Capabilities(
        kinds=frozenset(
            {*SALES, DocumentKind.SUPPLIER_INVOICE},
        ),
        payments=frozenset(PaymentDirection),
        auth=AuthKind.NONE,
        files=True,
        batch_size=300,
        create_parties=False,
        makes_parties=True,
        unique_numbers=True,
        rounding=Rounding.AS_GIVEN,
        idempotency=Idempotency.UNIQUE_NUMBER,
        default_trigger=Trigger.JOB_COMPLETED,
        reasons={
            "sales_order": "Only what was invoiced is written; orders stay here.",
            "create_parties": "They go into an import file of cards, with the first of"
            " their documents.",
            "makes_parties": "Who has no card yet goes into a file of cards first.",
            "typed_account_id": "The name of the card, or its Card ID.",
            "number_length": "8 characters, unless the connection says more.",
            "multi_currency": "The import files name no currency.",
            "update": "A file cannot change what was imported: correct it there.",
            "void": "A file cannot void what was imported: do it there.",
            "delete": "A file cannot delete what was imported: do it there.",
            "allocate_credit": "Settle the credit in AccountEdge's Sales Register.",
            "mark_sent": "The files do not carry it.",
            "change_feed": "Nothing is read from the program: exports and people"
            " confirm what is there.",
            "control_balances": "Nothing is read from the program.",
            "care_of": "A sale names one card.",
            "webhooks": "The program tells nobody of changes.",
            "proven": "The vendor documents fields, codes and rules; the words of"
            " headings are learned from an export of the user's own.",
        },
    )

    @property
    def style(self) -> Style:
        return Style.of(self.config)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """The one that the settings name; others come with the list of accounts."""
        number = self.style["deposit_account"].strip()
        if number:
            yield LedgerAccount(
                id=number,
                code=number,
                name=f"Account {number}",
                type=AccountType.BANK,
            )

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def party_key(self, party: Party) -> str:
        return rows.key_of(party, self.style)

    def refusal(self, document: Document) -> Rejected | None:
        return limits.refusal(document, self.style, self.config.home_currency)

    def write(
        self,
        documents: Sequence[Document],
        payments: Sequence[FilePayment] = (),
        parties: Sequence[FileParty] = (),
        *,
        moment: datetime,
        variant: str = "",
    ) -> list[ExportFile]:
        """One file for each kind of record, by the order of their import."""
        writer = _Writer(self.style, moment)
        found = [
            *writer.cards(parties),
            *writer.documents(documents, with_items=variant == ITEMS),
            *writer.payments(payments),
        ]
        return [each for each in found if each is not None]

    def parse_report(self, content: bytes, *, file: bytes) -> Report:
        return report.parse(content, file=file, style=self.style)

    def read_list(self, name: str, content: bytes) -> Learned:
        return lists.read(name, content, self.style)


class _Writer:
    def __init__(self, style: Style, moment: datetime) -> None:
        self.style = style
        self.moment = moment

    def cards(self, parties: Sequence[FileParty]) -> Iterator[ExportFile | None]:
        for layout, role in (
            (layouts.CUSTOMERS, PartyRole.CUSTOMER),
            (layouts.VENDORS, PartyRole.SUPPLIER),
        ):
            chosen = [each for each in parties if each.party.role is role]
            names = [each.reference for each in chosen]
            made = [[rows.card(each, self.style)] for each in chosen]
            first = rows.key_of(chosen[0].party, self.style) if chosen else ""
            yield self._file(layout, made, first, parties=names)

    def documents(
        self, given: Sequence[Document], *, with_items: bool
    ) -> Iterator[ExportFile | None]:
        sales = [each for each in given if each.kind in SALES]
        of_items = [e for e in sales if with_items and _has_items(e)]
        bills = [each for each in given if each.kind not in SALES]
        for layout, chosen, make in (
            (
                layouts.SERVICE_SALES,
                [each for each in sales if each not in of_items],
                lambda each: rows.sale(each, self.style, with_items=False),
            ),
            (
                layouts.ITEM_SALES,
                of_items,
                lambda each: rows.sale(each, self.style, with_items=True),
            ),
            (layouts.PURCHASES, bills, lambda each: rows.purchase(each, self.style)),
        ):
            yield self._documents(layout, chosen, make)

    def _documents(
        self,
        layout: Layout,
        chosen: Sequence[Document],
        make: Callable[[Document], Iterable[rows.Row]],
    ) -> ExportFile | None:
        made = [list(make(each)) for each in chosen]
        first = chosen[0].number if chosen else ""
        names = [each.reference for each in chosen]
        return self._file(layout, made, first, documents=names)

    def payments(self, given: Sequence[FilePayment]) -> Iterator[ExportFile | None]:
        for layout, direction in (
            (layouts.RECEIPTS, PaymentDirection.RECEIVED),
            (layouts.BILL_PAYMENTS, PaymentDirection.MADE),
        ):
            chosen = [each for each in given if each.payment.direction is direction]
            made = [list(rows.payment(each, self.style)) for each in chosen]
            first = chosen[0].reference if chosen else ""
            names = [each.reference for each in chosen]
            yield self._file(layout, made, first, documents=names)

    def _file(
        self,
        layout: Layout,
        transactions: Sequence[Sequence[rows.Row]],
        first: str,
        *,
        documents: Sequence[str] = (),
        parties: Sequence[str] = (),
    ) -> ExportFile | None:
        """A blank line ends each transaction; cards need none."""
        if not transactions:
            return None
        headings = self.style.headings(layout)
        lines = [headings]
        for each in transactions:
            lines += [layouts.row_of(headings, row) for row in each]
            lines += [] if parties else [[]]
        return ExportFile(
            name=file_name(
                "accountedge", layout.word, first, moment=self.moment, extension="txt"
            ),
            content=delimited(
                lines,
                delimiter=self.style.delimiter,
                encoding=self.style["code_page"],
                quoted=self.style.delimiter == ",",
            ),
            media_type=MEDIA_TYPE,
            documents=tuple(documents),
            parties=tuple(parties),
        )


def _has_items(document: Document) -> bool:
    return all(line.product_code for line in document.lines)


CONNECTOR = AccountEdge
