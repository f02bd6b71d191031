"""What the organisation over there has open: currencies and periods."""

from collections.abc import Iterator
from datetime import date

from accounting_links import redating
from accounting_links.models import PeriodPolicy
from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.parties import billed, role_of
from accounting_links.status_codes import StatusCode
from invoicing.models import Document


class CurrencyIsEnabled(Check):
    """The organisation has the currency, and so has the account billed."""

    codes = (StatusCode.CURRENCY,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        enabled = _enabled(batch)
        for document in batch.documents:
            if enabled and document.currency not in enabled:
                yield document.pk, self._not_enabled(document, batch)
            elif kept := self._kept_in(document, batch):
                yield document.pk, self._other_currency(document, kept)

    def _kept_in(self, document: Document, batch: Batch) -> str:
        """The account's own currency, where it has another one."""
        if not batch.capabilities.multi_currency or batch.capabilities.makes_parties:
            return ""
        contact = billed(document, batch.capabilities)
        key = (contact.pk, str(role_of(document)))
        kept = batch.parties.currencies.get(key, "")
        return kept if kept != document.currency else ""

    def _not_enabled(self, document: Document, batch: Batch) -> Finding:
        hint = f"Switch it on in {batch.label}, and connect again."
        if not batch.capabilities.multi_currency:
            hint = f"{batch.label} takes {batch.home_currency} alone."
        return Finding(
            code=StatusCode.CURRENCY,
            sentence=f"The currency {document.currency} is not enabled in"
            f" {batch.label}.",
            hint=hint,
            fixes=(Fix.EDIT_DOCUMENT,),
            data={"currency": document.currency},
        )

    def _other_currency(self, document: Document, kept: str) -> Finding:
        return Finding(
            code=StatusCode.CURRENCY,
            sentence=f"The account billed is kept in {kept}, and the document is in"
            f" {document.currency}.",
            hint="Link the contact to an account in that currency.",
            fixes=(Fix.EDIT_DOCUMENT,),
            data={"currency": document.currency, "account_currency": kept},
        )


class PeriodIsOpen(Check):
    """Of new documents the connection's policy may re-date what is closed: then nothing
    stands against it."""

    codes = (StatusCode.PERIOD_LOCKED,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        first_open = batch.locked_before
        if first_open is None:
            return
        closed = [each for each in batch.documents if each.date < first_open]
        policy = PeriodPolicy(batch.connection.period_policy)
        there: set[int] = set()
        if closed and policy == PeriodPolicy.REDATE:
            ids = [document.pk for document in closed]
            there = redating.in_books(batch.connection, ids)
        for document in closed:
            if policy != PeriodPolicy.REDATE or document.pk in there:
                yield document.pk, self._finding(document, first_open, policy)

    def _finding(
        self, document: Document, first_open: date, policy: PeriodPolicy
    ) -> Finding:
        hint, fixes = WAYS[policy]
        return Finding(
            code=StatusCode.PERIOD_LOCKED,
            sentence=f"The books are locked before {first_open}, and the document is"
            f" dated {document.date}.",
            hint=hint,
            fixes=fixes,
            data={"first_open": str(first_open)},
        )


WAYS: dict[PeriodPolicy, tuple[str, tuple[Fix, ...]]] = {
    PeriodPolicy.HOLD: (
        "Have the period opened, or date the document later.",
        (Fix.EDIT_DOCUMENT, Fix.CHANGE_POLICY),
    ),
    PeriodPolicy.ASK: (
        "Re-date it to the first open day, or have the period opened.",
        (Fix.REDATE, Fix.EDIT_DOCUMENT),
    ),
    PeriodPolicy.REDATE: (
        "It is in the books already, and is not re-dated by itself. Have the period"
        " opened.",
        (Fix.EDIT_DOCUMENT,),
    ),
}


def _enabled(batch: Batch) -> frozenset[str]:
    """Empty where nothing is known."""
    home = frozenset({batch.home_currency} - {""})
    if batch.capabilities.multi_currency:
        return batch.currencies | home if batch.currencies else frozenset()
    return home
