"""Documents that one mapping keeps back, straight into the tables."""

from django.utils import timezone

from accounting_links.actions.map_nominal import map_nominal
from accounting_links.actions.map_tax import map_tax
from accounting_links.models import (
    Connection,
    ConnectionState,
    Environment,
    ItemState,
    RecordType,
    RemoteRecord,
    Role,
    SyncItem,
)
from benchmarks.our_year import save
from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    DocumentLine,
    Lifecycle,
    NominalCode,
    TaxRate,
)

ACCOUNT, CODE, DATE = "A1", "T1", "2026-11-02"


def connection() -> Connection:
    made = Connection.objects.create(
        name="Kept back",
        platform="quickbooks_online",
        environment=Environment.PRACTICE,
        state=ConnectionState.CONNECTED,
        organisation={"home_currency": "GBP"},
    )
    for type_, external_id in (
        (RecordType.ACCOUNT, ACCOUNT),
        (RecordType.TAX_CODE, CODE),
    ):
        RemoteRecord.objects.create(
            connection=made,
            type=type_,
            external_id=external_id,
            name="Sales",
            seen_at=timezone.now(),
        )
    NominalCode.objects.create(code="4000", name="Repairs")
    TaxRate.objects.create(code="S", name="Standard", rate=20)
    Contact.objects.create(code="C1", name="Customer 1")
    return made


def map_code(connection: Connection) -> object:
    return map_nominal(connection, NominalCode.objects.get(), account_id=ACCOUNT)


def map_rate(connection: Connection) -> object:
    rate = TaxRate.objects.get()
    return map_tax(connection, rate, Role.CUSTOMER, external_id=CODE)


def block(connection: Connection, count: int) -> None:
    """Only these are in the outbox afterwards."""
    SyncItem.objects.all().delete()
    DocumentLine.objects.all().delete()
    Document.objects.all().delete()
    contact, nominal = Contact.objects.get(), NominalCode.objects.get()
    rate = TaxRate.objects.get()
    documents = save(
        Document(
            kind=DocumentKind.SALES_INVOICE,
            number=f"INV-{number:06}",
            contact=contact,
            date=DATE,
            currency="GBP",
            lifecycle=Lifecycle.APPROVED,
        )
        for number in range(count)
    )
    save(
        DocumentLine(document=each, position=1, nominal=nominal, tax_rate=rate)
        for each in documents
    )
    save(
        SyncItem(connection=connection, document=each, state=ItemState.BLOCKED)
        for each in documents
    )
