"""Reads our side, in a number of statements that does not grow with the documents."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounting_links.models import (
    OPEN_STATES,
    Connection,
    ContactLink,
    DocumentLink,
    ItemState,
    Operation,
    SyncItem,
)
from accounting_links.reconcile import prints
from accounting_links.reconcile.nominals import Nominals
from accounting_links.reconcile.sides import (
    NO_RATE,
    UNDECIDED,
    Nets,
    Ours,
    Period,
    Theirs,
    Waiting,
)
from connectors import records
from connectors.records import RemoteStatus, party_role, signed
from invoicing.models import (
    Document,
    DocumentKind,
    DocumentLine,
    Lifecycle,
    Settlement,
)

T = TypeVar("T")

CHUNK = 500
PLACES = Decimal("0.0001")
LIFECYCLES = {
    Lifecycle.DRAFT: RemoteStatus.DRAFT,
    Lifecycle.VOID: RemoteStatus.VOID,
    Lifecycle.LOST: RemoteStatus.VOID,
}
SETTLEMENTS = {
    Settlement.UNPAID: RemoteStatus.OPEN,
    Settlement.PART_PAID: RemoteStatus.PART_PAID,
    Settlement.PAID: RemoteStatus.PAID,
}
MAY_HAVE_ARRIVED = UNDECIDED | {ItemState.DONE.value}
COLUMNS = (
    *("pk", "kind", "number", "uid", "date", "currency", "rate", "gross", "tax"),
    *("lifecycle", "settlement", "contact_id", "contact__name"),
    *("care_of_id", "care_of__name"),
)


@dataclass(slots=True)
class Traces:
    """What is known here of one document's way to the platform."""

    external_id: str = ""
    external_number: str = ""
    party_id: str = ""
    past_ids: tuple[str, ...] = ()
    item: Waiting | None = None
    left: bool = False
    adjusted: bool = False
    nets: list[tuple[str, Decimal]] = field(default_factory=list)
    lines: str = ""
    taxes: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)


