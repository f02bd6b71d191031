"""Exporting, for commands and screens."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User

from accounting_links import gateway
from accounting_links.actions.base import require
from accounting_links.engine import passes
from accounting_links.engine.tally import PassResult
from accounting_links.exports import permissions as may
from accounting_links.models import Connection, ExportBatch
from connectors.files import FileConnector, Variant
from invoicing.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """`batches` are the files that were made now, oldest first."""

    batches: list[ExportBatch] = field(default_factory=list)
    documents: int = 0
    result: PassResult


def export(
    connection: Connection,
    *,
    only: Sequence[int] = (),
    variant: str = "",
    actor: User | None,
) -> Exported:
    """All that waits and passes the checks, or those named by `only`. Raises
    `NotAllowed`, `NotConnected`, and `Refused` for a platform that takes documents
    directly."""
    require(actor, may.EXPORT)
    if not gateway.capabilities(connection).files:
        raise Refused(f"{connection} takes documents directly, not by files.")
    latest = ExportBatch.objects.order_by("-pk").values_list("pk", flat=True).first()
    result = passes.run_pass(connection, only=only, variant=variant, actor=actor)
    batches = list(
        ExportBatch.objects.filter(connection=connection, pk__gt=latest or 0).order_by(
            "pk"
        )
    )
    return Exported(batches=batches, documents=result.exported, result=result)


def variants(connection: Connection, kind: str = "") -> list[Variant]:
    """How documents (of that kind) may be written, the usual way first."""
    platform = gateway.connector_class(connection)
    if not issubclass(platform, FileConnector):
        return []
    return [each for each in platform.variants if not kind or kind in each.kinds]
