"""Two sides of a year, made from numbers alone: document `n` is the same each time, and
so is what was done to it over there. Nothing has to be held in memory."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import NotFound
from connectors.records import DocumentKind, RemoteDocument, RemoteLine, RemoteStatus
from connectors.settings import ConnectionConfig

INVOICE = DocumentKind.SALES_INVOICE
START, END = date(2026, 1, 1), date(2026, 12, 31)
NEXT_YEAR = date(2027, 1, 5)
PAGE = 1000


def uid(n: int) -> uuid.UUID:
    return uuid.UUID(int=n << 64 | n)


def net(n: int) -> Decimal:
    return Decimal(1000 + n * 7919 % 90_000) / 100


def tax(n: int) -> Decimal:
    return (net(n) / 5).quantize(Decimal("0.01"))


def day(n: int) -> date:
    return START + timedelta(days=n % 360)


def sent(n: int) -> RemoteDocument:
    """Document `n` as it arrived there."""
    return RemoteDocument(
        kind=INVOICE,
        id=f"R{n}",
        number=f"INV-{n:07}",
        status=RemoteStatus.OPEN,
        date=day(n),
        currency="GBP",
        gross=net(n) + tax(n),
        tax=tax(n),
        reference=f"FinSync-{uid(n).hex[:20]}",
        party_id=f"P{n % 500}",
        party_name=f"Customer {n % 500}",
        lines=(RemoteLine(text="Repair", net=net(n), account_id="A4000"),),
    )


def foreign(n: int) -> RemoteDocument:
    """A document that was never ours."""
    whole = sent(n)
    return replace(whole, id=f"F{n}", number=f"OWN-{n:07}", reference="")


Fault = Callable[[RemoteDocument], list[RemoteDocument]]
PENNY = Decimal("0.01")
# What was done over there, and the verdicts that it must get: of ours, of the rest.
FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "deleted": (lambda it: [], ("ended_one_side",)),
    "never sent": (lambda it: [], ("missing_in_books",)),
    "unanswered": (lambda it: [it], ("in_doubt",)),
    "edited": (lambda it: [replace(it, gross=it.gross + PENNY)], ("amount_differs",)),
    "taxed": (
        lambda it: [replace(it, tax=(it.tax or Decimal(0)) + PENNY)],
        ("tax_differs",),
    ),
    "voided": (lambda it: [replace(it, status=RemoteStatus.VOID)], ("ended_one_side",)),
    "paid": (lambda it: [replace(it, status=RemoteStatus.PAID)], ("paid_differently",)),
    "moved": (lambda it: [replace(it, party_id="P9999")], ("customer_differs",)),
    "redated": (
        lambda it: [replace(it, date=day(int(it.id[1:]) + 1))],
        ("date_differs",),
    ),
    "redated out": (lambda it: [replace(it, date=NEXT_YEAR)], ("date_differs",)),
    "renumbered": (lambda it: [replace(it, number="Z" + it.id)], ("number_differs",)),
    "copied": (
        lambda it: [it, replace(it, id=f"C{it.id}", reference="")],
        ("matched", "duplicate_in_books"),
    ),
    "lost here": (
        lambda it: [it, replace(it, id=f"L{it.id}", number="", reference=strange(it))],
        ("matched", "missing_in_crm"),
    ),
}
NAMES = tuple(FAULTS)


def strange(remote: RemoteDocument) -> str:
    """The reference of a document that we do not have."""
    return f"FinSync-{uid(10**9 + int(remote.id[1:])).hex[:20]}"


class Plan:
    """Spreads the faults evenly over the documents."""

    def __init__(self, documents: int, faults: int, strangers: int) -> None:
        self.documents, self.strangers = documents, strangers
        self.every = max(documents // faults, 1) if faults else documents + 1
        self.faults = faults

    def fault(self, n: int) -> str:
        """Empty for a document that nothing was done to."""
        at, rest = divmod(n, self.every)
        return "" if rest or at >= self.faults else NAMES[at % len(NAMES)]

    def held(self, n: int) -> list[RemoteDocument]:
        """What the books hold of document `n`."""
        name = self.fault(n)
        return FAULTS[name][0](sent(n)) if name else [sent(n)]

    def expected(self) -> Iterator[tuple[str, str]]:
        """What each row must say: our number, or their id where we have none."""
        for n in range(self.documents):
            name = self.fault(n)
            verdicts = FAULTS[name][1] if name else ("matched",)
            yield f"INV-{n:07}", verdicts[0]
            if len(verdicts) > 1:
                yield self.held(n)[1].id, verdicts[1]
        for n in range(self.strangers):
            yield f"F{n}", "posted_outside"


class PlannedBooks(Connector):
    platform = "planned"
    label = "Planned books"
    capabilities = Capabilities(kinds=frozenset({INVOICE}), lookup_size=30)

    def __init__(self, plan: Plan) -> None:
        super().__init__(ConnectionConfig(platform="planned"))
        self.plan = plan
        self.requests: dict[str, int] = {"list": 0, "find": 0, "get": 0}

    def all(self) -> Iterator[RemoteDocument]:
        for n in range(self.plan.documents):
            yield from self.plan.held(n)
        yield from map(foreign, range(self.plan.strangers))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        self.requests["list"] += 1
        told = 0
        for each in self.all():
            if (start or date.min) <= (each.date or START) <= (end or date.max):
                told += 1
                self.requests["list"] += told % PAGE == 0
                yield each

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self.requests["find"] += 1
        return [
            replace(each, lines=())
            for number in numbers
            for each in self.plan.held(int(number[4:]))
            if each.number == number
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self.requests["get"] += 1
        for each in self.plan.held(int(id[1:])):
            if each.id == id:
                return each
        raise NotFound(f"There is no document {id}.")
