"""What the Sync page's list is asked for. It is also the only way back to it: no
address is ever taken from a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from invoicing.models import DocumentKind

LONGEST_SEARCH = 100
LONGEST_CODE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    kind: str
    code: str = ""
    search: str = ""
    page: int = 1

    @classmethod
    def read(cls, values: Mapping[str, str], *, default: str = "") -> "ListQuery":
        """Takes what makes sense of `values`, and leaves the rest."""
        kind = values.get("kind", "")
        page = values.get("page", "")
        return cls(
            kind=kind if kind in DocumentKind.values else default or first_kind(),
            code=values.get("code", "")[:LONGEST_CODE],
            search=values.get("q", "").strip()[:LONGEST_SEARCH],
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def url(self, **changes: str | int) -> str:
        values: dict[str, str | int] = {
            "kind": self.kind,
            "code": self.code,
            "q": self.search,
            "page": self.page if self.page > 1 else "",
        }
        values.update(changes)
        kept = {name: value for name, value in values.items() if value}
        return f"{reverse('admin:sync_page')}?{urlencode(kept)}"

    @property
    def hidden(self) -> dict[str, str]:
        """The fields by which a form finds its way back here."""
        return {
            "kind": self.kind,
            "code": self.code,
            "q": self.search,
            "page": str(self.page),
        }


def first_kind() -> str:
    return DocumentKind.SALES_INVOICE.value
