from dataclasses import replace
from typing import Any

from connectors.records import Document, DocumentKind, Line
from tests.connectors.file_contract import FileContract, document

TAXES = {"20": "S", "5": "R", "0": "Z"}


class TestAccountEdge(FileContract):
    slug = "accountedge"
    export_path = "/export"
    code_page = "cp1252"
    bank_account = "1200"

    def document(self, number: str, *lines: Line, **changes: Any) -> Document:
        """Accounts and tax codes as people have mapped them."""
        made = document(number, *lines, **changes)
        is_bill = made.kind is DocumentKind.SUPPLIER_INVOICE
        mapped = [
            replace(
                each,
                account_id="5000" if is_bill else "4000",
                tax_code_id=TAXES.get(f"{each.tax_rate:f}", "S"),
            )
            for each in made.lines
        ]
        return replace(made, lines=tuple(mapped))
