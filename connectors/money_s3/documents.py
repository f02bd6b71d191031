"""Orders and invoices as Money S3 reads them.

Our reference stands in the note, so that what we have written is known again. Elements
are in the order of the vendor's schema.
"""

import uuid

from connectors.money_s3.amounts import (
    Priced,
    PricedLine,
    line_summary,
    priced,
    totals,
)
from connectors.money_s3.parties import party
from connectors.money_s3.settings import OURS, Shortcuts
from connectors.money_s3.tree import POPIS, Node, leaf, node, title
from connectors.records import ZERO, Document, DocumentKind

# So that the same document has the same id in Money S3, whenever it is exported.
NAMESPACE = uuid.UUID("6f6c2b0e-6d1c-4f0e-9a53-4d6f6e657953")
NET_PRICE = "0"
NORMAL = "N"


def guid(reference: str) -> str:
    return "{" + str(uuid.uuid5(NAMESPACE, reference)).upper() + "}"


def order(document: Document, shortcuts: Shortcuts, *, with_stock: bool) -> Node:
    found = priced(document, shortcuts)
    symbol = shortcuts.symbol(document.number)
    return node(
        "ObjPrij",
        leaf("Popis", title(f"{document.number} {document.note}")),
        leaf("Poznamka", note(document)),
        leaf("Vystaveno", document.date),
        leaf("Vyridit_do", document.due_date),
        party(document.party_name, document.party),
        *totals(found, shortcuts),
        leaf("DRada", shortcuts["order_series"]),
        leaf("PrimDoklad", document.number),
        leaf("VarSymbol", symbol),
        *(
            _order_line(each, found, shortcuts, with_stock=with_stock)
            for each in found.lines
        ),
    )


def _order_line(
    each: PricedLine, found: Priced, shortcuts: Shortcuts, *, with_stock: bool
) -> Node:
    is_stocked = with_stock and bool(each.line.product_code)
    return node(
        "Polozka",
        leaf("Popis", title(each.line.text)),
        leaf("Poznamka", _rest(each.line.text)),
        leaf("PocetMJ", each.quantity),
        leaf("Cena", found.home(each.price)),
        line_summary(each, found),
        leaf("SazbaDPH", each.line.tax_rate),
        leaf("TypCeny", NET_PRICE),
        leaf("Sleva", ZERO),
        leaf("Poradi", each.line.position),
        leaf("Valuty", each.price if found.is_foreign else None),
        *(_stocked(each, shortcuts) if is_stocked else (_plain_item(each),)),
    )


def _stocked(each: PricedLine, shortcuts: Shortcuts) -> tuple[Node, Node]:
    """The warehouse is chosen anew in the import; here it has to have a name."""
    return (
        node(
            "Sklad",
            leaf("Nazev", shortcuts["stock_name"] or "Sklad"),
            leaf("KodSkladu", shortcuts["stock_code"]),
            leaf("CenikSklad", value=False),
        ),
        node(
            "KmKarta",
            leaf("Popis", title(each.line.text) or each.line.product_code),
            leaf("MJ", each.line.unit[:10]),
            leaf("Katalog", each.line.product_code),
        ),
    )


def _plain_item(each: PricedLine, *extra: Node | None) -> Node:
    return node(
        "NesklPolozka",
        leaf("MJ", each.line.unit[:10]),
        leaf("Katalog", each.line.product_code),
        *extra,
    )


def invoice(document: Document, shortcuts: Shortcuts) -> Node:
    """Issued invoices, credit notes among them, and received ones."""
    is_received = document.kind is DocumentKind.SUPPLIER_INVOICE
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    is_ours = shortcuts["numbering"] == OURS and not is_received
    series = shortcuts["bill_series" if is_received else "invoice_series"]
    rule = shortcuts["purchase_rule" if is_received else "sales_rule"]
    found = priced(document, shortcuts)
    return node(
        "FaktPrij" if is_received else "FaktVyd",
        leaf("Doklad", document.number if is_ours else ""),
        leaf("GUID", guid(document.reference)),
        leaf("Rada", "" if is_ours else series),
        leaf("Popis", title(f"{document.number} {document.note}")),
        leaf("Vystaveno", document.date),
        leaf("DatUcPr", document.date),
        leaf("PlnenoDPH", document.date),
        leaf("Splatno", document.due_date),
        leaf("KodDPH", _tax_code(document, shortcuts)),
        leaf("VarSymbol", shortcuts.symbol(document.number)),
        leaf("PrijatDokl", document.number if is_received else ""),
        leaf("ParSymbol", shortcuts.symbol(document.credited_number)),
        leaf("Ucet", shortcuts["bank_account"]),
        leaf("Druh", NORMAL),
        leaf("Dobropis", is_credit),
        leaf("PredKontac", rule),
        *totals(found, shortcuts),
        leaf("Poznamka", note(document)),
        party(document.party_name, document.party),
        node(
            "SeznamPolozek",
            *(_invoice_line(each, found, shortcuts) for each in found.lines),
        ),
    )


def _invoice_line(each: PricedLine, found: Priced, shortcuts: Shortcuts) -> Node:
    return node(
        "Polozka",
        leaf("Popis", title(each.line.text)),
        leaf("Poznamka", _rest(each.line.text)),
        leaf("PocetMJ", each.quantity),
        leaf("SazbaDPH", each.line.tax_rate),
        leaf("Cena", found.home(each.price)),
        line_summary(each, found),
        leaf("CenaTyp", NET_PRICE),
        leaf("Sleva", ZERO),
        leaf("Poradi", each.line.position),
        leaf("KodDPH", shortcuts.code(each.line.tax_rate)),
        leaf("Predkontac", shortcuts.rules.get(each.line.nominal_code, "")),
        leaf("Valuty", each.price if found.is_foreign else None),
        _plain_item(each, leaf("Protizapis", value=False)),
    )


def _tax_code(document: Document, shortcuts: Shortcuts) -> str:
    """The document's own where all lines agree; the lines carry theirs anyway."""
    codes = {shortcuts.code(line.tax_rate) for line in document.lines}
    return codes.pop() if len(codes) == 1 else ""


def note(document: Document) -> str:
    named = f"c/o {document.care_of_name}" if document.care_of_name else ""
    return "\n".join(filter(None, (document.reference, named, document.note)))


def _rest(text: str) -> str:
    """The whole text, where the description had to be cut."""
    return text if len(" ".join(text.split())) > POPIS else ""
