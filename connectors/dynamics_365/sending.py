"""From our documents to posted ones: drafts in a batch, posted in a batch, read back in
a batch. A draft that is refused its posting stays, and is told as a draft; but one
whose date lies in a closed period is taken away again, for it can never be posted, and
so is one whose prices would be misread."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.dynamics_365 import reading
from connectors.dynamics_365.api import CentralApi, Entity, Outcome
from connectors.dynamics_365.errors import LABEL
from connectors.dynamics_365.mapping import NAMES, Payload, Style, document_payload
from connectors.errors import ConnectorError, InDoubt, Locked, Rejected
from connectors.records import Document, DocumentKind
from connectors.transport.odata import ETAG
from connectors.transport.odata_json_batch import Part

POST = "Microsoft.NAV.post"
Result = Entity | ConnectorError


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One document on its way: its row, or what became of it instead."""

    kind: DocumentKind
    payload: Payload
    row: Entity | None = None
    error: ConnectorError | None = None

    @property
    def path(self) -> str:
        id = self.row["id"] if self.row else ""
        return f"{NAMES[self.kind].path}({id})"


def sheet_of(document: Document, style: Style) -> Sheet:
    return Sheet(kind=document.kind, payload=document_payload(document, style))


def send(api: CentralApi, sheets: Sequence[Sheet]) -> list[Result]:
    """One row or error each, in order. Raises only when nothing was sent."""
    creates = [
        Part(method="POST", path=NAMES[each.kind].path, payload=each.payload)
        for each in sheets
    ]
    for sheet, outcome in zip(sheets, api.writes("push", creates), strict=True):
        _lay(sheet, outcome)
        _refuse_gross_prices(api, sheet)
    if drafts := [each for each in sheets if each.row and not each.error]:
        _post(api, drafts)
    return [each.error or each.row or {} for each in sheets]


def _lay(sheet: Sheet, outcome: Outcome) -> None:
    if isinstance(outcome, ConnectorError):
        sheet.error = outcome
        return
    try:
        sheet.row = outcome.json_object()
    except ConnectorError as error:
        sheet.error = error


def _refuse_gross_prices(api: CentralApi, sheet: Sheet) -> None:
    """Whether prices hold their tax is a matter of the customer's card there, and only
    the draft tells. Ours never do, so that it would come to less than it should."""
    row = sheet.row or {}
    if row.get("pricesIncludeTax") and reading.amount(row, "totalTaxAmount"):
        refused = Rejected(
            f"The prices of this customer or supplier include VAT in {LABEL}, and "
            "FinSync sends them without. Switch Prices Including VAT off on the card "
            "there.",
            field="party_id",
        )
        sheet.error = _taken_away(api, sheet, refused)


def _post(api: CentralApi, drafts: Sequence[Sheet]) -> None:
    """What keeps a draft from being posted now leaves it a draft, to be posted later;
    only an answer that never came is in doubt."""
    parts = [Part(method="POST", path=f"{each.path}/{POST}") for each in drafts]
    try:
        outcomes = api.writes("push", parts)
    except ConnectorError:
        return
    posted = []
    for sheet, outcome in zip(drafts, outcomes, strict=True):
        if isinstance(outcome, InDoubt):
            sheet.error = outcome
        elif isinstance(outcome, Locked):
            sheet.error = _taken_away(api, sheet, outcome)
        elif not isinstance(outcome, ConnectorError):
            posted.append(sheet)
    if posted:
        _read_back(api, posted)


def _taken_away(api: CentralApi, sheet: Sheet, error: Rejected) -> ConnectorError:
    version = str((sheet.row or {}).get(ETAG) or "*")
    try:
        api.call("push", "DELETE", sheet.path, headers={"If-Match": version})
    except ConnectorError as lost:
        return _unknown(lost)
    return error


def _read_back(api: CentralApi, posted: Sequence[Sheet]) -> None:
    """For the number that posting gave."""
    parts = [
        Part(
            method="GET",
            path=f"{each.path}?$select={','.join(reading.header_fields(each.kind))}",
        )
        for each in posted
    ]
    try:
        outcomes = api.batch("push", parts)
    except ConnectorError as error:
        outcomes = [error] * len(parts)
    for sheet, outcome in zip(posted, outcomes, strict=True):
        failed = isinstance(outcome, ConnectorError)
        _lay(sheet, _unknown(outcome) if failed else outcome)  # type: ignore[arg-type]


def _unknown(error: ConnectorError) -> InDoubt:
    doubt = InDoubt(
        f"It was written to {LABEL}, but could not be read there.", where=error.where
    )
    doubt.__cause__ = error
    return doubt
