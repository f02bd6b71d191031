"""Patriot Accounting: import files for customers and vendors, and worksheets for all
that Patriot has no import for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from connectors.amounts import totals_as_given
from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.errors import Rejected
from connectors.files import (
    FileConnector,
    FileList,
    FileParty,
    FilePayment,
    Learned,
    Listed,
    Report,
)
from connectors.patriot import limits, report, rows, sheets
from connectors.patriot.settings import SETTINGS, BadSetting, Words
from connectors.patriot.sheets import Sheet
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

MEDIA_TYPE = "text/csv"
# So that a spreadsheet program reads it as UTF-8.
WITH_MARK = "utf-8-sig"


class Patriot(FileConnector):
    platform = "patriot"
    label = "Patriot"
    settings = SETTINGS
    report_label: ClassVar[str] = "List or report"
    lists_settle: ClassVar[bool] = True
    party_files: ClassVar[frozenset[PartyRole]] = frozenset(PartyRole)
    asks_numbers: ClassVar[bool] = True
    lists: ClassVar[tuple[FileList, ...]] = (
        FileList(
            name="customers",
            label="Customers",
            help="Patriot: the customer list, under Accounting, exported as CSV.",
            holds=Listed.CUSTOMER,
        ),
        FileList(
            name="suppliers",
            label="Vendors",
            help="Patriot: the vendor list, exported as CSV.",
            holds=Listed.SUPPLIER,
        ),
    )
    notices: ClassVar[tuple[str, ...]] = (
        "Patriot has no API. FinSync prepares import files for customers and vendors,"
        " and a worksheet for everything else.",
        "An import only adds: a file of customers that is imported twice makes them"
        " twice.",
        "Patriot works sales tax out by itself. The worksheet shows ours; where Patriot"
        " differs by more than a cent, correct one of them.",
        "Amounts are in the currency of the business; Patriot keeps US dollars.",
    )
    import_steps: ClassVar[tuple[str, ...]] = (
        "Files that are named import: in Patriot open the customer list (or the vendor"
        " list), choose Import, and the file. Match the columns by their names; look"
        " through the rows, and save.",
        "Files that are named key in: open the file, and enter each document in"
        " Patriot, under our number where Patriot lets you. Tick it off here, and type"
        " the number that Patriot gave it where that is another.",
        "Or export the list from Patriot as CSV (customers, vendors, invoices, bills or"
        " payments) and upload it here: what it holds is confirmed.",
        "Payments come in a file of their own, once their invoices are confirmed.",
    )
    capabilities = Capabilities(
        kinds=frozenset(
            {
                DocumentKind.SALES_INVOICE,
                DocumentKind.CREDIT_NOTE,
                DocumentKind.SUPPLIER_INVOICE,
            }
        ),
        payments=frozenset(PaymentDirection),
        auth=AuthKind.NONE,
        files=True,
        batch_size=300,
        create_parties=False,
        makes_parties=True,
        number_length=20,
        nominal_codes=False,
        sales_line_accounts=False,
        tax_model=TaxModel.NONE,
        tax_required=False,
        rounding=Rounding.AS_GIVEN,
        default_trigger=Trigger.PAYMENT,
        reasons={
            "sales_order": "Only what was invoiced is written; orders stay here.",
            "create_parties": "They go into an import file, with the first of their"
            " documents.",
            "makes_parties": "Who is not there yet goes into an import file first.",
            "typed_account_id": "The name that the customer or vendor has in Patriot.",
            "keeps_our_number": "As whoever keys it in enters it; the number that it"
            " got there may be typed.",
            "unique_numbers": "Not documented.",
            "number_length": "Not documented; kept short on purpose.",
            "nominal_codes": "Worksheets show the account's name, by the settings.",
            "tax_model": "Patriot works sales tax out by itself.",
            "multi_currency": "Patriot keeps US dollars alone.",
            "drafts": "A worksheet is keyed in as what it is.",
            "finalise": "Nothing is called.",
            "update": "Correct it in Patriot by hand: nothing can be imported.",
            "void": "Void it in Patriot by hand: nothing can be imported.",
            "delete": "Delete it in Patriot by hand: nothing can be imported.",
            "allocate_credit": "Set the credit memo against the invoice in Patriot.",
            "mark_sent": "Patriot mails invoices itself; a worksheet does not.",
            "change_feed": "Nothing is read from Patriot: lists and people confirm what"
            " is there.",
            "webhooks": "Patriot tells nobody of changes.",
            "control_balances": "Nothing is read from Patriot.",
            "care_of": "An invoice names one customer.",
            "proven": "The imports of customers and vendors are documented; worksheets"
            " are our own.",
        },
    )

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """By name, as the settings have it."""
        name = self._words().deposit_account
        yield LedgerAccount(id=name, name=name, type=AccountType.BANK)

    def _words(self) -> Words:
        return Words.of(self.config)

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def party_key(self, party: Party) -> str:
        return party.name

    def refusal(self, document: Document) -> Rejected | None:
        try:
            words = self._words()
        except BadSetting as error:
            return Rejected(f"The settings of the connection are wrong. {error}")
        return limits.refusal(document, words, self.config.home_currency)

    def write(
        self,
        documents: Sequence[Document],
        payments: Sequence[FilePayment] = (),
        parties: Sequence[FileParty] = (),
        *,
        moment: datetime,
        variant: str = "",
    ) -> list[ExportFile]:
        """Import files of 200 at most, and a worksheet for each kind of document."""
        words = self._words()
        return [
            *_people(parties, words, moment),
            *_documents(documents, words, moment),
            *_payments(payments, words, moment),
        ]

    def parse_report(self, content: bytes, *, file: bytes) -> Report:
        return report.parse(content, file=file, words=self._words())

    def read_list(self, name: str, content: bytes) -> Learned:
        is_customer = name == "customers"
        role = PartyRole.CUSTOMER if is_customer else PartyRole.SUPPLIER
        return report.parties(content, role, self._words())


def _people(
    parties: Sequence[FileParty], words: Words, moment: datetime
) -> Iterator[ExportFile]:
    for sheet, role, make in (
        (sheets.CUSTOMERS, PartyRole.CUSTOMER, rows.customer),
        (sheets.VENDORS, PartyRole.SUPPLIER, rows.vendor),
    ):
        chosen = [each for each in parties if each.party.role is role]
        count = -(-len(chosen) // sheet.most)
        for at in range(count):
            part = chosen[at * sheet.most : (at + 1) * sheet.most]
            share = f"{at + 1}of{count}" if count > 1 else part[0].party.code
            made = [make(each, words) for each in part]
            names = [each.reference for each in part]
            yield _file(sheet, made, share, moment, parties=names)


def _documents(
    documents: Sequence[Document], words: Words, moment: datetime
) -> Iterator[ExportFile]:
    for sheet, is_bill, make in (
        (sheets.INVOICES, False, rows.invoice),
        (sheets.BILLS, True, rows.bill),
    ):
        chosen = [
            each
            for each in documents
            if (each.kind is DocumentKind.SUPPLIER_INVOICE) is is_bill
        ]
        if chosen:
            made = [row for each in chosen for row in make(each, words)]
            names = [each.reference for each in chosen]
            yield _file(sheet, made, chosen[0].number, moment, documents=names)


def _payments(
    payments: Sequence[FilePayment], words: Words, moment: datetime
) -> Iterator[ExportFile]:
    if payments:
        made = [row for each in payments for row in rows.payment(each, words)]
        names = [each.reference for each in payments]
        yield _file(sheets.PAYMENTS, made, names[0], moment, documents=names)


def _file(
    sheet: Sheet,
    made: Iterable[rows.Row],
    share: str,
    moment: datetime,
    *,
    documents: Sequence[str] = (),
    parties: Sequence[str] = (),
) -> ExportFile:
    lines = [[row.get(each, "") for each in sheet.headings] for row in made]
    return ExportFile(
        name=file_name("patriot", sheet.word, share, moment=moment, extension="csv"),
        content=delimited([sheet.headings, *lines], encoding=WITH_MARK),
        media_type=MEDIA_TYPE,
        documents=tuple(documents),
        parties=tuple(parties),
    )


CONNECTOR = Patriot
