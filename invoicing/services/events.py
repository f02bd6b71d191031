"""Writes the one history. Called inside the transaction of the change itself."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from invoicing.models import Contact, Document, Event


def build(
    verb: str,
    subject: Model,
    sentence: str,
    *,
    actor: User | None = None,
    actor_name: str = "",
    document: Document | None = None,
    contact: Contact | None = None,
    connection_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """An unsaved event, for `Event.objects.bulk_create`. A document or contact that is
    the subject is filled in by itself; amounts and dates in `before` and `after` are
    given as text. `actor_name` says what acted where no person did ("poller")."""
    if isinstance(subject, Document):
        document = subject
    if isinstance(subject, Contact):
        contact = subject
    return Event(
        verb=verb,
        subject=name_of(subject),
        actor=actor,
        actor_name=actor_name or (actor.get_username() if actor else "system"),
        document=document,
        contact=contact,
        connection_id=connection_id,
        sentence=sentence[:500],
        before=before or {},
        after=after or {},
        reason=reason[:500],
    )


def name_of(subject: Model) -> str:
    """A proxy and its model are the same record."""
    model = subject._meta.concrete_model or type(subject)
    return f"{model._meta.model_name}:{subject.pk}"


def names_in_words(names: Iterable[str]) -> str:
    """Names of fields, as a sentence lists them."""
    return ", ".join(sorted(name.replace("_", " ") for name in names))


def record(verb: str, subject: Model, sentence: str, **details: Any) -> Event:
    """Saves what `build` makes."""
    event = build(verb, subject, sentence, **details)
    event.save(force_insert=True)
    return event
