"""Which item of the company file a line is sold as, in the Item layout."""

from collections.abc import Iterable

from connectors.errors import Rejected
from connectors.myob.errors import LABEL
from connectors.records import Item, Line


class SoldItems:
    """By the product's code; else the first item that sells to the line's account."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_code: dict[str, str] = {}
        self._by_account: dict[str, str] = {}
        for item in items:
            self._by_code.setdefault(item.code.casefold(), item.id)
            self._by_account.setdefault(item.income_account_id, item.id)

    def of(self, line: Line) -> str:
        """The item's id. Raises `Rejected` where none fits."""
        code = line.product_code.casefold()
        found = line.item_id or (code and self._by_code.get(code))
        found = found or (line.account_id and self._by_account.get(line.account_id))
        if not found:
            raise Rejected(
                f"Line {line.position} needs an item in {LABEL}: none has the code "
                f"{line.product_code or '(none)'}, and none sells to its account.",
                status_code="NO_NOMINAL",
                field="lines",
            )
        return found
