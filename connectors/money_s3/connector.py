"""Money S3 by its XML data exchange: files that staff import in the program."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from connectors.amounts import totals_as_given
from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.errors import Rejected
from connectors.files import (
    FileConnector,
    FileParty,
    FilePayment,
    Report,
    Variant,
)
from connectors.money_s3 import documents as written
from connectors.money_s3 import limits, payments, report, tree
from connectors.money_s3.settings import SETTINGS, BadSetting, Shortcuts
from connectors.money_s3.tree import Node
from connectors.records import (
    AccountType,
    Document,
    DocumentKind,
    LedgerAccount,
    PaymentDirection,
    Totals,
)
from connectors.transport.files import ExportFile, file_name, safe_name

MEDIA_TYPE = "application/xml"
STOCK, NO_STOCK = "stock", "no_stock"
INVOICES = {
    "SeznamFaktPrij": ("bills", (DocumentKind.SUPPLIER_INVOICE,)),
    "SeznamFaktVyd": (
        "invoices",
        (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE),
    ),
}


class MoneyS3(FileConnector):
    platform = "money_s3"
    label = "Money S3"
    settings = SETTINGS
    variants: ClassVar[tuple[Variant, ...]] = (
        Variant(
            name=NO_STOCK,
            label="without stock",
            help="The lines are plain items that carry the product's code.",
            kinds=frozenset({DocumentKind.SALES_ORDER}),
        ),
        Variant(
            name=STOCK,
            label="with stock",
            help="The lines name stock cards by catalogue number (Katalog). Choose the"
            " warehouse in the import wizard.",
            kinds=frozenset({DocumentKind.SALES_ORDER}),
        ),
    )
    notices: ClassVar[tuple[str, ...]] = (
        "Where Money S3 knows the customer's IC, its own name and address stay: ours"
        " are not taken over.",
        "Where it does not, Money S3 makes the contact from what is in the file. A"
        " customer without an IC may be made a second time.",
        "Stock is deducted only when the invoice or delivery note is issued in Money"
        " S3, not by the import of an order.",
    )
    import_steps: ClassVar[tuple[str, ...]] = (
        "Open the company (agenda) in Money S3 and make a backup.",
        "Choose Nástroje, Výměna dat XML, Import dat, and the file that you downloaded"
        " or were mailed.",
        "Choose the import profile: O+P+N for orders, _FP+FV for issued invoices,"
        " _FP+PF for received ones, and the bank or cash profile for payments.",
        "For an order with stock choose the warehouse, so that the catalogue numbers"
        " find their cards.",
        "Let Money S3 write the report of the import to a file, run the import, and"
        " upload that report here. Without a report, confirm by hand what is there.",
    )
    capabilities = Capabilities(
        kinds=frozenset(DocumentKind),
        payments=frozenset(PaymentDirection),
        auth=AuthKind.NONE,
        files=True,
        batch_size=300,
        create_parties=False,
        makes_parties=True,
        typed_account_id=False,
        unique_numbers=True,
        number_length=20,
        nominal_codes=False,
        sales_line_accounts=False,
        tax_model=TaxModel.NAME_AND_PERCENT,
        tax_required=False,
        rounding=Rounding.AS_GIVEN,
        idempotency=Idempotency.EXTERNAL_ID,
        multi_currency=True,
        default_trigger=Trigger.ORDER_WON,
        reasons={
            "proven": "Each file is valid by the vendor's own schemas.",
            "create_parties": "Money S3 makes the contact when the file is imported.",
            "makes_parties": "It matches by IC; its own address wins where that fits.",
            "typed_account_id": "Contacts are matched by IC and by our customer code.",
            "nominal_codes": "Lines carry posting rules (předkontace), which the"
            " settings give for each nominal code.",
            "number_length": "20 characters; where our number is the number of an"
            " invoice there, 10.",
            "update": "A file cannot change what was imported: correct it there.",
            "void": "A file cannot void what was imported: do it there.",
            "delete": "A file cannot delete what was imported: do it there.",
            "allocate_credit": "Money S3 pairs documents by variable symbol itself.",
            "mark_sent": "Money S3 has no such mark in its exchange files.",
            "change_feed": "Nothing is read from the program: reports and people"
            " confirm what is there.",
            "control_balances": "Nothing is read from the program.",
            "webhooks": "The program calls nobody; its reports come back by hand.",
            "care_of": "A document names one company; the care-of stands in the note.",
        },
    )

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """Those that the settings name; without one, as the import profile says."""
        bank, cash = self._value("bank_account"), self._value("cash_desk")
        yield LedgerAccount(
            id=f"{payments.BANK}{bank}",
            name=f"Bank account {bank or 'of the import profile'}",
            type=AccountType.BANK,
        )
        if cash:
            yield LedgerAccount(id=f"{payments.CASH}{cash}", name=f"Cash desk {cash}")

    def _value(self, name: str) -> str:
        return self.config.value(name).strip()

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def refusal(self, document: Document) -> Rejected | None:
        try:
            return limits.refusal(document, Shortcuts.of(self.config))
        except BadSetting as error:
            return Rejected(f"The settings of the connection are wrong. {error}")

    def write(
        self,
        documents: Sequence[Document],
        payments: Sequence[FilePayment] = (),
        parties: Sequence[FileParty] = (),
        *,
        moment: datetime,
        variant: str = "",
    ) -> list[ExportFile]:
        """One file for each order, named by its code; invoices share one, as do
        received invoices, bank and cash documents."""
        shortcuts = Shortcuts.of(self.config)
        return [
            *_orders(documents, shortcuts, with_stock=variant == STOCK),
            *_invoices(documents, shortcuts, moment),
            *_payments(payments, shortcuts, moment),
        ]

    def parse_report(self, content: bytes, *, file: bytes) -> Report:
        return report.parse(content, file=file)


def _orders(
    documents: Sequence[Document], shortcuts: Shortcuts, *, with_stock: bool
) -> Iterator[ExportFile]:
    for each in documents:
        if each.kind is DocumentKind.SALES_ORDER:
            entry = written.order(each, shortcuts, with_stock=with_stock)
            name = f"{safe_name(each.number)}.xml"
            yield _file(name, "SeznamObjPrij", [entry], [each.reference], shortcuts)


def _invoices(
    documents: Sequence[Document], shortcuts: Shortcuts, moment: datetime
) -> Iterator[ExportFile]:
    for list_name, (word, kinds) in INVOICES.items():
        chosen = [each for each in documents if each.kind in kinds]
        if chosen:
            entries = [written.invoice(each, shortcuts) for each in chosen]
            name = _bundle(word, chosen[0].number, moment)
            references = [each.reference for each in chosen]
            yield _file(name, list_name, entries, references, shortcuts)


def _payments(
    paid: Sequence[FilePayment], shortcuts: Shortcuts, moment: datetime
) -> Iterator[ExportFile]:
    in_cash = [each for each in paid if payments.is_cash(each)]
    by_bank = [each for each in paid if not payments.is_cash(each)]
    for list_name, chosen, make in (
        ("SeznamPokDokl", in_cash, payments.cash_document),
        ("SeznamBankDokl", by_bank, payments.bank_document),
    ):
        if chosen:
            yield _payment_file(list_name, chosen, make, shortcuts, moment)


def _payment_file(
    list_name: str,
    chosen: Sequence[FilePayment],
    make: Callable[[payments.Share, Shortcuts], Node],
    shortcuts: Shortcuts,
    moment: datetime,
) -> ExportFile:
    entries = [make(s, shortcuts) for each in chosen for s in payments.shares(each)]
    word = "cash" if list_name == "SeznamPokDokl" else "bank"
    name = _bundle(word, chosen[0].reference, moment)
    references = [each.reference for each in chosen]
    return _file(name, list_name, entries, references, shortcuts)


def _bundle(word: str, first: str, moment: datetime) -> str:
    return file_name("money-s3", word, first, moment=moment, extension="xml")


def _file(
    name: str,
    list_name: str,
    entries: Sequence[Node],
    references: Sequence[str],
    shortcuts: Shortcuts,
) -> ExportFile:
    return ExportFile(
        name=name,
        content=tree.document(list_name, entries, company_id=shortcuts["company_id"]),
        media_type=MEDIA_TYPE,
        documents=tuple(references),
    )


CONNECTOR = MoneyS3
