"""One name for a nominal code on both sides."""

from accounting_links.models import Connection, NominalLink, RecordType, RemoteRecord


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
        self._names = dict(
            RemoteRecord.objects.filter(
                connection=connection, type=RecordType.ACCOUNT
            ).values_list("external_id", "name")
        )

    def ours(self, code: str | None) -> str:
        used = self.default if self.one_for_all or not code else code
        return self._of_code.get(used, used)

    def theirs(self, account_id: str, item_id: str) -> str:
        """Empty for a line that tells neither."""
        known = self._of_account.get(account_id) or self._of_item.get(item_id)
        return known or self._names.get(account_id, account_id)
