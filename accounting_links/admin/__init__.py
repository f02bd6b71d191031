"""The admin's pages of what joins documents and books. Importing it registers them."""

from accounting_links.admin import connections, exchanges, mappings, sync

__all__ = ["connections", "exchanges", "mappings", "sync"]
