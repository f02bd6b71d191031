"""Platforms without an API that we may use: people carry files to them.

A `FileConnector` writes documents into the vendor's documented import file and reads
the vendor's report on the import. Both are pure: the same documents, moment and
variant give the same bytes, and nothing is called. What is in the books is what a
report, or a person, has confirmed; that is what its lists answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from connectors.base import Connector, Grant
from connectors.errors import NotFound, Rejected, Where
from connectors.records import (
    Document,
    DocumentKind,
    Organisation,
    Party,
    Payment,
    RemoteDocument,
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
    most 25 characters. `numbers` are the documents' by the ids of its allocations."""

    payment: Payment
    reference: str
    numbers: Mapping[str, str]
    party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the vendor's report says of one document or payment, which is named by our
    reference. `number` is the number that it has there, where the report tells it."""

    reference: str
    accepted: bool
    message: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`foreign` counts what the report tells of and the file does not hold."""

    results: tuple[Reported, ...]
    message: str = ""
    foreign: int = 0


class FileConnector(Connector):
    """Gets in without a log-in; `push` is not for these, `write` is.

    `notices` are sentences to read before exporting, `import_steps` what to do with the
    file in the vendor's program, in order.
    """

    variants: ClassVar[tuple[Variant, ...]] = ()
    notices: ClassVar[tuple[str, ...]] = ()
    import_steps: ClassVar[tuple[str, ...]] = ()

    # What a platform supplies

    def refusal(self, document: Document) -> Rejected | None:
        """Why the document cannot stand in a file as it is; None when it can."""
        return None

    def write(
        self,
        documents: Sequence[Document],
        payments: Sequence[FilePayment] = (),
        *,
        moment: datetime,
        variant: str = "",
    ) -> list[ExportFile]:
        """Files that together hold each document and payment exactly once; their
        `documents` are our references, in the order in which they stand there."""
        self._unsupported("write")

    def parse_report(self, content: bytes, *, file: bytes) -> Report:
        """What the vendor's report says of the documents in `file`, which `write` has
        made. Raises `Unreadable` when it is no such report."""
        self._unsupported("parse_report")

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
