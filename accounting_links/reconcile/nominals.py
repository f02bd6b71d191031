"""One name for a nominal code on both sides."""

from accounting_links.models import Connection, NominalLink, RecordType, RemoteRecord
from connectors.records import PartyRole

UNKNOWN = "no nominal code"


class Nominals:
    """Two statements. Where several of our codes go to one account over there, the
    books cannot tell them apart: all have the name of the first."""

    def __init__(self, connection: Connection) -> None:
        default = connection.default_nominal
        self.default = default.code if default else ""
        self.one_for_all = connection.one_nominal_for_all and bool(self.default)
        self._of_account: dict[str, str] = {}
        self._of_item: dict[str, str] = {}
        self._of_code: dict[str, str] = {}
        links = NominalLink.objects.filter(connection=connection)
        for code, account, item in links.order_by("nominal__code").values_list(
            "nominal__code", "account_id", "item_id"
        ):
            key = self._of_account.setdefault(account, code)
            self._of_code[code] = key
            if item:
                self._of_item[item] = key
        self._names: dict[str, str] = {}
        self._account_of_item: dict[str, dict[str, str]] = {}
        records = RemoteRecord.objects.filter(
            connection=connection, type__in=(RecordType.ACCOUNT, RecordType.ITEM)
        )
        for type_, external_id, name, data in records.values_list(
            "type", "external_id", "name", "data"
        ):
            if type_ == RecordType.ACCOUNT:
                self._names[external_id] = name
            else:
                self._account_of_item[external_id] = data

    def ours(self, code: str | None) -> str:
        used = self.default if self.one_for_all or not code else code
        return self._of_code.get(used, used) or UNKNOWN

    def theirs(self, role: PartyRole, account_id: str, item_id: str) -> str:
        """An account's own name where none of our codes goes there."""
        if not account_id and item_id in self._of_item:
            return self._of_item[item_id]
        account_id = account_id or self._carried_by(item_id, role)
        known = self._of_account.get(account_id)
        return known or self._names.get(account_id, account_id) or UNKNOWN

    def _carried_by(self, item_id: str, role: PartyRole) -> str:
        """Items carry an account for sales and one for purchases."""
        is_sale = role is PartyRole.CUSTOMER
        name = "income_account_id" if is_sale else "expense_account_id"
        return self._account_of_item.get(item_id, {}).get(name) or ""
