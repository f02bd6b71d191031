"""What can happen between our records and a platform, as the events name it."""

from enum import StrEnum


class Verb(StrEnum):
    CONTACT_LINKED = "contact.linked"
    MATCHES_CONFIRMED = "contacts.matched"
    CONTACT_UNLINKED = "contact.unlinked"
    ACCOUNT_REQUESTED = "account.requested"
    ACCOUNT_CREATED = "account.created"
    NOMINAL_MAPPED = "nominal.mapped"
    TAX_MAPPED = "tax.mapped"
    METHOD_MAPPED = "method.mapped"
    DEFAULT_NOMINAL_SET = "connection.default_nominal"
    DOCUMENT_ADOPTED = "document.adopted"
    DOCUMENT_UNLINKED = "document.unlinked"
    ITEM_RETRIED = "item.retried"
    ITEM_ACCEPTED = "item.accepted"
    DELETION_ACCEPTED = "document.deletion_accepted"

    # Connections
    CONNECTION_MADE = "connection.made"
    CONNECTION_ENDED = "connection.ended"
    CONNECTION_NEEDS_ATTENTION = "connection.needs_attention"
    CONNECTION_ENDS_SOON = "connection.ends_soon"
    RECORDS_MAPPED = "connection.records_mapped"
    CHECK_UP_READ = "check_up.read"
    CHECK_UP_SENDING = "check_up.sending"
    CHECK_UP_SENT = "check_up.sent"
    CHECK_UP_REFUSED = "check_up.refused"
    CHECK_UP_FINISHED = "check_up.finished"

    # Being told of changes
    WEBHOOKS_ON = "webhooks.on"
    WEBHOOKS_OFF = "webhooks.off"
    WEBHOOKS_CHANGED = "webhooks.changed"
    WEBHOOKS_FAILED = "webhooks.failed"
    WEBHOOKS_REPLAYED = "webhooks.replayed"

    # The outbox and what became of a send
    ITEM_MARKED = "item.marked"
    ITEM_UNMARKED = "item.unmarked"
    ITEM_BLOCKED = "item.blocked"
    ITEM_WAITS = "item.waits"
    ITEM_IN_DOUBT = "item.in_doubt"
    ITEM_FAILED = "item.failed"
    DOCUMENT_PUSHED = "document.pushed"
    DOCUMENT_FOUND = "document.found"
    DOCUMENT_UPDATED = "document.updated_there"
    DOCUMENT_VOIDED = "document.voided_there"
    PAYMENT_PUSHED = "payment.pushed"
    PAYMENT_VOIDED = "payment.voided_there"
    TOTALS_DIFFER = "document.totals_differ"

    # What was seen in the books
    STATUS_SEEN = "books.status"
    EDIT_SEEN = "books.edited"
    MISSING_SEEN = "books.missing"
    RETURN_SEEN = "books.returned"
    PAYMENT_SEEN = "books.payment"
    PAYMENT_REMOVAL_SEEN = "books.payment_removed"

    # Files that people carry
    FILE_EXPORTED = "export.made"
    DOCUMENT_EXPORTED = "document.exported"
    EXPORT_CONFIRMED = "export.confirmed"
    EXPORT_REFUSED = "export.refused"
    EXPORT_CANCELLED = "export.cancelled"
    EXPORT_MAILED = "export.mailed"
    EXPORT_REPORTED = "export.reported"
    EXPORT_REMINDED = "export.reminded"
    LIST_TAKEN = "connection.list_taken"

    COPY_VOIDED = "reconciliation.copy_voided"
    RECONCILED = "reconciliation.run"
    DIFFERENCE_ACCEPTED = "reconciliation.accepted"
    ACCEPTANCE_ENDED = "reconciliation.acceptance_ended"
    PACK_MAILED = "reconciliation.mailed"
    CONTROL_EXPLAINED = "reconciliation.control_explained"
    SIGNED_OFF = "reconciliation.signed"
    SIGNATURE_BROKEN = "reconciliation.signature_broken"
