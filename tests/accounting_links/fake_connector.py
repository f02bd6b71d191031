"""A platform in memory, for the tests of the engine: one set of books that connectors
share, with faults that a test switches on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from connectors.base import Connector, Grant, PaymentResult, PushResult
from connectors.capabilities import Capabilities, Idempotency
from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    InDoubt,
    NotFound,
    Rejected,
    StaleVersion,
)
from connectors.records import (
    AccountType,
    Allocation,
    Changes,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
    TaxCode,
)
from connectors.services import Tokens
from tests.accounting_links.fake_books import Books as Books

ABLE = Capabilities(
    kinds=frozenset(DocumentKind) - {DocumentKind.SALES_ORDER},
    payments=frozenset(PaymentDirection),
    batch_size=30,
    lookup_size=500,
    idempotency=Idempotency.EXTERNAL_ID,
    unique_numbers=True,
    update=True,
    void=True,
    allocate_credit=True,
    release_credit=True,
    move_payments=True,
    on_account=True,
    refunds=True,
    change_feed=True,
    multi_currency=True,
)


class Fake(Connector):
    platform = "fake"
    label = "Fakebooks"
    capabilities: ClassVar[Capabilities] = ABLE
    books: ClassVar[Books]

    def _ask(self, operation: str) -> None:
        self.books.asked[operation] += 1
        log = self.services.log
        if hasattr(log, "requests"):
            log.requests += 1
        self._raise(self.books.before.get(operation))

    def _answer(self, operation: str) -> None:
        self._raise(self.books.after.get(operation))

    def _raise(self, faults: list[ConnectorError | None] | None) -> None:
        if faults and (error := faults.pop(0)) is not None:
            raise error

    # Getting in

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        return Grant(
            tokens=Tokens(access="a", refresh="r"),
            organisations=(self._organisation(),),
        )

    def organisation(self) -> Organisation:
        self._ask("organisation")
        return self._organisation()

    def _organisation(self) -> Organisation:
        id = self.books.organisation_id
        return Organisation(id=id, name=f"Company {id}", home_currency="GBP")

    # Reads

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for code in ("4000", "5000"):
            yield LedgerAccount(id=f"A{code}", name=f"Account {code}", code=code)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        yield LedgerAccount(id="BANK", name="Current", type=AccountType.BANK)

    def tax_codes(self) -> Iterator[TaxCode]:
        yield TaxCode(id="T20", name="20% S", rate=Decimal(20))
        yield TaxCode(id="T0", name="0% Z", rate=Decimal(0))
        yield TaxCode(id="TX", name="Exempt", rate=Decimal(0))

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        self._ask("list_parties")
        yield from [party for party in self.books.parties if party.role is role]

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        self._ask("get_parties")
        return [Party(role=role, id=id, name=id) for id in ids]

    def ensure_item(self, item: Item) -> Item:
        self._ask("ensure_item")
        return self.books.items.setdefault(
            item.name, replace(item, id=f"I-{item.name}")
        )

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self._ask("find_documents")
        wanted = set(numbers)
        return [
            found
            for found in self.books.documents.values()
            if found.kind is kind and found.number in wanted
        ]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        self._ask("find_sent")
        by_reference = {d.reference: d for d in self.books.documents.values()}
        for reference in self.books.late:
            by_reference.pop(reference, None)
        self.books.late.clear()
        return [by_reference.get(document.reference) for document in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self._ask("get_document")
        if id not in self.books.documents:
            raise NotFound("It is not there any more.")
        return self.books.documents[id]

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        self._ask("list_documents")
        yield from [d for d in self.books.documents.values() if d.kind is kind]

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        self._ask("list_payments")
        yield from list(self.books.payments.values())

    def changed_since(self, cursor: str) -> Changes:
        self._ask("changed_since")
        now = len(self.books.changes)
        start = max(0, int(cursor) - 1) if cursor else now
        recent = self.books.changes[start:]
        ids = dict.fromkeys(id for kind, id in recent if kind == "document")
        paid = dict.fromkeys(id for kind, id in recent if kind == "payment")
        return Changes(
            documents=tuple(self.books.documents[id] for id in ids),
            payments=tuple(self.books.payments[id] for id in paid),
            cursor=str(now),
            complete=self.books.complete,
        )

    # Writes

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        self._ask("push")
        results = [self._create(document) for document in documents]
        try:
            self._answer("push")
        except InDoubt as error:
            return [PushResult(error=error)] * len(documents)
        return results

    def _create(self, document: Document) -> PushResult:
        try:
            self._answer("inside")
        except InDoubt as error:
            return PushResult(error=error)
        books = self.books
        with books.lock:
            known = books.keys.get(document.key) if books.knows_keys else None
            if known:
                return PushResult(remote=books.documents[known])
            if document.number in books.refused:
                return PushResult(error=Rejected("Not like this.", field="lines"))
            for other in books.documents.values():
                if (other.kind, other.number) == (document.kind, document.number):
                    taken = DuplicateNumber("That number is taken.", existing=other)
                    return PushResult(error=taken)
            remote = _remote(document, books.new_id("D"))
            remote = replace(remote, gross=remote.gross + books.surcharge)
            if self.capabilities.finalise:
                remote = replace(remote, status=RemoteStatus.DRAFT)
            books.documents[remote.id] = remote
            books.keys[document.key] = remote.id
            books.changed("document", remote.id)
            return PushResult(remote=remote)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        self._ask("finalise")
        return self.books.edit(remote.id, status=RemoteStatus.OPEN)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        self._ask("mark_sent")
        return self.books.edit(remote.id, sent=True)

    def update(self, document: Document) -> RemoteDocument:
        self._ask("update")
        old = self._current(document)
        made = replace(_remote(document, old.id), version=str(int(old.version) + 1))
        self.books.documents[old.id] = made
        self.books.changed("document", old.id)
        self._answer("update")
        return made

    def void(self, document: Document) -> RemoteDocument:
        self._ask("void")
        old = self._current(document)
        made = self.books.edit(old.id, status=RemoteStatus.VOID, gross=Decimal(0))
        self._answer("void")
        return made

    def _current(self, document: Document) -> RemoteDocument:
        old = self.books.documents.get(document.id)
        if old is None:
            raise NotFound("It is not there any more.")
        if old.version != document.version:
            raise StaleVersion("It was changed meanwhile.")
        return old

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        self._ask("record_payments")
        results = [PaymentResult(remote=self._pay(payment)) for payment in payments]
        try:
            self._answer("record_payments")
        except InDoubt as error:
            return [PaymentResult(error=error)] * len(payments)
        return results

    def void_payment(self, payment: RemotePayment) -> None:
        self._ask("void_payment")
        if payment.id not in self.books.payments:
            raise NotFound("It is not there any more.")
        if self.books.payments[payment.id].version != payment.version:
            raise StaleVersion("It was changed meanwhile.")
        del self.books.payments[payment.id]
        self._answer("void_payment")

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        self._ask("move_payment")
        old = self.books.payments.get(remote.id)
        if old is None:
            raise NotFound("It is not there any more.")
        version = str(int(old.version) + 1)
        made = replace(old, allocations=payment.allocations, version=version)
        self.books.pay(made)
        self._answer("move_payment")
        return made

    def _pay(self, payment: Payment) -> RemotePayment:
        known = self.books.keys.get(payment.key) if self.books.knows_keys else None
        if known:
            return self.books.payments[known]
        remote = RemotePayment(
            direction=payment.direction,
            id=self.books.new_id("P"),
            date=payment.date,
            amount=payment.amount,
            currency=payment.currency,
            allocations=payment.allocations,
            party_id=payment.party_id,
            reference=payment.reference,
            bank_account_id=payment.bank_account_id,
            version="0",
        )
        self.books.keys[payment.key] = remote.id
        self.books.pay(remote)
        return remote

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        self._ask("allocate_credit")
        known = self.books.keys.get(payment.key) if self.books.knows_keys else None
        if known is None:
            for each in payment.allocations:
                if self._balance(each) < each.amount:
                    return PaymentResult(error=Rejected("So much is not open."))
            known = f"C{len(self.books.credits) + 1}"
            self.books.keys[payment.key] = known
            self.books.credits[known] = _laid(payment, known)
            self._move(payment.allocations, -1)
        try:
            self._answer("allocate_credit")
        except InDoubt as error:
            return PaymentResult(error=error)
        return PaymentResult(remote=self.books.credits[known])

    def release_credit(self, payment: RemotePayment) -> None:
        self._ask("release_credit")
        if payment.id not in self.books.credits:
            raise NotFound("It is not there any more.")
        self._move(self.books.credits.pop(payment.id).allocations, 1)
        self._answer("release_credit")

    def _move(self, allocations: Sequence[Allocation], sign: int) -> None:
        for each in allocations:
            balance = self._balance(each) + sign * each.amount
            version = self.books.documents[each.document_id].version
            self.books.edit(each.document_id, balance=balance, version=version)

    def _balance(self, of: Allocation) -> Decimal:
        return self.books.documents[of.document_id].balance or Decimal(0)


def _laid(payment: Payment, id: str) -> RemotePayment:
    return RemotePayment(
        direction=payment.direction,
        id=id,
        date=payment.date,
        amount=payment.amount,
        currency=payment.currency,
        allocations=payment.allocations,
    )


def _remote(document: Document, id: str) -> RemoteDocument:
    return RemoteDocument(
        kind=document.kind,
        id=id,
        number=document.number,
        reference=document.reference,
        status=RemoteStatus.OPEN,
        date=document.date,
        currency=document.currency,
        net=document.net,
        tax=document.tax,
        gross=document.gross,
        balance=document.gross,
        party_id=document.party_id,
        party_name=document.party_name,
        sent=False,
        version="0",
    )


def connector_over(books: Books, **flags: Any) -> type[Fake]:
    """A connector class over these books, with other capabilities where given."""
    capabilities = replace(ABLE, **flags)
    return type("Fake", (Fake,), {"books": books, "capabilities": capabilities})
