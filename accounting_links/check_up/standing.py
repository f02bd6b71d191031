"""How a connection stands with its check-up. The events are the record: there is no
other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from accounting_links import gateway
from accounting_links.check_up.steps import Step, all_passed, steps_in
from accounting_links.models import Connection
from accounting_links.verbs import Verb
from invoicing.models import Event

OF_DRAFT = (
    Verb.CHECK_UP_SENDING,
    Verb.CHECK_UP_SENT,
    Verb.CHECK_UP_REFUSED,
    Verb.CHECK_UP_FINISHED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`draft` is what was made and not settled yet; `unanswered`: it may not be there.
    `reads` and `draft_steps` are the latest."""

    reads: list[Step] = field(default_factory=list)
    read: Event | None = None
    draft: Mapping[str, Any] | None = None
    unanswered: bool = False
    draft_steps: list[Step] = field(default_factory=list)
    latest: Event | None = None

    @property
    def reads_passed(self) -> bool:
        return bool(self.reads) and all_passed(self.reads)


def of(connection: Connection) -> Standing:
    read = _latest(connection, (Verb.CHECK_UP_READ,))
    latest = _latest(connection, OF_DRAFT)
    after = latest.after if latest else {}
    open_verbs = (Verb.CHECK_UP_SENDING, Verb.CHECK_UP_SENT)
    is_open = latest is not None and latest.verb in open_verbs
    return Standing(
        reads=steps_in(read.after) if read else [],
        read=read,
        draft=after.get("draft") if is_open else None,
        unanswered=latest is not None and latest.verb == Verb.CHECK_UP_SENDING,
        draft_steps=steps_in(after),
        latest=latest,
    )


def applies(connection: Connection) -> bool:
    """Whether the platform is thinly documented, and can be asked at all."""
    capabilities = gateway.capabilities(connection)
    return not (capabilities.proven or capabilities.files)


def is_proven(connection: Connection) -> bool:
    """By its vendor's schema, or by staff on their own account."""
    return not applies(connection) or passed(connection) is not None


def passed(connection: Connection) -> Event | None:
    """The latest check-up that passed."""
    finished = _events(connection, (Verb.CHECK_UP_FINISHED,))
    return finished.filter(after__proven=True).order_by("-pk").first()


def _latest(connection: Connection, verbs: tuple[Verb, ...]) -> Event | None:
    return _events(connection, verbs).order_by("-pk").first()


def _events(connection: Connection, verbs: tuple[Verb, ...]) -> QuerySet[Event]:
    names = [verb.value for verb in verbs]
    return Event.objects.filter(connection_id=connection.pk, verb__in=names)
