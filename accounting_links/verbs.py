"""What can happen between our records and a platform, as the events name it."""

from enum import StrEnum


class Verb(StrEnum):
    CONTACT_LINKED = "contact.linked"
    CONTACT_UNLINKED = "contact.unlinked"
    ACCOUNT_CREATED = "account.created"
    NOMINAL_MAPPED = "nominal.mapped"
    TAX_MAPPED = "tax.mapped"
    METHOD_MAPPED = "method.mapped"
    DEFAULT_NOMINAL_SET = "connection.default_nominal"
    DOCUMENT_ADOPTED = "document.adopted"
    ITEM_RETRIED = "item.retried"
    ITEM_ACCEPTED = "item.accepted"
