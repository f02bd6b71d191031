"""Which rows of a reconciliation are asked for; every choice is in the address, so
that it can be passed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounting_links.models import (
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.reconcile.accepted import open_rows
from invoicing.models import DocumentKind

OPEN, ALL, ACCEPTED = "open", "all", "accepted"
CHOICES = (OPEN, ALL, ACCEPTED, *Verdict.values)
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuery:
    """`verdict` is a verdict, `open` (what has to be looked into), `accepted` or
    `all`."""

    verdict: str = OPEN
    kind: str = ""
    search: str = ""
    page: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str], *, default: str) -> "RowQuery":
        """Takes what makes sense of `values`, and leaves the rest."""
        verdict, kind = values.get("verdict", ""), values.get("kind", "")
        page = values.get("page", "")
        return cls(
            verdict=verdict if verdict in CHOICES else default,
            kind=kind if kind in DocumentKind.values else "",
            search=values.get("q", "").strip()[:LONGEST_SEARCH],
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def rows(self, reconciliation: Reconciliation) -> QuerySet[ReconciliationRow]:
        rows = reconciliation.rows.all()
        if self.verdict == OPEN:
            rows = open_rows(reconciliation)
        elif self.verdict == ACCEPTED:
            rows = rows.exclude(accepted=None)
        elif self.verdict != ALL:
            rows = rows.filter(verdict=self.verdict)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.search:
            rows = rows.filter(
                Q(number__istartswith=self.search)
                | Q(remote_number__istartswith=self.search)
                | Q(our_party__icontains=self.search)
                | Q(their_party__icontains=self.search)
            )
        return rows

    def address(self, **changes: str | int) -> str:
        return f"?{self.query_string(**changes)}"

    def query_string(self, **changes: str | int) -> str:
        values: dict[str, str | int] = {
            "verdict": self.verdict,
            "kind": self.kind,
            "q": self.search,
            "page": self.page if self.page > 1 else "",
        }
        return urlencode({k: v for k, v in {**values, **changes}.items() if v})
