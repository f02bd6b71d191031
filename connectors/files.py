"""Platforms without an API that we may use: people carry files to them.

A `FileConnector` writes documents into the vendor's documented import file and reads
the vendor's report on the import. Both are pure: the same documents, moment and
variant give the same bytes, and nothing is called. What is in the books is what a
report, or a person, has confirmed; that is what its lists answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from connectors.base import Connector, Grant
from connectors.errors import NotFound, Rejected, Where
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    Payment,
    RemoteDocument,
    TaxCode,
)
from connectors.services import Tokens
from connectors.settings import Setting, SettingKind
from connectors.transport.files import ExportFile

REMINDER = Setting(
    name="remind_after_days",
    label="Remind after days",
    help="A file that nobody has confirmed for so many days is brought up again.",
    kind=SettingKind.NUMBER,
    required=False,
    default="3",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another way of writing the same documents, which people choose by its label.
    The first that a platform declares is the usual one."""

    name: str
    label: str
    help: str = ""
    kinds: frozenset[DocumentKind] = frozenset(DocumentKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePayment:
    """A payment and what a file has to say of it. `reference` is ours and unique, at
    most 25 characters. `numbers` are the documents' by the ids of its allocations,
    `numbers_there` those that they have in the program."""

    payment: Payment
    reference: str
    numbers: Mapping[str, str]
    numbers_there: Mapping[str, str] = field(default_factory=dict)
    party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileParty:
    """A customer or supplier who is not there yet, as far as anybody knows.
    `reference` is ours and unique, at most 25 characters."""

    party: Party
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the vendor's report, or a list of what is there, says of one document,
    payment or party, which is named by our reference. `number`, `gross` and `balance`
    are what it has there, where that is told; amounts in the document's direction. One
    that `is_void` there is not accepted."""

    reference: str
    accepted: bool
    message: str = ""
    number: str = ""
    gross: Decimal | None = None
    balance: Decimal | None = None
    is_void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`foreign` counts what the report tells of and the file does not hold."""

    results: tuple[Reported, ...]
    message: str = ""
    foreign: int = 0


class Listed(StrEnum):
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    ACCOUNT = "account"
    TAX_CODE = "tax_code"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """A list that people export from the program and upload, so that FinSync knows what
    is there. `help` says where the program exports it. One that `holds` no records
    shows how the program lays its files out."""

    name: str
    label: str
    help: str
    holds: Listed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What an uploaded list taught: records, or values of settings."""

    records: tuple[Party | LedgerAccount | TaxCode | Item, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


class FileConnector(Connector):
    """Gets in without a log-in; `push` is not for these, `write` is.

    `notices` are sentences to read before exporting, `import_steps` what to do with the
    file in the vendor's program, in order. `report_label` names what is uploaded to
    settle a file. Parties of the roles in `party_files` go into files of their own.
    Where the program numbers documents, `asks_numbers` lets people type the number.
    `lists_settle`: what is uploaded may be a list of all that is there, which is read
    for every file alike.
    """

    variants: ClassVar[tuple[Variant, ...]] = ()
    notices: ClassVar[tuple[str, ...]] = ()
    import_steps: ClassVar[tuple[str, ...]] = ()
    report_label: ClassVar[str] = "Import report"
    party_files: ClassVar[frozenset[PartyRole]] = frozenset()
    lists: ClassVar[tuple[FileList, ...]] = ()
    asks_numbers: ClassVar[bool] = False
    lists_settle: ClassVar[bool] = False

    # What a platform supplies

    def refusal(self, document: Document) -> Rejected | None:
        """Why the document cannot stand in a file as it is; None when it can."""
        return None

    def write(
        self,
        documents: Sequence[Document],
        payments: Sequence[FilePayment] = (),
        parties: Sequence[FileParty] = (),
        *,
        moment: datetime,
        variant: str = "",
    ) -> list[ExportFile]:
        """Files that together hold each document, payment and party exactly once, in
        the order in which they are imported; their `documents` and `parties` are our
        references, in the order in which they stand there."""
        self._unsupported("write")

    def parse_report(self, content: bytes, *, file: bytes) -> Report:
        """What the vendor's report, or a list of what is there, says of the entries in
        `file`, which `write` has made. Raises `Unreadable` when it is neither."""
        self._unsupported("parse_report")

    def party_key(self, party: Party) -> str:
        """What the program will know the party by, once it is there."""
        return party.code

    def read_list(self, name: str, content: bytes) -> Learned:
        """Raises `Unreadable` when it is not the list of that name."""
        self._unsupported("read_list")

    # What all of them share

    def organisation(self) -> Organisation:
        """As far as the settings tell."""
        return Organisation(
            id=self.config.value("company_id") or self.platform,
            name=self.config.value("company_name") or self.label,
            home_currency=self.config.home_currency,
        )

    def login(self) -> Grant:
        return Grant(tokens=Tokens(), organisations=(self.organisation(),))

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        """Nothing is needed; declared settings may come along."""
        values = {
            each.name: str(credentials[each.name])
            for each in self.settings
            if credentials.get(each.name)
        }
        told = Organisation(
            id=values.get("company_id") or self.organisation().id,
            name=values.get("company_name") or self.organisation().name,
        )
        return Grant(tokens=Tokens(), organisations=(told,), values=values)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """What was confirmed; nobody can list what is in the program itself."""
        return self.services.confirmed.documents(kind, start, end)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        return [
            found
            for found in self.list_documents(kind, None, None)
            if found.number in numbers or found.reference in numbers
            if not party_ids or found.party_id in party_ids
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        for found in self.list_documents(kind, None, None):
            if found.id == id:
                return found
        where = Where(platform=self.platform, operation="get_document")
        raise NotFound(f"No {kind} {id} was confirmed.", where=where)

    def variant_named(self, name: str) -> Variant | None:
        """The usual one when `name` is empty; None where there are none."""
        named = [each for each in self.variants if each.name == name]
        return next(iter(named or self.variants), None)
