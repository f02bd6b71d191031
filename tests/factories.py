"""Records for all tests. Documents and payments are made by the services, so that
totals, settlement and history hold. Tests call the functions, which are typed."""

import datetime as dt
import importlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from factory.django import DjangoModelFactory

from invoicing import models
from invoicing.models import Direction, Document, DocumentKind, Payment, SentHow
from invoicing.services import documents, lifecycle, payments, sending
from invoicing.services.drafts import DocumentDraft, LineDraft
from invoicing.services.payments import PaymentDraft

DATE = dt.date(2026, 11, 2)
# Its declarations have no types.
factory: Any = importlib.import_module("factory")


class ContactFactory(DjangoModelFactory[models.Contact]):
    class Meta:
        model = models.Contact

    code = factory.Sequence(lambda n: f"C{n:05}")
    name = factory.Sequence(lambda n: f"Customer {n:05} Ltd")
    email = factory.LazyAttribute(lambda contact: f"{contact.code.lower()}@example.com")
    street = "1 High Street"
    city = "Leeds"
    postcode = "LS1 1AA"
    country = "GB"


class CustomerFactory(ContactFactory):
    class Meta:
        model = models.Customer


class SupplierFactory(ContactFactory):
    class Meta:
        model = models.Supplier

    code = factory.Sequence(lambda n: f"S{n:05}")
    name = factory.Sequence(lambda n: f"Supplier {n:05} plc")
    is_customer = False
    is_supplier = True


class NominalFactory(DjangoModelFactory[models.NominalCode]):
    class Meta:
        model = models.NominalCode
        django_get_or_create = ("code",)

    code = "4000"
    name = factory.LazyAttribute(lambda nominal: f"Nominal {nominal.code}")


class TaxRateFactory(DjangoModelFactory[models.TaxRate]):
    """The standard rate, unless told otherwise."""

    class Meta:
        model = models.TaxRate
        django_get_or_create = ("code",)

    code = "S"
    name = factory.LazyAttribute(lambda rate: f"VAT {rate.code}")
    rate = Decimal("20.0000")

    class Params:
        zero = factory.Trait(code="Z", rate=Decimal("0.0000"))
        reduced = factory.Trait(code="R", rate=Decimal("5.0000"))


class ProductFactory(DjangoModelFactory[models.Product]):
    class Meta:
        model = models.Product

    code = factory.Sequence(lambda n: f"P{n:04}")
    name = factory.Sequence(lambda n: f"Part {n:04}")
    unit_price = Decimal(10)
    nominal = factory.SubFactory(NominalFactory)
    tax_rate = factory.SubFactory(TaxRateFactory)


class MethodFactory(DjangoModelFactory[models.PaymentMethod]):
    class Meta:
        model = models.PaymentMethod
        django_get_or_create = ("code",)

    code = "CARD"
    name = "Card"


class JobFactory(DjangoModelFactory[models.Job]):
    class Meta:
        model = models.Job

    code = factory.Sequence(lambda n: f"J{n:05}")
    contact = factory.SubFactory(CustomerFactory)
    title = "Repair"
    appliance = "Washing machine"
    booked_for = DATE


class IncrementorFactory(DjangoModelFactory[models.IncrementorGroup]):
    class Meta:
        model = models.IncrementorGroup

    kind = DocumentKind.SALES_INVOICE
    name = "Main"
    prefix = "INV-"
    padding = 5
    is_default = True


def contact(**fields: Any) -> models.Contact:
    made: models.Contact = _made(ContactFactory, fields)
    return made


def customer(**fields: Any) -> models.Customer:
    made: models.Customer = _made(CustomerFactory, fields)
    return made


def supplier(**fields: Any) -> models.Supplier:
    made: models.Supplier = _made(SupplierFactory, fields)
    return made


def nominal(code: str = "4000", **fields: Any) -> models.NominalCode:
    made: models.NominalCode = _made(NominalFactory, {"code": code, **fields})
    return made


def tax_rate(**fields: Any) -> models.TaxRate:
    """Standard; `zero=True` and `reduced=True` for the others."""
    made: models.TaxRate = _made(TaxRateFactory, fields)
    return made


