from invoicing.models.codes import NominalCode, PaymentMethod, Product, TaxRate
from invoicing.models.contacts import Contact, Customer, Supplier
from invoicing.models.documents import (
    Document,
    DocumentKind,
    DocumentLine,
    Lifecycle,
    SalesCreditNote,
    SalesInvoice,
    SalesOrder,
    SentHow,
    Settlement,
    SupplierInvoice,
)
from invoicing.models.events import Event
from invoicing.models.imports import ImportRun, ImportState
from invoicing.models.jobs import Job, JobStatus
from invoicing.models.numbering import IncrementorGroup
from invoicing.models.payments import Direction, Origin, Payment, PaymentAllocation
from invoicing.models.seals import EventSeal, SealChain, SealPosition

__all__ = [
    "Contact",
    "Customer",
    "Direction",
    "Document",
    "DocumentKind",
    "DocumentLine",
    "Event",
    "EventSeal",
    "ImportRun",
    "ImportState",
    "IncrementorGroup",
    "Job",
    "JobStatus",
    "Lifecycle",
    "NominalCode",
    "Origin",
    "Payment",
    "PaymentAllocation",
    "PaymentMethod",
    "Product",
    "SalesCreditNote",
    "SalesInvoice",
    "SalesOrder",
    "SentHow",
    "SealChain",
    "SealPosition",
    "Settlement",
    "Supplier",
    "SupplierInvoice",
    "TaxRate",
]
