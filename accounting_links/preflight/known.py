"""What the platform was last seen to hold of accounts, items and tax codes."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounting_links.models import Connection, RecordType, RemoteRecord
from connectors import records

TYPES = (RecordType.ACCOUNT, RecordType.BANK, RecordType.ITEM, RecordType.TAX_CODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecords:
    """`active` holds pairs of type and id. A type that was never fetched is not among
    `fetched`, and nothing can be said of its records."""

    fetched: frozenset[str]
    active: frozenset[tuple[str, str]]

    @classmethod
    def gather(
        cls, connection: Connection, documents: Iterable[records.Document]
    ) -> "KnownRecords":
        """Two statements."""
        lines = [line for document in documents for line in document.lines]
        ids = {line.account_id for line in lines}
        ids |= {line.item_id for line in lines}
        ids |= {line.tax_code_id for line in lines}
        rows = RemoteRecord.objects.filter(connection=connection, type__in=TYPES)
        fetched = rows.order_by().values_list("type", flat=True).distinct()
        active = rows.filter(external_id__in=ids - {""}, active=True)
        return cls(
            fetched=frozenset(fetched),
            active=frozenset(active.values_list("type", "external_id")),
        )

    def lacks_account(self, external_id: str) -> bool:
        types = (RecordType.ACCOUNT, RecordType.BANK)
        return all(self._lacks(type_, external_id) for type_ in types)

    def lacks_item(self, external_id: str) -> bool:
        return self._lacks(RecordType.ITEM, external_id)

    def lacks_tax_code(self, external_id: str) -> bool:
        return self._lacks(RecordType.TAX_CODE, external_id)

    def _lacks(self, type_: RecordType, external_id: str) -> bool:
        return type_ in self.fetched and (type_, external_id) not in self.active
