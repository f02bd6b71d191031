"""Payments of both sides, and credit notes that were set against invoices."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from accounting_links.models import (
    Bucket,
    Connection,
    DocumentLink,
    ItemStanding,
    OpenItem,
    PaymentLink,
    PaymentRow,
    PaymentVerdict,
    Role,
)
from accounting_links.reconcile.balances import Names
from accounting_links.reconcile.sides import ZERO, Period
from accounting_links.reconcile.totals import money
from connectors.records import DocumentKind, PaymentDirection, RemotePayment
from invoicing.models import Payment, PaymentAllocation

ROLES = {
    PaymentDirection.RECEIVED.value: Role.CUSTOMER,
    PaymentDirection.MADE.value: Role.SUPPLIER,
}
# What each settles: (kind, id there) -> amount.
Shares = dict[tuple[str, str], Decimal]


@dataclass(slots=True)
class OurPayment:
    payment: Payment
    shares: Shares = field(default_factory=dict)
    allocated: Decimal = ZERO
    unlinked: bool = False


class Payments:
    """`there` are all payments of the books, of any date; so are ours."""

    def __init__(self, connection: Connection, there: Iterable[RemotePayment]) -> None:
        self.connection = connection
        self.names = Names(connection)
        self.there = {each.id: each for each in there if not each.deleted}
        live = DocumentLink.objects.filter(connection=connection, ended_at=None)
        self.ids = {
            document: (kind, external_id)
            for document, kind, external_id in live.values_list(
                "document_id", "kind", "external_id"
            )
        }
        self.ours = self._ours()
        links = PaymentLink.objects.filter(connection=connection, ended_at=None)
        self.links: dict[int, list[str]] = defaultdict(list)
        for payment, external_id in links.values_list("payment_id", "external_id"):
            self.links[payment].append(external_id)

    def _ours(self) -> dict[int, OurPayment]:
        """Those of contacts whose documents are there."""
        payments = Payment.objects.filter(cancelled_at=None).filter(
            Q(allocations__document__in=list_of(self.ids))
            | Q(ledger_links__connection=self.connection, ledger_links__ended_at=None)
            | Q(contact__account_links__connection=self.connection)
        )
        found = {
            each.pk: OurPayment(each)
            for each in payments.distinct().select_related("contact", "method")
        }
        allocations = PaymentAllocation.objects.filter(payment__in=list_of(found))
        for payment, document, amount in allocations.values_list(
            "payment_id", "document_id", "amount"
        ):
            own = found[payment]
            own.allocated += amount
            if document in self.ids:
                own.shares[self.ids[document]] = amount
            else:
                own.unlinked = True
        return found

    def on_account(self) -> Iterator[OpenItem]:
        """What is left of each, negative: it lowers what is owed."""
        met: set[str] = set()
        for pk, own in self.ours.items():
            ids = [each for each in self.links[pk] if each in self.there]
            met.update(ids)
            left = own.payment.amount - own.allocated
            left_there = sum((left_of(self.there[each]) for each in ids), ZERO)
            yield from self._left(own.payment, ids, left, left_there)
        for external_id, remote in self.there.items():
            if external_id not in met:
                yield from self._left(None, [external_id], ZERO, left_of(remote))

    def _left(
        self, payment: Payment | None, ids: list[str], here: Decimal, there: Decimal
    ) -> Iterator[OpenItem]:
        if not here and not there:
            return
        remote = self.there[ids[0]] if ids else None
        role = ROLES[payment.direction if payment else _direction(remote)]
        yield OpenItem(
            role=role,
            standing=_standing(payment, remote, same=here == there),
            kind="payment",
            number=_reference(payment, remote),
            party=self._party(role, payment, remote),
            currency=payment.currency if payment else _currency(remote),
            payment=payment,
            external_id=ids[0] if ids else "",
            our_due=payment.date if payment and here else None,
            their_due=remote.date if remote and there else None,
            our_bucket=Bucket.CURRENT if here else "",
            their_bucket=Bucket.CURRENT if there else "",
            ours=-here,
            theirs=-there,
        )

    def rows(self, period: Period) -> Iterator[PaymentRow]:
        """Payments dated in the period on either side, and credit notes set off."""
        met: set[str] = set()
        for pk, own in self.ours.items():
            ids = [each for each in self.links[pk] if each in self.there]
            met.update(ids)
            remotes = [self.there[each] for each in ids]
            dates = [own.payment.date, *(each.date for each in remotes)]
            if any(each and period.holds(each) for each in dates):
                yield self._row(own, remotes)
        for external_id, remote in self.there.items():
            if external_id in met or not remote.amount:
                continue
            if period.holds(remote.date):
                yield self._row(None, [remote])
        yield from self._credits(period)

    def _row(self, own: OurPayment | None, remotes: list[RemotePayment]) -> PaymentRow:
        payment = own.payment if own else None
        remote = remotes[0] if remotes else None
        role = ROLES[payment.direction if payment else _direction(remote)]
        theirs = sum((each.amount for each in remotes), ZERO) if remotes else None
        verdict, cause = judged(own, remotes)
        return PaymentRow(
            kind=payment.direction if payment else _direction(remote),
            verdict=verdict,
            reference=_reference(payment, remote),
            party=self._party(role, payment, remote),
            method=_method(payment, remote),
            currency=payment.currency if payment else _currency(remote),
            payment=payment,
            external_id=remote.id if remote else "",
            our_date=payment.date if payment else None,
            their_date=remote.date if remote else None,
            ours=payment.amount if payment else None,
            theirs=theirs,
            cause=cause[:500],
        )

    def _credits(self, period: Period) -> Iterator[PaymentRow]:
        """By credit note: what of it was set against invoices. Only where the books
        tell of any: many do not list it as a payment."""
        there: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for remote in self.there.values():
            for each in remote.allocations:
                if each.kind is DocumentKind.CREDIT_NOTE:
                    there[each.kind.value, each.document_id] += abs(each.amount)
        if not there:
            return
        here: dict[int, Decimal] = defaultdict(Decimal)
        notes = {}
        allocations = PaymentAllocation.objects.filter(
            credit_note__in=list_of(self.ids)
        ).select_related("credit_note__contact")
        for allocation in allocations:
            note = allocation.credit_note
            if note is not None and period.holds(note.date):
                here[note.pk] += allocation.amount
                notes[note.pk] = note
        for pk, note in notes.items():
            theirs = there.get(self.ids[pk], ZERO)
            same = theirs == here[pk]
            verdict = PaymentVerdict.PAID_DIFFERENTLY
            yield PaymentRow(
                kind=PaymentRow.Kind.CREDIT,
                verdict=PaymentVerdict.MATCHED if same else verdict,
                reference=note.number,
                party=note.contact.name[:300],
                currency=note.currency,
                document=note,
                external_id=self.ids[pk][1],
                our_date=note.date,
                ours=here[pk],
                theirs=theirs,
                cause="" if same else _set_off(here[pk], theirs, note.currency),
            )

    def _party(
        self, role: Role, payment: Payment | None, remote: RemotePayment | None
    ) -> str:
        if payment is not None:
            return payment.contact.name[:300]
        return self.names.there(role, remote.party_id, "") if remote else ""


def judged(
    own: OurPayment | None, remotes: list[RemotePayment]
) -> tuple[PaymentVerdict, str]:
    if own is None:
        return PaymentVerdict.OUTSIDE, "Entered in the books."
    if not remotes:
        return PaymentVerdict.NOT_SENT, "It is not in the books."
    payment, there = own.payment, sum((each.amount for each in remotes), ZERO)
    if payment.amount != there:
        here = money(payment.amount, payment.currency)
        told = f"{here} here, {money(there, payment.currency)} there."
        return PaymentVerdict.AMOUNT_DIFFERS, told
    shares = shares_of(remotes)
    if not own.unlinked and own.shares != shares:
        return PaymentVerdict.PAID_DIFFERENTLY, _shared(own.shares, shares)
    if remotes[0].date not in (None, payment.date):
        told = f"Dated {payment.date:%d %b %Y} here, {remotes[0].date:%d %b %Y} there."
        return PaymentVerdict.DATE_DIFFERS, told
    return PaymentVerdict.MATCHED, ""


def shares_of(remotes: Iterable[RemotePayment]) -> Shares:
    shares: Shares = defaultdict(Decimal)
    for remote in remotes:
        for each in remote.allocations:
            shares[each.kind.value, each.document_id] += each.amount
    return {key: amount for key, amount in shares.items() if amount}


def left_of(remote: RemotePayment) -> Decimal:
    """A payment of nothing only sets credit notes off."""
    if not remote.amount:
        return ZERO
    used = sum((each.amount for each in remote.allocations), ZERO)
    return remote.amount - used


def list_of(keys: Mapping[int, object]) -> list[int]:
    return list(keys)


def _shared(here: Shares, there: Shares) -> str:
    differ = [key for key in {**here, **there} if here.get(key) != there.get(key)]
    return (
        f"It settles other documents or amounts there ({len(differ)} differ):"
        f" {', '.join(external_id for _, external_id in differ[:5])}."
    )


def _set_off(here: Decimal, there: Decimal, currency: str) -> str:
    return (
        f"{money(here, currency)} of it is set against invoices here,"
        f" {money(there, currency)} there."
    )


def _standing(
    payment: Payment | None, remote: RemotePayment | None, *, same: bool
) -> ItemStanding:
    if payment is None:
        return ItemStanding.OUTSIDE
    if remote is None:
        return ItemStanding.NOT_SENT
    return ItemStanding.AGREED if same else ItemStanding.DIFFERS


def _direction(remote: RemotePayment | None) -> str:
    return remote.direction.value if remote else PaymentDirection.RECEIVED.value


def _currency(remote: RemotePayment | None) -> str:
    return remote.currency if remote else ""


def _reference(payment: Payment | None, remote: RemotePayment | None) -> str:
    ours = payment.reference if payment else ""
    return (ours or (remote.reference or remote.id if remote else ""))[:100]


def _method(payment: Payment | None, remote: RemotePayment | None) -> str:
    if payment is not None and payment.method is not None:
        return payment.method.name[:100]
    return (remote.method if remote else "")[:100]
