"""The checks before a document may go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import prefetch_related_objects

from accounting_links.models import Connection
from accounting_links.preflight.base import Finding
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.registry import CHECKS, FINAL
from connectors.base import Connector
from connectors.records import Document as Record
from connectors.registry import connector_class
from invoicing.models import Document

LOADED = ("lines__nominal", "lines__tax_rate", "contact", "care_of")


def check(
    connection: Connection,
    documents: Sequence[Document],
    records: Mapping[int, Record],
    *,
    connector: Connector | None = None,
    forecaster: Connector | None = None,
) -> dict[int, list[Finding]]:
    """All that stands against each document, first first; an empty list for those that
    may go.

    With a connector, the platform is asked whether the numbers are free (one look-up
    for each kind) and whether the accounts still exist (one, unless they were seen
    lately); what it raises passes through. Without, only what we know is looked at, and
    with a `forecaster` what the platform would make of the totals. The number of SQL
    statements does not depend on documents or lines.
    """
    prefetch_related_objects(documents, *LOADED)
    batch = Batch(
        connection=connection,
        documents=documents,
        records=records,
        platform=type(connector) if connector else connector_class(connection.platform),
        connector=connector,
        forecaster=forecaster or connector,
    )
    found: dict[int, list[Finding]] = {document.pk: [] for document in documents}
    for each in FINAL:
        for pk, finding in each.find(batch):
            found[pk].append(finding)
    rest = [document for document in documents if not found[document.pk]]
    for_rest = replace(batch, documents=rest)
    for each in CHECKS:
        for pk, finding in each.find(for_rest):
            found[pk].append(finding)
    return found
