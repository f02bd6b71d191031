"""Which of a document's references is wrong.

Intuit refuses an unknown or inactive id without saying which one (code 2500). So, after
such a refusal alone, all ids that the refused documents use are asked for, in one call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import ConnectorError, Rejected
from connectors.quickbooks_online.api import CompanyApi, Entity
from connectors.quickbooks_online.errors import LABEL
from connectors.quickbooks_online.mapping import US_CODES
from connectors.quickbooks_online.query import among, select
from connectors.records import Document, DocumentKind

UNKNOWN_REFERENCE = "2500"


@dataclass(frozen=True, slots=True)
class _Use:
    """One id that a document uses, and what to say when it is wrong."""

    entity: str
    id: str
    status_code: str
    field: str
    what: str


def is_unclear(error: Rejected) -> bool:
    return error.where.vendor_code.lstrip("0") == UNKNOWN_REFERENCE


def all_explained(
    api: CompanyApi,
    documents: Sequence[Document],
    outcomes: Sequence[Entity | ConnectorError],
) -> list[Entity | ConnectorError]:
    """The outcomes, with the unclear refusals among them cleared up."""
    unclear = [
        (place, outcome)
        for place, outcome in enumerate(outcomes)
        if isinstance(outcome, Rejected) and is_unclear(outcome)
    ]
    if not unclear:
        return list(outcomes)
    clearer = explained(api, [(documents[place], error) for place, error in unclear])
    known = dict(zip((place for place, _ in unclear), clearer, strict=True))
    return [known.get(place, outcome) for place, outcome in enumerate(outcomes)]


def explained(
    api: CompanyApi, refused: Sequence[tuple[Document, Rejected]]
) -> list[Rejected]:
    """For each refusal a clearer one, or the same where nothing is found wrong or the
    question cannot be asked now."""
    uses = [_uses(document) for document, _ in refused]
    try:
        known = _active_ids(api, [use for some in uses for use in some])
    except ConnectorError:
        return [error for _, error in refused]
    return [
        _clearer(error, some, known)
        for (_, error), some in zip(refused, uses, strict=True)
    ]


def _uses(document: Document) -> list[_Use]:
    supplier = document.kind is DocumentKind.SUPPLIER_INVOICE
    entity, what = ("Vendor", "supplier") if supplier else ("Customer", "customer")
    uses = [_Use(entity, document.party_id, "ACCOUNT_WRONG", "party_id", what)]
    for line in document.lines:
        at = f"on line {line.position}"
        if supplier and line.account_id:
            what = f"account {at}"
            uses.append(_Use("Account", line.account_id, "NO_NOMINAL", "lines", what))
        elif line.item_id:
            uses.append(_Use("Item", line.item_id, "NO_NOMINAL", "lines", f"item {at}"))
        if line.tax_code_id and line.tax_code_id not in US_CODES:
            what = f"tax code {at}"
            uses.append(_Use("TaxCode", line.tax_code_id, "NO_TAX", "lines", what))
    return uses


def _active_ids(api: CompanyApi, uses: Sequence[_Use]) -> Mapping[str, set[str]]:
    asked = {
        entity: select(
            entity, among("Id", sorted({u.id for u in uses if u.entity == entity}))
        )
        for entity in sorted({use.entity for use in uses})
    }
    rows = api.queries("diagnose", asked)
    return {
        entity: {str(row.get("Id")) for row in found if row.get("Active", True)}
        for entity, found in rows.items()
    }


def _clearer(
    error: Rejected, uses: Sequence[_Use], known: Mapping[str, set[str]]
) -> Rejected:
    wrong = next((use for use in uses if use.id not in known[use.entity]), None)
    if wrong is None:
        return error
    return Rejected(
        f"The {wrong.what} ({wrong.id}) is unknown or inactive in {LABEL}.",
        status_code=wrong.status_code,
        field=wrong.field,
        vendor_message=error.vendor_message,
        where=error.where,
    )
