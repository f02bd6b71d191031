"""What the Sync page shows. A fixed number of statements, however long the list is."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounting_links.models import (
    Connection,
    ConnectionKind,
    ItemState,
    Role,
    RunState,
    SyncItem,
    SyncRun,
)
from accounting_links.models.sync_item import SyncItemQuerySet
from accounting_links.views import wording
from accounting_links.views.list_query import ListQuery
from invoicing.models import DocumentKind

ON_A_PAGE = 25
JUST_ENDED = dt.timedelta(minutes=10)
RUNNING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class KindEntry:
    """A line of the menu."""

    kind: DocumentKind
    title: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A status to filter by."""

    code: str
    words: str
    tone: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    item: SyncItem
    badge: wording.Badge
    amount: str
    document_url: str
    contact_url: str
    more: int


def serving(kind: str) -> Connection | None:
    """The connection that documents of this kind go to."""
    served = ConnectionKind.objects.filter(kind=kind, active=True)
    found = served.select_related("connection").first()
    return found.connection if found else None


def kind_of(role: Role) -> str:
    """A kind of that role that is served, so that its connection is the one asked."""
    served = ConnectionKind.objects.filter(active=True).values_list("kind", flat=True)
    purchases = DocumentKind.SUPPLIER_INVOICE.value
    if role == Role.SUPPLIER:
        return purchases
    sales = [kind for kind in DocumentKind.values if kind != purchases]
    return next((kind for kind in sales if kind in served), sales[0])


def listed(kind: str, connection: Connection | None) -> SyncItemQuerySet:
    """The open items of a kind: what "marked for sync" means."""
    items = SyncItem.objects.open().filter(document__kind=kind)
    return items.filter(connection=connection) if connection else items


def menu(query: ListQuery) -> list[KindEntry]:
    served = ConnectionKind.objects.filter(kind=OuterRef("document__kind"), active=True)
    here = served.filter(connection=OuterRef("connection"))
    # As many as the list of the kind shows: what another connection kept is not on it.
    shown = SyncItem.objects.open().filter(Exists(here) | ~Exists(served))
    found = shown.order_by().values_list("document__kind")
    counts = dict(found.annotate(Count("pk")))
    return [
        KindEntry(
            kind=kind,
            title=f"{kind.label}s",
            count=counts.get(kind.value, 0),
            url=query.url(kind=kind.value, code="", q="", page=0),
            chosen=kind == query.kind,
        )
        for kind in DocumentKind
    ]


def codes(query: ListQuery, items: SyncItemQuerySet) -> list[CodeEntry]:
    rows = items.order_by().values_list("state", "status_code").annotate(Count("pk"))
    counts: Counter[tuple[str, str]] = Counter()
    for state, status_code, count in rows:
        counts[ItemState(state), code_of(state, status_code)] += count
    return [
        CodeEntry(
            code=code,
            words=code_label(state, code),
            tone=wording.STATE_TONES[ItemState(state)],
            count=count,
            url=query.url(code=code, page=0),
            chosen=code == query.code,
        )
        for (state, code), count in counts.most_common()
    ]


def code_of(state: str, status_code: str) -> str:
    """Blocked items are told apart by status code, the others by state."""
    return (status_code or state) if state == ItemState.BLOCKED else state


def code_label(state: str, code: str) -> str:
    if state == ItemState.BLOCKED:
        return wording.code_words(code)
    return ItemState(state).label


def with_code(items: SyncItemQuerySet, code: str) -> SyncItemQuerySet:
    if not code:
        return items
    if code in ItemState.values and code != ItemState.BLOCKED:
        return items.filter(state=code)
    status_code = "" if code == ItemState.BLOCKED else code
    return items.filter(state=ItemState.BLOCKED, status_code=status_code)


def searched(items: SyncItemQuerySet, search: str) -> SyncItemQuerySet:
    if not search:
        return items
    return items.filter(
        Q(document__number__istartswith=search)
        | Q(document__contact__name__icontains=search)
    )


def page_of(query: ListQuery, items: SyncItemQuerySet) -> Page[SyncItem]:
    found = searched(with_code(items, query.code), query.search).select_related(
        "document__contact", "document__care_of", "marked_by", "payment", "settles"
    )
    return Paginator(found, ON_A_PAGE).get_page(query.page)


def rows(page: Page[SyncItem]) -> list[Row]:
    return [row(item) for item in page.object_list]


def row(item: SyncItem) -> Row:
    document = item.document
    return Row(
        item=item,
        badge=wording.item_badge(item),
        amount=wording.amount(document, item.payment),
        document_url=wording.document_url(document),
        contact_url=wording.contact_url(document.bill_to, document.kind),
        more=max(0, len(item.findings) - 1),
    )


def running(connection: Connection | None) -> SyncRun | None:
    if connection is None:
        return None
    runs = connection.runs.filter(state__in=RUNNING).select_related("started_by")
    found: SyncRun | None = runs.first()
    return found


def cannot_start(connection: Connection | None) -> str:
    """Why not, as a sentence; empty when it can."""
    if connection is None:
        return "No platform takes documents of this kind."
    if not connection.is_connected:
        return f"{connection.name} is not connected: connect it first."
    if running(connection):
        return f"A run of {connection.name} is under way already."
    return ""


def latest(connection: Connection | None) -> SyncRun | None:
    """The run under way, or the one that has just ended: people want to read how it
    went."""
    if connection is None:
        return None
    run: SyncRun | None = connection.runs.select_related("started_by").first()
    if run is None or run.state in RUNNING:
        return run
    ended = run.finished_at
    is_fresh = ended is not None and timezone.now() - ended < JUST_ENDED
    return run if is_fresh else None


def context(query: ListQuery) -> dict[str, Any]:
    connection = serving(query.kind)
    items = listed(query.kind, connection)
    page = page_of(query, items)
    code_entries = codes(query, items)
    run = latest(connection)
    return {
        "query": query,
        "kind": DocumentKind(query.kind),
        "menu": menu(query),
        "connection": connection,
        "codes": code_entries,
        "total": sum(entry.count for entry in code_entries),
        "everything_url": query.url(code="", page=0),
        "page": page,
        "rows": rows(page),
        "pages": page_links(query, page),
        "run": run if run and run.state in RUNNING else None,
        "shown_run": run,
    }


def page_links(query: ListQuery, page: Page[SyncItem]) -> dict[str, str]:
    links = {}
    if page.has_previous():
        links["previous"] = query.url(page=page.previous_page_number())
    if page.has_next():
        links["next"] = query.url(page=page.next_page_number())
    return links
