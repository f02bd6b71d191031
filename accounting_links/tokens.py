"""Tokens in the database, shared by all workers, refreshed by one of them at a time."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounting_links.engine import lease
from accounting_links.engine.crash_points import Point, reached
from accounting_links.models import Connection, ConnectionState
from accounting_links.verbs import Verb
from connectors.errors import PlatformDown, Reauthorise
from connectors.services import Clock, SystemClock, Tokens
from invoicing.services import events

# Longer than the longest call to a token endpoint.
LEASE = dt.timedelta(seconds=45)
LONGEST_WAIT = 60.0
PAUSE = 0.1

log = logging.getLogger(__name__)


def tokens_of(credentials: Mapping[str, Any]) -> Tokens:
    return Tokens(
        access=credentials.get("access", ""),
        refresh=credentials.get("refresh", ""),
        expires_at=_moment(credentials.get("expires_at")),
        refresh_expires_at=_moment(credentials.get("refresh_expires_at")),
        session=credentials.get("session") or {},
    )


def with_tokens(credentials: Mapping[str, Any], tokens: Tokens) -> dict[str, Any]:
    """The credentials with other tokens, and the refresh token of before them."""
    return {
        **credentials,
        "access": tokens.access,
        "refresh": tokens.refresh,
        "expires_at": tokens.expires_at.isoformat() if tokens.expires_at else "",
        "refresh_expires_at": (
            tokens.refresh_expires_at.isoformat() if tokens.refresh_expires_at else ""
        ),
        "session": dict(tokens.session),
        "previous_refresh": credentials.get("refresh", ""),
    }


def _moment(text: object) -> dt.datetime | None:
    return dt.datetime.fromisoformat(str(text)) if text else None


class StoredTokens:
    """The token store of one connection. Read once, then kept: a token that another
    worker has replaced is noticed when the platform refuses it."""

    def __init__(self, connection_id: int, clock: Clock | None = None) -> None:
        self.connection_id = connection_id
        self.clock = clock or SystemClock()
        self._known: Tokens | None = None

    def read(self) -> Tokens:
        if self._known is None:
            self._known = tokens_of(self._row().credentials)
        return self._known

    def renew(self, stale: Tokens, fetch: Callable[[Tokens], Tokens]) -> Tokens:
        owner = lease.owner_name()
        waited = 0.0
        while True:
            row = self._row()
            current = tokens_of(row.credentials)
            if not _same(current, stale):
                self._known = current
                return current
            if row.state == ConnectionState.ATTENTION:
                raise Reauthorise(row.state_reason or f"{row.name} must be connected.")
            if self._lease(row, owner):
                return self._refresh(row, owner, fetch)
            if waited > LONGEST_WAIT:
                raise PlatformDown("The tokens are being renewed by another worker.")
            self.clock.sleep(PAUSE)
            waited += PAUSE

    def _row(self) -> Connection:
        return Connection.objects.only(
            "name",
            "state",
            "state_reason",
            "credentials",
            "token_version",
            "refresh_lease_owner",
            "refresh_lease_until",
        ).get(pk=self.connection_id)

    def _lease(self, row: Connection, owner: str) -> bool:
        now = timezone.now()
        free = Q(refresh_lease_owner="") | Q(refresh_lease_until__lt=now)
        # Who was killed while it refreshed keeps nobody waiting.
        free |= Q(refresh_lease_owner__in=lease.dead([row.refresh_lease_owner]))
        taken = Connection.objects.filter(
            free, pk=row.pk, token_version=row.token_version
        ).update(refresh_lease_owner=owner, refresh_lease_until=now + LEASE)
        return taken == 1

    def _refresh(
        self, row: Connection, owner: str, fetch: Callable[[Tokens], Tokens]
    ) -> Tokens:
        reached(Point.BEFORE_TOKEN)
        try:
            fresh = _fetched(row.credentials, fetch)
        except Reauthorise as error:
            needs_attention(self.connection_id, str(error), version=row.token_version)
            raise
        else:
            reached(Point.AFTER_TOKEN)
            self._save(row, owner, fresh)
            self._known = fresh
            return fresh
        finally:
            Connection.objects.filter(
                pk=self.connection_id, refresh_lease_owner=owner
            ).update(refresh_lease_owner="", refresh_lease_until=None)

    @transaction.atomic
    def _save(self, row: Connection, owner: str, fresh: Tokens) -> None:
        """Whoever has the lease no longer (it hung for too long) still saves what it
        got, unless another one was faster: the vendor may have spent the old token."""
        stored = Connection.objects.select_for_update().get(pk=row.pk)
        if stored.token_version != row.token_version:
            log.warning("Tokens of %s came too late and are not kept.", row.name)
            return
        stored.credentials = with_tokens(stored.credentials, fresh)
        stored.token_version += 1
        stored.save(update_fields=("credentials", "token_version"))


def _same(current: Tokens, stale: Tokens) -> bool:
    return (current.access, current.refresh, dict(current.session)) == (
        stale.access,
        stale.refresh,
        dict(stale.session),
    )


def _fetched(
    credentials: Mapping[str, Any], fetch: Callable[[Tokens], Tokens]
) -> Tokens:
    """When a rotated refresh token is refused, the one before it may still be good: the
    answer that brought the new one may have been replaced over there."""
    current = tokens_of(credentials)
    try:
        return fetch(current)
    except Reauthorise:
        previous = credentials.get("previous_refresh", "")
        if not previous or previous == current.refresh:
            raise
        return fetch(tokens_of({**credentials, "refresh": previous}))


def needs_attention(
    connection_id: int, reason: str, *, version: int | None = None
) -> bool:
    """Pauses the connection, once: the first to notice records it. `version`: the
    tokens that were refused; newer ones are not blamed."""
    found = Connection.objects.filter(pk=connection_id, state=ConnectionState.CONNECTED)
    if version is not None:
        found = found.filter(token_version=version)
    with transaction.atomic():
        changed = found.update(
            state=ConnectionState.ATTENTION,
            state_reason=reason[:500],
            state_since=timezone.now(),
        )
        if changed:
            connection = Connection.objects.get(pk=connection_id)
            events.record(
                Verb.CONNECTION_NEEDS_ATTENTION,
                connection,
                f"{connection} must be connected again: {reason}",
                connection_id=connection_id,
                actor_name="engine",
            )
    return changed == 1
