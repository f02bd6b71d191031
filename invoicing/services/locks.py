"""Row locks. On SQLite a transaction has the whole file, from its beginning."""

from django.db import connection

from invoicing.models import Document, Payment


def require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("Call this inside transaction.atomic().")


def lock(document: Document) -> None:
    """Waits for others who change it, and reads it anew: unsaved changes are lost."""
    require_transaction()
    document.refresh_from_db(from_queryset=Document.objects.select_for_update())


def lock_in_order(*documents: Document) -> None:
    """Always by id, so that two who want the same two never wait for each other."""
    for document in sorted(documents, key=lambda each: each.pk):
        lock(document)


def lock_payment(payment: Payment) -> None:
    require_transaction()
    payment.refresh_from_db(from_queryset=Payment.objects.select_for_update())