class OurSide:
    """`bills_care_of`: the platform bills the care-of account where there is one."""

    def __init__(
        self, connection: Connection, nominals: Nominals, *, bills_care_of: bool
    ) -> None:
        self.connection = connection
        self.nominals = nominals
        self.bills_care_of = bills_care_of
        self.accounts: dict[tuple[int, str], tuple[str, str]] = {
            (contact, role): (external_id, name)
            for contact, role, external_id, name in ContactLink.objects.filter(
                connection=connection, ended_at__isnull=True
            ).values_list("contact_id", "role", "external_id", "external_name")
        }

    def of_period(
        self, kinds: Collection[str], period: Period, *, with_nominals: bool
    ) -> Iterator[Ours]:
        documents = self.in_period(kinds, period)
        return self.read(documents, counts=True, with_nominals=with_nominals)

    def of_documents(self, ids: Sequence[int]) -> Iterator[Ours]:
        """As they are now, of any date and state; without nominal codes."""
        documents = Document.objects.filter(pk__in=ids)
        return self.read(documents, counts=False, with_nominals=False)

    def in_period(self, kinds: Collection[str], period: Period) -> QuerySet[Document]:
        """All that belong in the comparison by themselves, and are dated in it."""
        documents = self.belonging(kinds)
        if period.start is not None:
            documents = documents.filter(date__gte=period.start)
        if period.end is not None:
            documents = documents.filter(date__lte=period.end)
        return documents

    def belonging(self, kinds: Collection[str]) -> QuerySet[Document]:
        return Document.objects.filter(self._belongs(), kind__in=kinds)

    def _belongs(self) -> Q:
        live = DocumentLink.objects.filter(
            connection=self.connection, document=OuterRef("pk"), ended_at__isnull=True
        )
        is_order = Q(kind=DocumentKind.SALES_ORDER)
        ready = Q(lifecycle=Lifecycle.APPROVED) & ~is_order | Q(lifecycle=Lifecycle.WON)
        if self.connection.go_live is not None:
            ready &= Q(date__gte=self.connection.go_live)
        return ready | Q(Exists(live))

    def counterparts(
        self, theirs: Sequence[Theirs], *, with_nominals: bool
    ) -> Iterator[Ours]:
        for ids in chunks(self.counterpart_ids(theirs), CHUNK):
            documents = Document.objects.filter(pk__in=ids)
            yield from self.read(documents, counts=False, with_nominals=with_nominals)

    def counterpart_ids(self, theirs: Sequence[Theirs]) -> list[int]:
        """Ours of any date and state that documents there may stand for: by link of
        any age, by our reference, or by number."""
        found: set[int] = set()
        for some in chunks(theirs, CHUNK):
            found |= self._linked_to(some) | self._referred_to(some)
            found |= self._numbered_as(some)
        return sorted(found)

    def _linked_to(self, theirs: Sequence[Theirs]) -> set[int]:
        links = DocumentLink.objects.filter(
            connection=self.connection, external_id__in=[each.id for each in theirs]
        )
        kinds = {(each.kind, each.id) for each in theirs}
        rows = links.values_list("document_id", "kind", "external_id")
        return {pk for pk, kind, external_id in rows if (kind, external_id) in kinds}

    def _referred_to(self, theirs: Sequence[Theirs]) -> set[int]:
        """The reference holds the first 20 of the 32 digits of the document's uid."""
        wanted = Q()
        for each in theirs:
            if each.was_sent:
                start = each.reference.removeprefix("FinSync-")
                first, last = uuid.UUID(start + "0" * 12), uuid.UUID(start + "f" * 12)
                wanted |= Q(uid__gte=first, uid__lte=last)
        if not wanted:
            return set()
        return set(Document.objects.filter(wanted).values_list("pk", flat=True))

    def _numbered_as(self, theirs: Sequence[Theirs]) -> set[int]:
        numbers = {
            number for each in theirs for number in (each.number, each.reference)
        }
        kinds = {each.kind for each in theirs}
        documents = Document.objects.filter(
            kind__in=kinds, number__in=numbers - {""}
        ).order_by()
        return set(documents.values_list("pk", flat=True))

    def read(
        self,
        documents: QuerySet[Document],
        *,
        counts: bool,
        with_nominals: bool = False,
        with_lines: bool = True,
    ) -> Iterator[Ours]:
        documents = documents.order_by()
        traces = self._traces(documents)
        for pk, print_ in prints.of_ours(documents) if with_lines else ():
            traces[pk].lines += print_
        if with_nominals:
            self._add_nets(documents, traces)
        if with_nominals or counts:
            self._add_taxes(documents, traces)
        for row in documents.values_list(*COLUMNS).iterator(chunk_size=2000):
            yield self._ours(row, traces.get(row[0]) or Traces(), counts=counts)

    def _traces(self, documents: QuerySet[Document]) -> dict[int, Traces]:
        traces: dict[int, Traces] = defaultdict(Traces)
        chosen = documents.values("pk")
        self._add_links(chosen, traces)
        self._add_items(chosen, traces)
        return traces

    def _add_links(self, chosen: Any, traces: dict[int, Traces]) -> None:
        links = DocumentLink.objects.filter(
            connection=self.connection, document__in=chosen, unlinked=False
        )
        named = ("document_id", "external_id", "number", "party_id", "note", "ended_at")
        for pk, external_id, number, party_id, note, ended in (
            links.order_by("pk").values_list(*named).iterator(chunk_size=2000)
        ):
            trace = traces[pk]
            if ended is not None:
                trace.past_ids += (external_id,)
            else:
                trace.external_id, trace.external_number = external_id, number
                trace.party_id, trace.adjusted = party_id, bool(note)

    def _add_items(self, chosen: Any, traces: dict[int, Traces]) -> None:
        items = SyncItem.objects.filter(
            connection=self.connection, document__in=chosen
        ).exclude(operation__in=(Operation.PAYMENT, Operation.ALLOCATE))
        for pk, state, operation, code, message in (
            items.order_by("pk")
            .values_list("document_id", "state", "operation", "status_code", "message")
            .iterator(chunk_size=2000)
        ):
            trace = traces[pk]
            trace.left |= state in MAY_HAVE_ARRIVED
            if _tells_more(state, than=trace.item):
                trace.item = Waiting(state, operation, code, message)

    def _add_nets(
        self, documents: QuerySet[Document], traces: dict[int, Traces]
    ) -> None:
        lines = DocumentLine.objects.filter(document__in=documents.values("pk"))
        sums = lines.order_by("document_id").values_list(
            "document_id", "document__kind", "nominal__code"
        )
        for pk, kind, code, net in sums.annotate(Sum("net")).iterator(chunk_size=2000):
            # SQLite adds up as floats.
            amount = signed(records.DocumentKind(kind), net.quantize(PLACES))
            traces[pk].nets.append((self.nominals.ours(code), amount))

    def _add_taxes(
        self, documents: QuerySet[Document], traces: dict[int, Traces]
    ) -> None:
        lines = DocumentLine.objects.filter(document__in=documents.values("pk"))
        sums = lines.order_by("document_id").values_list(
            "document_id", "document__kind", "tax_rate__code"
        )
        for pk, kind_name, code, net, tax in sums.annotate(
            Sum("net"), Sum("tax")
        ).iterator(chunk_size=2000):
            kind = records.DocumentKind(kind_name)
            traces[pk].taxes.append(
                (
                    code or NO_RATE,
                    signed(kind, net.quantize(PLACES)),
                    signed(kind, tax.quantize(PLACES)),
                )
            )

    def _ours(self, row: tuple[Any, ...], traces: Traces, *, counts: bool) -> Ours:
        pk, kind_name, number, uid, date, currency, rate, gross, tax, *rest = row
        lifecycle, settlement, contact, name, care_of, care_of_name = rest
        kind = records.DocumentKind(kind_name)
        if care_of is not None and self.bills_care_of:
            contact, name = care_of, care_of_name
        account, account_name = self.accounts.get((contact, party_role(kind)), ("", ""))
        party_id = account or traces.party_id
        return Ours(
            id=pk,
            kind=kind,
            number=number,
            reference=f"FinSync-{uid.hex[:20]}",
            date=date,
            currency=currency,
            gross=signed(kind, gross),
            tax=signed(kind, tax),
            status=LIFECYCLES.get(lifecycle) or SETTLEMENTS[settlement],
            party_names=tuple(filter(None, (name, account_name))),
            party_ids=(party_id,) if party_id else (),
            external_id=traces.external_id,
            external_number=traces.external_number,
            past_ids=traces.past_ids,
            left=traces.left,
            counts=counts,
            item=traces.item,
            nets=merged(traces.nets),
            lines=traces.lines,
            taxes=tuple(traces.taxes),
            rate=None if rate == 1 else rate,
            adjusted=traces.adjusted,
        )


def merged(nets: Iterable[tuple[str, Decimal]]) -> Nets:
    """One amount per nominal key."""
    sums: dict[str, Decimal] = {}
    for key, net in nets:
        sums[key] = sums.get(key, Decimal(0)) + net
    return tuple(sums.items())


def chunks(whole: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _tells_more(state: str, *, than: Waiting | None) -> bool:
    """Undecided before open before closed; the later of two alike."""
    return than is None or _weight(state) >= _weight(than.state)


def _weight(state: str) -> int:
    return 2 if state in UNDECIDED else int(state in OPEN_STATES)
