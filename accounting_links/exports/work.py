"""A pass over what waits for a platform that works by files: the same list, claims and
checks as for any other, and then files in place of calls.

Writing a file calls nobody, so that intent, bytes and state are one commit: a process
that dies leaves either none of it or all. What stands in a file is never written to
another one, until a report refuses it or a person cancels it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.models import User

from accounting_links.actions.base import NotAllowed, require
from accounting_links.engine import blocking
from accounting_links.engine.payment_outcome import record as record_payments
from accounting_links.engine.payment_sending import (
    PaymentOutcome,
    PaymentSending,
    build,
    check,
)
from accounting_links.engine.sending import Sending
from accounting_links.engine.work import Work
from accounting_links.exports import permissions as may
from accounting_links.exports import writing
from accounting_links.models import SyncItem
from accounting_links.preflight.base import Finding, Fix
from accounting_links.status_codes import StatusCode
from connectors.errors import Rejected
from connectors.files import FileConnector
from connectors.records import Document


@dataclass(kw_only=True)
class FileWork(Work):
    """`variant`: how the documents are written, where the platform has a choice."""

    variant: str = ""
    actor: User | None = None

    @property
    def platform(self) -> FileConnector:
        if not isinstance(self.connector, FileConnector):
            raise TypeError(f"{self.connection.platform} is no file platform.")
        return self.connector

    def all(self) -> None:
        """A run that somebody started needs that person's right to export."""
        try:
            require(self._who(), may.EXPORT)
        except NotAllowed as refusal:
            self.tally.result.message = str(refusal)
            return
        super().all()

    def _check(self, found: Sequence[SyncItem]) -> list[Sending]:
        """What the platform's file cannot hold is found out here too."""
        passing = super()._check(found)
        refusals = {each.document.pk: self._refusal(each) for each in passing}
        findings = {pk: [found] for pk, found in refusals.items() if found}
        against = [each for each in passing if each.document.pk in findings]
        self.tally.blocked(
            blocking.block(self.connection, against, findings, owner=self.owner)
        )
        ready = [each for each in passing if each.document.pk not in findings]
        for each in ready:
            each.record = self._addressed(each.record)
        return ready

    def _addressed(self, record: Document) -> Document:
        """To whom the program will know it by, where there is no account yet."""
        if record.party_id or record.party is None:
            return record
        return replace(record, party_id=self.platform.party_key(record.party))

    def _refusal(self, sending: Sending) -> Finding | None:
        error = self.platform.refusal(sending.record)
        return _finding(error) if error else None

    def _next_batch(self, rest: list[Sending]) -> tuple[list[Sending], list[Sending]]:
        """A credit note names its invoice by number: both may stand in one file."""
        return rest[: self.batch], rest[self.batch :]

    def _push(self, group: Sequence[Sending]) -> None:
        written = writing.documents(
            self.connection,
            self.platform,
            group,
            owner=self.owner,
            variant=self.variant,
            actor=self._who(),
        )
        self.tally.exported(written)
        self._progress()

    def _pay(self, found: Sequence[SyncItem]) -> None:
        sendings = build(self.connection, found)
        stopped = [each for each in map(self._payment_check, sendings) if each]
        self.tally.paid(record_payments(self.connection, stopped, owner=self.owner))
        names = {id(each.sending) for each in stopped}
        passing = [each for each in sendings if id(each) not in names]
        writing.payments(
            self.connection,
            self.platform,
            passing,
            owner=self.owner,
            actor=self._who(),
        )

    def _payment_check(self, sending: PaymentSending) -> PaymentOutcome | None:
        """The party need not have an account: the file names it."""
        found = check(sending)
        if found is not None and found.code == StatusCode.NO_ACCOUNT:
            found = None
        return found

    def _who(self) -> User | None:
        return self.actor or (self.run.started_by if self.run else None)


def _finding(error: Rejected) -> Finding:
    known = error.status_code in StatusCode.values
    return Finding(
        code=StatusCode(error.status_code) if known else StatusCode.REJECTED,
        sentence=str(error),
        fixes=(Fix.EDIT_DOCUMENT,),
        data={"field": error.field} if error.field else {},
    )
