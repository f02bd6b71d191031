"""A practice ledger, a connector connected to it, and documents to try it with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from connectors.base import Connector, Grant
from connectors.practice import edits
from connectors.practice.control import credentials_of
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    TaxCode,
    party_role,
)
from connectors.registry import connector_class
from connectors.services import MemoryLog, MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig
from tests.connectors.clocks import HastyClock

D = Decimal
DAY = date(2026, 11, 20)
SAMPLES = {"customer", "supplier", "item", "account", "expense_account", "tax_code"}


class CountedTokens(MemoryTokens):
    """Counts how often new tokens were fetched."""

    renewals = 0

    def renew(self, stale: Tokens, fetch: Callable[[Tokens], Tokens]) -> Tokens:
        def counted(old: Tokens) -> Tokens:
            self.renewals += 1
            return fetch(old)

        return super().renew(stale, counted)


class Bench:
    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.slug = server.face.slug
        self.kind = connector_class(self.slug)
        self.credentials = credentials_of(server.face, server.url)
        self.sample: Mapping[str, str] = self.credentials["sample"]
        missing = SAMPLES - self.sample.keys()
        assert not missing, f"the practice face has no sample {missing}"
        self.log = MemoryLog()
        self.clock = HastyClock()
        self.grant = self.connect(self.credentials)
        self.tokens = CountedTokens(self.grant.tokens)
        self.connector = self.open()
        self.home = self.connector.organisation().home_currency
        self._codes: list[TaxCode] | None = None

    def connect(self, credentials: Mapping[str, object]) -> Grant:
        services = Services(log=self.log, clock=self.clock)
        with self.kind(self._config(), services) as connector:
            return connector.connect_practice(credentials)

    def open(self, **changes: Any) -> Connector:
        """Another connector of the same connection, its configuration `changes`."""
        config = replace(
            self._config(),
            organisation_id=self.grant.organisations[0].id,
            values=self.grant.values,
        )
        config = replace(config, **changes)
        services = Services(tokens=self.tokens, log=self.log, clock=self.clock)
        return self.kind(config, services)

    def _config(self) -> ConnectionConfig:
        return ConnectionConfig(
            platform=self.slug, environment="practice", practice_url=self.server.url
        )

    # The other side

    def fault(self, kind: str, **rule: Any) -> None:
        self.server.dispatcher.faults.add({"kind": kind, **rule})

    def clear_faults(self) -> None:
        self.server.dispatcher.faults.clear()

    def books(self, mark: str) -> list[Mapping[str, Any]]:
        """What the ledger core holds under that number or reference."""
        entries = edits.entries(self.server.face.ledger)
        return [e for e in entries if mark in (e["number"], e["reference"])]

    # Documents

    def tax(self, role: PartyRole = PartyRole.CUSTOMER) -> TaxCode:
        """A tax of 20 per cent on that side, or the sample's where there is none."""
        codes = [t for t in self._tax_codes() if _is_for(t, role)]
        taxed = [t for t in codes if t.rate == 20]
        free = [t for t in codes if t.id == self.sample["tax_code"]]
        return (taxed or free or [TaxCode(id="", name="", rate=D(0))])[0]

    def _tax_codes(self) -> list[TaxCode]:
        if self._codes is None:
            self._codes = [t for t in self.connector.tax_codes() if t.active]
        return self._codes

    def _bought(self, line: Line) -> Line:
        """The same line on a supplier's invoice."""
        code = self.tax(PartyRole.SUPPLIER) if line.tax_rate else None
        return replace(
            line,
            account_id=self.sample["expense_account"],
            item_id="",
            tax_code_id=code.id if code else line.tax_code_id,
        )

    def line(self, net: str = "21.25", **changes: Any) -> Line:
        tax = self.tax()
        rate = tax.rate or D(0)
        amount = D(net)
        base = Line(
            position=1,
            text="Boiler service",
            quantity=D(1),
            unit_price=amount,
            net=amount,
            tax=(amount * rate / 100).quantize(D("0.01")),
            account_id=self.sample["account"],
            item_id=self.sample["item"],
            tax_code_id=tax.id,
            tax_rate=rate,
        )
        return replace(base, **changes)

    def document(
        self,
        number: str,
        *lines: Line,
        kind: DocumentKind = DocumentKind.SALES_INVOICE,
        **changes: Any,
    ) -> Document:
        role = party_role(kind)
        used = lines or (self.line(),)
        if role is PartyRole.SUPPLIER:
            used = tuple(map(self._bought, used))
        net, tax = sum((x.net for x in used), D(0)), sum((x.tax for x in used), D(0))
        base = Document(
            kind=kind,
            number=number,
            reference=f"FS-{number}"[:30],
            key=uuid4().hex,
            party_id=self.sample[role.value],
            date=DAY,
            due_date=DAY,
            currency=self.home,
            lines=used,
            net=net,
            tax=tax,
            gross=net + tax,
        )
        return replace(base, **changes)

    def pushed(
        self, number: str, *lines: Line, **changes: Any
    ) -> tuple[Document, RemoteDocument]:
        """A document that is there, finished; with what the platform made of it."""
        document = self.document(number, *lines, **changes)
        [result] = self.connector.push([document])
        assert result.error is None and result.remote, result.error
        remote = result.remote
        if self.kind.capabilities.finalise:
            remote = self.connector.finalise(document.kind, remote)
        return document, remote

    def payment(self, remote: RemoteDocument, **changes: Any) -> Payment:
        made = remote.kind is DocumentKind.SUPPLIER_INVOICE
        base = Payment(
            direction=PaymentDirection.MADE if made else PaymentDirection.RECEIVED,
            key=uuid4().hex,
            party_id=remote.party_id,
            date=DAY,
            amount=remote.gross,
            currency=self.home,
            allocations=(
                Allocation(
                    document_id=remote.id, kind=remote.kind, amount=remote.gross
                ),
            ),
            bank_account_id=self.sample.get("bank", ""),
            reference="BACS 991",
        )
        return replace(base, **changes)

    def party(self, name: str, **changes: Any) -> Party:
        base = Party(role=PartyRole.CUSTOMER, name=name, key=uuid4().hex)
        return replace(base, **changes)


def _is_for(code: TaxCode, role: PartyRole) -> bool:
    return code.sales if role is PartyRole.CUSTOMER else code.purchases


@contextmanager
def bench(slug: str) -> Iterator[Bench]:
    with serve(slug) as server:
        made = Bench(server)
        try:
            yield made
        finally:
            made.connector.close()
