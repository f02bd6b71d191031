from invoicing.admin import (
    codes,
    contacts,
    documents,
    events,
    imports,
    jobs,
    payments,
)

__all__ = [
    "codes",
    "contacts",
    "documents",
    "events",
    "imports",
    "jobs",
    "payments",
]
