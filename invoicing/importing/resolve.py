"""Finds what the documents of a chunk name: with a few statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.text import slugify

from invoicing.importing.errors import FileRefused
from invoicing.importing.layouts.base import Layout, StandIn
from invoicing.importing.records import ParsedContact, ParsedDocument
from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    NominalCode,
    Product,
    TaxRate,
)

LONGEST_CODE = 40
Coded = TypeVar("Coded", NominalCode, TaxRate, Product)


@dataclass(slots=True)
class Directory:
    """`contacts` by `ParsedContact.key`; `ambiguous` are names that several have."""

    contacts: dict[str, Contact] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    nominals: dict[str, NominalCode] = field(default_factory=dict)
    tax_rates: dict[str, TaxRate] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)


def directory(documents: Sequence[ParsedDocument], layout: Layout) -> Directory:
    lines = [line for document in documents for line in document.lines]
    found = Directory(
        nominals=_by_code(NominalCode, [line.nominal for line in lines]),
        tax_rates=_by_code(TaxRate, [line.tax_rate for line in lines]),
        products=_by_code(Product, [line.product for line in lines]),
    )
    _stand_in(found.nominals, NominalCode, layout.nominal)
    _stand_in(found.tax_rates, TaxRate, layout.tax_rate)
    _find_contacts(found, documents)
    return found


def parties(document: ParsedDocument) -> list[ParsedContact]:
    return [each for each in (document.contact, document.care_of) if each]


def existing(documents: Sequence[ParsedDocument], source: str) -> dict[str, Document]:
    """Those that came from this source before, by identity."""
    found = Document.objects.filter(
        source=source, source_reference__in=[each.identity for each in documents]
    )
    return {document.source_reference: document for document in found}


def number_takers(
    documents: Sequence[ParsedDocument], contacts: dict[str, Contact]
) -> dict[str, Document]:
    """Documents that carry the same numbers, wherever they are from, by identity."""
    by_kind: dict[str, dict[str, list[ParsedDocument]]] = defaultdict(dict)
    for document in documents:
        by_kind[document.kind].setdefault(document.number, []).append(document)
    taken = {}
    for kind, numbers in by_kind.items():
        for found in Document.objects.filter(kind=kind, number__in=list(numbers)):
            for document in numbers[found.number]:
                if _is_same_number(document, found, contacts):
                    taken[document.identity] = found
    return taken


def referred(documents: Iterable[ParsedDocument]) -> dict[str, Document]:
    """Orders and credited invoices that the documents name, as "kind:number"."""
    wanted = {reference for each in documents for reference in references(each)}
    found: dict[str, Document] = {}
    for kind in (DocumentKind.SALES_ORDER, DocumentKind.SALES_INVOICE):
        numbers = [key.split(":", 1)[1] for key in wanted if key.startswith(f"{kind}:")]
        if numbers:
            matches = Document.objects.filter(kind=kind, number__in=numbers)
            found |= {f"{kind}:{each.number}": each for each in matches}
    return found


def references(document: ParsedDocument) -> dict[str, str]:
    """What it refers to, and the field that says so."""
    named = {}
    if document.order_number:
        named[f"{DocumentKind.SALES_ORDER}:{document.order_number}"] = "order_number"
    if document.credits_number:
        key = f"{DocumentKind.SALES_INVOICE}:{document.credits_number}"
        named[key] = "credits_number"
    return named


def fresh_code(name: str, taken: set[str]) -> str:
    """For a contact that is known by its name alone."""
    stem = slugify(name).upper()[: LONGEST_CODE - 6] or "CONTACT"
    known = set(
        Contact.objects.filter(code__startswith=stem).values_list("code", flat=True)
    )
    code, turn = stem, 1
    while code in known or code in taken:
        turn += 1
        code = f"{stem}-{turn}"
    return code


def _by_code(model: type[Coded], codes: Iterable[str]) -> dict[str, Coded]:
    wanted = {code for code in codes if code}
    found = model._default_manager.filter(code__in=wanted) if wanted else ()
    return {row.code: row for row in found}


def _stand_in(
    found: dict[str, Coded], model: type[Coded], wanted: StandIn | None
) -> None:
    """Under the empty code. One that is missing is not saved yet."""
    if wanted is None:
        return
    row = model._default_manager.filter(code=wanted.code).first()
    if isinstance(row, TaxRate) and row.rate != wanted.rate:
        raise FileRefused(
            f"The layout needs a tax rate {wanted.code} of {wanted.rate} %, but"
            f" {row.code} is one of {row.rate.normalize():f} %. Give that another code."
        )
    if row is None:
        row = model(code=wanted.code, name=wanted.name)
        if isinstance(row, TaxRate):
            row.rate = wanted.rate
    found[""] = row


def _find_contacts(found: Directory, documents: Sequence[ParsedDocument]) -> None:
    named = [party for document in documents for party in parties(document)]
    codes = {party.code for party in named if party.code}
    for contact in Contact.objects.filter(code__in=codes):
        found.contacts[f"code:{contact.code}"] = contact
    names = {party.name for party in named if not party.code}
    for contact in Contact.objects.filter(name__in=names, active=True):
        key = f"name:{contact.name}"
        if key in found.contacts:
            found.ambiguous.add(contact.name)
        found.contacts[key] = contact


def _is_same_number(
    document: ParsedDocument, found: Document, contacts: dict[str, Contact]
) -> bool:
    if document.kind != DocumentKind.SUPPLIER_INVOICE:
        return True
    contact = contacts.get(document.contact.key) if document.contact else None
    return contact is not None and contact.pk == found.contact_id
