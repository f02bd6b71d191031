"""Makes of our documents the records that travel.

The number of SQL statements does not depend on how many documents or lines there are.
Ids are filled in as far as links and mappings have them; what is missing is left empty
for the checks to find.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from accounting_links import gateway
from accounting_links.models import (
    Connection,
    ContactLink,
    DocumentLink,
    NominalLink,
    ProductLink,
    Role,
    TaxLink,
)
from connectors import records
from connectors.records import DocumentKind, PartyRole, party_role
from invoicing.models import Contact, Document, DocumentLine, NominalCode

HUNDRED = Decimal(100)
ROLES = {PartyRole.CUSTOMER: Role.CUSTOMER, PartyRole.SUPPLIER: Role.SUPPLIER}


def documents(ids: Iterable[int]) -> list[Document]:
    """With all that `build` and the checks read, oldest first."""
    return list(with_parts(Document.objects.filter(pk__in=list(ids))))


def with_parts(found: QuerySet[Document]) -> QuerySet[Document]:
    # Prefetched, not joined: thousands of lines share a few codes.
    return (
        found.select_related("contact", "care_of", "job", "credits")
        .prefetch_related(
            "lines", "lines__nominal", "lines__tax_rate", "lines__product"
        )
        .order_by("date", "pk")
    )


def role_of(document: Document) -> Role:
    return ROLES[party_role(DocumentKind(document.kind))]


def build(
    connection: Connection, documents: Sequence[Document]
) -> dict[int, records.Document]:
    """By primary key. Expects documents that are loaded as `documents` does it."""
    maps = _Maps.of(connection, documents)
    return {document.pk: _document(document, maps) for document in documents}


def nominal_of(line: DocumentLine, connection: Connection) -> NominalCode | None:
    """What the connection's options make of the line's own code."""
    if connection.one_nominal_for_all and connection.default_nominal:
        return connection.default_nominal
    return line.nominal or connection.default_nominal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maps:
    connection: Connection
    care_of: bool
    accounts: Mapping[tuple[int, str], str]
    nominals: Mapping[int, NominalLink]
    taxes: Mapping[tuple[int, str], str]
    products: Mapping[int, str]
    credited: Mapping[int, str]

    @classmethod
    def of(cls, connection: Connection, documents: Sequence[Document]) -> "_Maps":
        contacts = {document.contact_id for document in documents}
        contacts |= {d.care_of_id for d in documents if d.care_of_id is not None}
        accounts = ContactLink.objects.filter(
            connection=connection, contact__in=contacts, ended_at=None
        ).values_list("contact", "role", "external_id")
        nominals = NominalLink.objects.filter(connection=connection)
        taxes = TaxLink.objects.filter(connection=connection)
        products = ProductLink.objects.filter(connection=connection)
        return cls(
            connection=connection,
            care_of=gateway.capabilities(connection).care_of,
            accounts={(pk, role): external for pk, role, external in accounts},
            nominals={link.nominal_id: link for link in nominals},
            taxes={(link.tax_rate_id, link.role): link.external_id for link in taxes},
            products=dict(products.values_list("product", "external_id")),
            credited=credited_ids(connection, documents),
        )


def credited_ids(
    connection: Connection, documents: Iterable[Document]
) -> dict[int, str]:
    """The platform's ids of the invoices that credit notes correct, by invoice."""
    invoices = {d.credits_id for d in documents if d.credits_id is not None}
    if not invoices:
        return {}
    links = DocumentLink.objects.filter(
        connection=connection, document__in=invoices, ended_at=None
    )
    return dict(links.values_list("document", "external_id"))


def _document(document: Document, maps: _Maps) -> records.Document:
    billed, named = _parties(document, care_of=maps.care_of)
    role = role_of(document)
    return records.Document(
        kind=DocumentKind(document.kind),
        number=document.number,
        reference=document.reference,
        party_id=maps.accounts.get((billed.pk, role.value), ""),
        party_name=billed.name,
        party=party_of(billed, role),
        care_of_id=maps.accounts.get((named.pk, role.value), "") if named else "",
        care_of_name=named.name if named else "",
        date=document.date,
        due_date=document.due_date,
        currency=document.currency,
        rate=document.rate,
        prices_include_tax=document.prices_include_tax,
        tax_override=document.tax_override,
        lines=tuple(_line(line, document, maps) for line in _lines(document)),
        net=document.net,
        tax=document.tax,
        gross=document.gross,
        note=document.note,
        email=billed.email,
        sent=document.sent_at is not None,
        job_code=document.job.code if document.job else "",
        credited_id=maps.credited.get(document.credits_id or 0, ""),
        credited_number=document.credits.number if document.credits else "",
    )


def _lines(document: Document) -> list[DocumentLine]:
    return sorted(document.lines.all(), key=lambda line: line.position)


def _parties(document: Document, *, care_of: bool) -> tuple[Contact, Contact | None]:
    """Who is billed, and who is named besides: where the platform knows care-of
    accounts the contact is named, elsewhere the care-of is."""
    if document.care_of is None:
        return document.contact, None
    if care_of:
        return document.care_of, document.contact
    return document.contact, document.care_of


def _line(line: DocumentLine, document: Document, maps: _Maps) -> records.Line:
    nominal = nominal_of(line, maps.connection)
    link = maps.nominals.get(nominal.pk) if nominal else None
    product_item = maps.products.get(line.product_id or 0, "")
    tax_key = (line.tax_rate_id or 0, role_of(document).value)
    return records.Line(
        position=line.position,
        text=line.text,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=_discount(line.discount_percent, document.discount_percent),
        net=line.net,
        tax=line.tax,
        nominal_code=nominal.code if nominal else "",
        account_id=link.account_id if link else "",
        item_id=product_item or (link.item_id if link else ""),
        product_code=line.product.code if line.product else line.product_code,
        tax_code_id=maps.taxes.get(tax_key, ""),
        tax_rate=line.tax_rate.rate if line.tax_rate else Decimal(0),
        job_code=document.job.code if document.job else "",
    )


def _discount(of_line: Decimal, of_document: Decimal) -> Decimal:
    """One after the other, as one percentage."""
    if not of_document:
        return of_line
    left = (HUNDRED - of_line) * (HUNDRED - of_document) / HUNDRED
    return HUNDRED - left


def party_of(contact: Contact, role: Role) -> records.Party:
    return records.Party(
        role=PartyRole(role.value),
        name=contact.name,
        code=contact.code,
        email=contact.email,
        phone=contact.phone,
        tax_number=contact.tax_number,
        company_number=contact.company_number,
        currency=contact.currency,
        address=records.Address(
            street=contact.street,
            city=contact.city,
            region=contact.region,
            postcode=contact.postcode,
            country=contact.country,
        ),
    )