def product(**fields: Any) -> models.Product:
    made: models.Product = _made(ProductFactory, fields)
    return made


def method(**fields: Any) -> models.PaymentMethod:
    made: models.PaymentMethod = _made(MethodFactory, fields)
    return made


def job(**fields: Any) -> models.Job:
    made: models.Job = _made(JobFactory, fields)
    return made


def incrementor(**fields: Any) -> models.IncrementorGroup:
    made: models.IncrementorGroup = _made(IncrementorFactory, fields)
    return made


def _made(factory_class: Any, fields: dict[str, Any]) -> Any:
    return factory_class(**fields)


def line(
    amount: str | int | Decimal = 100, *, quantity: str | int = 1, **fields: Any
) -> LineDraft:
    """At the standard tax rate on nominal 4000, unless told otherwise."""
    fields.setdefault("nominal", nominal())
    fields.setdefault("tax_rate", tax_rate())
    fields.setdefault("text", "Repair of a washing machine")
    return LineDraft(quantity=Decimal(quantity), unit_price=Decimal(amount), **fields)


_numbers = iter(range(1, 10**9))


def draft(
    kind: str = DocumentKind.SALES_INVOICE,
    *,
    lines: Sequence[LineDraft] | None = None,
    **fields: Any,
) -> Document:
    """A draft with one line of 100.00 + 20.00 tax, unless lines are given. `number`
    is made up unless given; empty is for none."""
    is_supplier = kind == DocumentKind.SUPPLIER_INVOICE
    if "contact" not in fields:
        fields["contact"] = supplier() if is_supplier else customer()
    fields.setdefault("number", f"T{next(_numbers):06}")
    fields.setdefault("date", DATE)
    drafted = DocumentDraft(
        kind=kind, lines=[line()] if lines is None else lines, **fields
    )
    return documents.create(drafted, actor_name="test")


def approved(kind: str = DocumentKind.SALES_INVOICE, **fields: Any) -> Document:
    document = draft(kind, **fields)
    lifecycle.approve(document, actor_name="test")
    return document


def sent(kind: str = DocumentKind.SALES_INVOICE, **fields: Any) -> Document:
    """Approved, and e-mailed to its customer: what may go to the books."""
    document = approved(kind, **fields)
    sending.mark_sent(document, SentHow.EMAILED, actor_name="test")
    return document


def credit_note(**fields: Any) -> Document:
    return approved(DocumentKind.CREDIT_NOTE, **fields)


def supplier_invoice(**fields: Any) -> Document:
    return approved(DocumentKind.SUPPLIER_INVOICE, **fields)


def won_order(**fields: Any) -> Document:
    order = draft(DocumentKind.SALES_ORDER, **fields)
    lifecycle.win(order, actor_name="test")
    return order


def many_lines(count: int, amount: str = "1.25") -> list[LineDraft]:
    shared: dict[str, Any] = {"nominal": nominal(), "tax_rate": tax_rate()}
    return [
        line(amount, text=f"Part {number}", **shared) for number in range(1, count + 1)
    ]


def payment(
    *documents_paid: Document, amount: str | Decimal | None = None, **fields: Any
) -> Payment:
    """Settles all of each document, or `amount` of the only one. Without a document it
    is not allocated, and `contact` and `amount` have to be given."""
    paid = [(each, each.outstanding) for each in documents_paid]
    if amount is not None and paid:
        paid = [(documents_paid[0], Decimal(amount))]
    if documents_paid:
        first = documents_paid[0]
        fields.setdefault("contact", first.bill_to)
        fields.setdefault("currency", first.currency)
        fields.setdefault("direction", first.settled_by_direction)
    fields.setdefault("direction", Direction.RECEIVED)
    fields.setdefault("date", DATE)
    fields.setdefault("method", method())
    total = sum((each for _, each in paid), Decimal(0)) or Decimal(amount or 0)
    drafted = PaymentDraft(amount=total, **fields)
    return payments.record_payment(drafted, paid, actor_name="test")
