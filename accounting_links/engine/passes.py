"""One pass over what waits: oldest first, all that is due, nothing twice.

First what is in doubt, then new documents, then changes and voids, then payments, then
what credit notes are set against. The checks look ahead over many documents, so that
one look-up serves several batches; what leaves is written to disk batch by batch.
"""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import gateway, marking_allocations, marking_payments
from accounting_links.engine import claim, lease, tally
from accounting_links.engine.claim import due as due
from accounting_links.engine.tally import PassResult as PassResult
from accounting_links.engine.work import Work
from accounting_links.exports.work import FileWork
from accounting_links.models import Connection, SyncRun
from connectors.base import Connector


def run_pass(
    connection: Connection,
    *,
    limit: int = 0,
    batch: int = 5,
    only: Sequence[int] = (),
    kind: str = "",
    run: SyncRun | None = None,
    check_only: bool = False,
    resumed: bool = False,
    deadline: dt.datetime | None = None,
    owner: str = "",
    variant: str = "",
    actor: User | None = None,
) -> PassResult:
    """`limit`: documents at most (0: no limit). `only` names document ids. `resumed`:
    only what was tried before. `deadline`: no batch begins after it. `check_only` finds
    out what stands against them and sends nothing. `variant` and `actor` are for files
    alone. Raises `NotConnected`."""
    owner = owner or lease.owner_name()
    began = time.monotonic()
    with tally.counted_statements() as statements:
        claim.recover(connection)
        with (
            gateway.open_connector(connection) as connector,
            lease.Heartbeat(owner) as heartbeat,
        ):
            work = _work(
                connector,
                variant=variant,
                actor=actor,
                connection=connection,
                owner=owner,
                heartbeat=heartbeat,
                limit=limit,
                batch=_batch(connector, batch),
                only=list(only),
                kind=kind,
                run=run,
                resumed=resumed,
                deadline=deadline,
            )
            if check_only:
                work.check_all()
            else:
                marking_payments.mark_payments(connection)
                marking_allocations.mark_allocations(connection)
                work.all()
        result = work.tally.result
        result.http_requests = gateway.requests_of(connector)
        _touch(connection)
        tally.stands(connection, result)
    result.sql_statements = statements["statements"]
    result.seconds = time.monotonic() - began
    return result


def _work(
    connector: Connector, *, variant: str, actor: User | None, **given: Any
) -> Work:
    if connector.capabilities.files:
        return FileWork(connector=connector, variant=variant, actor=actor, **given)
    return Work(connector=connector, **given)


def _batch(connector: Connector, wanted: int) -> int:
    """Not more than travel in one call, so that each call has its own commit; files
    are as large as they may be."""
    most = connector.capabilities.batch_size
    if connector.capabilities.files:
        return most
    return max(1, min(wanted, most) if most > 1 else wanted)


def _touch(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(last_used_at=timezone.now())
