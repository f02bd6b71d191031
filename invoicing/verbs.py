"""What can happen to the business's own records, as the events name it."""

from enum import StrEnum


class Verb(StrEnum):
    CONTACT_CREATED = "contact.created"
    CONTACT_CHANGED = "contact.changed"
    DOCUMENT_CREATED = "document.created"
    DOCUMENT_CHANGED = "document.changed"
    DOCUMENT_APPROVED = "document.approved"
    DOCUMENT_SENT = "document.sent"
    DOCUMENT_UNSENT = "document.unsent"
    DOCUMENT_VOIDED = "document.voided"
    DOCUMENT_DISCARDED = "document.discarded"
    ORDER_WON = "order.won"
    ORDER_LOST = "order.lost"
    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_CANCELLED = "payment.cancelled"
    PAYMENT_ALLOCATED = "payment.allocated"
    PAYMENT_UNALLOCATED = "payment.unallocated"
    CREDIT_APPLIED = "credit.applied"
    CREDIT_UNAPPLIED = "credit.unapplied"
    SETTLEMENT_CHANGED = "document.settled"
    JOB_COMPLETED = "job.completed"
    NUMBERS_MOVED_ON = "numbers.moved_on"
    RECORD_CREATED = "record.created"
    RECORD_CHANGED = "record.changed"
    IMPORT_FINISHED = "import.finished"
