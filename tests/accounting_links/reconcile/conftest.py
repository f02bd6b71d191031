import pytest

from accounting_links.models import Connection
from connectors.records import DocumentKind
from tests.accounting_links.factories import connection
from tests.accounting_links.reconcile.books import Books, open_instead


@pytest.fixture
def link(db: None) -> Connection:
    return connection(DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE, name="Shop")


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    open_instead(monkeypatch, books)
    return books
