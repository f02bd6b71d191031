"""The admin's pages of what joins documents and books. Importing it registers them."""

from accounting_links.admin import (
    connections,
    contacts,
    documents,
    edits,
    exchanges,
    exports,
    jobs,
    mappings,
    numbering,
    reconciliation,
    sync,
    webhooks,
)

__all__ = [
    "connections",
    "contacts",
    "documents",
    "edits",
    "exchanges",
    "exports",
    "jobs",
    "mappings",
    "numbering",
    "reconciliation",
    "sync",
    "webhooks",
]
