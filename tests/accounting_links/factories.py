"""Connections and what hangs on them. Contacts and documents: `tests.factories`. Tests
call the functions, which are typed."""

# factory_boy's declarations carry no types.
# mypy: disable-error-code="no-untyped-call"

from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence
from factory.django import DjangoModelFactory

from accounting_links.models import (
    Connection,
    ConnectionKind,
    ConnectionState,
    ContactLink,
    DocumentLink,
    DocumentLinkHow,
    Environment,
    LinkHow,
    NominalLink,
    RecordType,
    RemoteRecord,
    Role,
    SyncItem,
    TaxLink,
)
from accounting_links.names import name_key
from invoicing.models import Contact, Document, NominalCode, TaxRate


class ConnectionFactory(DjangoModelFactory[Connection]):
    """Connected, in GBP."""

    class Meta:
        model = Connection

    name = Sequence(lambda n: f"Connection {n}")
    platform = "quickbooks_online"
    environment = Environment.PRACTICE
    practice_url = "http://127.0.0.1:1"
    state = ConnectionState.CONNECTED
    organisation_id = Sequence(lambda n: f"ORG-{n}")
    organisation_name = Sequence(lambda n: f"Practice Company {n}")
    organisation = LazyFunction(
        lambda: {"home_currency": "GBP", "currencies": ["GBP"], "locked_before": None}
    )


class ContactLinkFactory(DjangoModelFactory[ContactLink]):
    """Give `connection` and `contact`."""

    class Meta:
        model = ContactLink

    role = Role.CUSTOMER
    external_id = Sequence(lambda n: f"P{n}")
    external_name = LazyAttribute(lambda link: link.contact.name)
    how = LinkHow.EXACT_NAME
    verified_at = LazyFunction(timezone.now)


class NominalLinkFactory(DjangoModelFactory[NominalLink]):
    """Give `connection` and `nominal`."""

    class Meta:
        model = NominalLink

    account_id = Sequence(lambda n: f"A{n}")
    account_name = LazyAttribute(lambda link: link.nominal.name)


class TaxLinkFactory(DjangoModelFactory[TaxLink]):
    """Give `connection` and `tax_rate`."""

    class Meta:
        model = TaxLink

    role = Role.CUSTOMER
    external_id = Sequence(lambda n: f"T{n}")


class DocumentLinkFactory(DjangoModelFactory[DocumentLink]):
    """Give `connection` and `document`: the same document, as it was sent."""

    class Meta:
        model = DocumentLink

    kind = LazyAttribute(lambda link: link.document.kind)
    external_id = Sequence(lambda n: f"D{n}")
    number = LazyAttribute(lambda link: link.document.number)
    how = DocumentLinkHow.SENT
    status = "open"
    currency = LazyAttribute(lambda link: link.document.currency)
    net = LazyAttribute(lambda link: link.document.net)
    tax = LazyAttribute(lambda link: link.document.tax)
    gross = LazyAttribute(lambda link: link.document.gross)
    balance = LazyAttribute(lambda link: link.document.gross)
    revision = LazyAttribute(lambda link: link.document.revision)


class RemoteRecordFactory(DjangoModelFactory[RemoteRecord]):
    """Give `connection`; a customer until `type` says otherwise."""

    class Meta:
        model = RemoteRecord

    type = RecordType.CUSTOMER
    external_id = Sequence(lambda n: f"R{n}")
    name = Sequence(lambda n: f"Record {n}")
    name_key = LazyAttribute(lambda record: name_key(record.name))
    seen_at = LazyFunction(timezone.now)


class SyncItemFactory(DjangoModelFactory[SyncItem]):
    """Give `connection` and `document`: waiting to be sent."""

    class Meta:
        model = SyncItem

    revision = LazyAttribute(lambda item: item.document.revision)


def connection(*kinds: str, **fields: Any) -> Connection:
    """Serves `kinds`: none, where none is named."""
    made = ConnectionFactory.create(**fields)
    serve(made, *kinds)
    return made


def serve(connection: Connection, *kinds: str) -> None:
    for kind in kinds:
        ConnectionKind.objects.create(connection=connection, kind=kind)


def contact_link(
    connection: Connection, contact: Contact, **fields: Any
) -> ContactLink:
    return ContactLinkFactory.create(connection=connection, contact=contact, **fields)


def nominal_link(
    connection: Connection, nominal: NominalCode, **fields: Any
) -> NominalLink:
    return NominalLinkFactory.create(connection=connection, nominal=nominal, **fields)


def tax_link(connection: Connection, tax_rate: TaxRate, **fields: Any) -> TaxLink:
    return TaxLinkFactory.create(connection=connection, tax_rate=tax_rate, **fields)


def document_link(
    connection: Connection, document: Document, **fields: Any
) -> DocumentLink:
    return DocumentLinkFactory.create(
        connection=connection, document=document, **fields
    )


def remote_record(connection: Connection, name: str, **fields: Any) -> RemoteRecord:
    return RemoteRecordFactory.create(connection=connection, name=name, **fields)


def sync_item(connection: Connection, document: Document, **fields: Any) -> SyncItem:
    return SyncItemFactory.create(connection=connection, document=document, **fields)
