"""The engine's platform in memory, as one that is thinly documented."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from accounting_links.models import Connection
from connectors import registry
from connectors.errors import NotFound
from connectors.records import (
    AccountType,
    Document,
    LedgerAccount,
    Party,
    PartyRole,
)
from invoicing.models import DocumentKind
from tests.accounting_links import factories
from tests.accounting_links.fake_connector import ABLE, Books, Fake

TYPES = {"4000": AccountType.INCOME, "5000": AccountType.EXPENSE}
Install = Callable[..., type[Fake]]


class Unproven(Fake):
    label = "Thinbooks"

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        self._ask("ledger_accounts")
        for account in super().ledger_accounts():
            yield replace(account, type=TYPES[account.code])

    def delete(self, document: Document) -> None:
        self._ask("delete")
        if document.id not in self.books.documents:
            raise NotFound("It is not there any more.")
        del self.books.documents[document.id]
        self._answer("delete")


@pytest.fixture
def books() -> Books:
    made = Books()
    for role in PartyRole:
        made.parties.append(Party(role=role, id=f"{role.value}-1", name="Acme Ltd"))
    return made


@pytest.fixture
def install(books: Books, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes the registry know the platform, with these capabilities."""

    def put(**flags: Any) -> type[Fake]:
        able = replace(ABLE, **{"proven": False, "delete": True, **flags})
        made = type("Thin", (Unproven,), {"books": books, "capabilities": able})
        monkeypatch.setattr(registry, "PLATFORMS", (registry.Entry("fake", "Thin"),))
        module = SimpleNamespace(CONNECTOR=made)
        monkeypatch.setattr(registry, "import_module", lambda name: module)
        return made

    return put


@pytest.fixture
def connection(db: None, install: Install) -> Connection:
    install()
    made = factories.connection(
        DocumentKind.SALES_INVOICE, platform="fake", organisation_id="ORG"
    )
    made.credentials = {"access": "a", "refresh": "r"}
    made.save()
    return made
