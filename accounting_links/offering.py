"""Which documents may be put into the outbox, and why others may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounting_links import gateway
from accounting_links.models import (
    OPEN_STATES,
    Connection,
    ConnectionKind,
    DocumentLink,
    ItemState,
    Operation,
    SyncItem,
)
from connectors.records import DocumentKind as RecordKind
from connectors.records import RemoteStatus
from invoicing.models import Document, DocumentKind, Lifecycle

FINISHED = (Lifecycle.APPROVED, Lifecycle.WON)
# An item in one of these will still read the document as it is now.
NOT_YET_BUILT = (ItemState.WAITING, ItemState.BLOCKED)
UNDER_WAY = (ItemState.CHECKING, ItemState.SENDING, ItemState.IN_DOUBT)


def serving() -> dict[str, Connection]:
    """The one connection that each kind goes to."""
    rows = ConnectionKind.objects.filter(active=True).select_related("connection")
    return {row.kind: row.connection for row in rows}


@dataclass(frozen=True, slots=True)
class Known:
    """What the connection already has of some documents: live links and open items, by
    document."""

    links: Mapping[int, DocumentLink]
    items: Mapping[int, Mapping[str, str]]

    @classmethod
    def of(cls, connection: Connection, documents: Sequence[Document]) -> "Known":
        ids = [document.pk for document in documents]
        links = DocumentLink.objects.filter(
            connection=connection, document_id__in=ids, ended_at=None
        )
        items: dict[int, dict[str, str]] = {}
        rows = SyncItem.objects.open().filter(
            connection=connection, document_id__in=ids, payment=None
        )
        for document_id, operation, state in rows.values_list(
            "document_id", "operation", "state"
        ):
            items.setdefault(document_id, {})[operation] = state
        return cls({link.document_id: link for link in links}, items)

    def has(
        self, document: Document, operation: Operation, *, again: bool = False
    ) -> bool:
        """Whether it waits, or was done already: nothing is left to mark. `again`: what
        was done is done once more."""
        items = self.items.get(document.pk, {})
        link = self.links.get(document.pk)
        if operation in items:
            return True
        if operation == Operation.CREATE:
            return link is not None
        if items.get(Operation.CREATE) in NOT_YET_BUILT:
            return True
        if link is None:
            return False
        if operation == Operation.VOID:
            return link.status == RemoteStatus.VOID
        return not again and link.revision >= document.revision

    def refusal(self, document: Document, operation: Operation) -> str:
        """Why a change or void of it has nothing to work on; empty when it has."""
        if operation == Operation.CREATE:
            return ""
        link = self.links.get(document.pk)
        if link is not None and link.missing_since is not None:
            return f"{document} is no longer in the platform. Decide there first."
        items = self.items.get(document.pk, {})
        if link is None and items.get(Operation.CREATE) not in UNDER_WAY:
            return f"{document} was not sent yet."
        return ""


def refusal(document: Document, connection: Connection, operation: Operation) -> str:
    """Why it is not offered there at all; empty when it is."""
    if not connection.offers(document.date):
        return (
            f"{document} is dated before the go-live date of {connection}"
            f" ({connection.go_live:%d %B %Y})."
        )
    if operation == Operation.VOID:
        return ""
    if document.lifecycle in (Lifecycle.VOID, Lifecycle.LOST):
        return f"{document} is {document.get_lifecycle_display().lower()}."
    if document.lifecycle == Lifecycle.DRAFT:
        remedy = (
            "Mark the order as won first."
            if document.kind == DocumentKind.SALES_ORDER
            else "Approve it first."
        )
        return f"{document} is a draft. {remedy}"
    return ""


def offered_kinds(connection: Connection) -> list[str]:
    """Those that it serves, and those that nobody serves because the platform lacks
    them: they are marked too, so that staff see them stand there with their code."""
    rows = ConnectionKind.objects.filter(active=True)
    served = dict(rows.values_list("kind", "connection_id"))
    able = gateway.capabilities(connection).kinds
    return [
        kind
        for kind in DocumentKind.values
        if served.get(kind) == connection.pk
        or (kind not in served and RecordKind(kind) not in able)
    ]


def never_sent(connection: Connection) -> QuerySet[Document]:
    """Finished documents that it may be offered, which it never had and which nobody
    took off its list. Oldest first."""
    links = DocumentLink.objects.filter(connection=connection, document=OuterRef("pk"))
    items = SyncItem.objects.filter(
        Q(state__in=OPEN_STATES) | Q(state=ItemState.CANCELLED),
        connection=connection,
        document=OuterRef("pk"),
        operation=Operation.CREATE,
    )
    found = Document.objects.filter(
        kind__in=offered_kinds(connection), lifecycle__in=FINISHED
    )
    if connection.go_live is not None:
        found = found.filter(date__gte=connection.go_live)
    return found.filter(~Exists(links), ~Exists(items)).order_by("date", "pk")


def changed_since_sent(connection: Connection) -> QuerySet[Document]:
    """Those whose last change the books have not seen. Where the platform takes no
    changes they are offered too, so that staff see it stand there and why."""
    return Document.objects.filter(
        ledger_links__connection=connection,
        ledger_links__ended_at=None,
        ledger_links__missing_since=None,
        ledger_links__revision__lt=F("revision"),
        lifecycle__in=FINISHED,
    )
