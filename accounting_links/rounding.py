"""What the connection's rounding policy makes of documents whose totals would be others
over there. Our own documents stay as they are; only what travels is another."""

from collections.abc import Mapping, Sequence

from accounting_links import building
from accounting_links.building import role_of
from accounting_links.models import Connection, RoundingPolicy, TaxLink
from connectors.adjusting import MOST, adjusted, ours, with_tax_told
from connectors.base import Connector
from connectors.capabilities import Capabilities, TaxModel
from connectors.errors import Rejected
from connectors.records import Document as Record
from connectors.records import DocumentKind, Totals
from invoicing.models import Document

BY_CODE = (TaxModel.CODE_PER_LINE, TaxModel.CODE_PER_DOCUMENT)


def records(
    connection: Connection, connector: Connector, documents: Sequence[Document]
) -> dict[int, Record]:
    """As `building.build` makes them, and as they are sent: one statement more at most,
    where a total differs."""
    built = building.build(connection, documents)
    if connection.rounding_policy == RoundingPolicy.BLOCK:
        return built
    differ = [d for d in documents if _differs(connector, built[d.pk])]
    codes = _untaxed(connection) if differ else {}
    made = {
        document.pk: _made(
            connection,
            connector,
            built[document.pk],
            _code_of_extra_line(connector.capabilities, codes, document),
        )
        for document in differ
    }
    return {pk: made.get(pk) or record for pk, record in built.items()}


def _differs(connector: Connector, record: Record) -> bool:
    """What cannot be forecast at all is for the checks to tell."""
    if record.kind not in connector.capabilities.kinds:
        return False
    try:
        return connector.forecast(record) != ours(record)
    except Rejected:
        return False


def _made(
    connection: Connection, connector: Connector, record: Record, untaxed: str | None
) -> Record | None:
    try:
        if connection.rounding_policy == RoundingPolicy.OVERRIDE:
            return with_tax_told(record, connector.forecast)
        return adjusted(
            record,
            connector.forecast,
            untaxed=untaxed,
            negative=_takes_negative(connector.capabilities, record),
        )
    except Rejected:
        return None


def _takes_negative(able: Capabilities, record: Record) -> bool:
    return able.negative_lines or record.kind is DocumentKind.SUPPLIER_INVOICE


def _untaxed(connection: Connection) -> dict[str, str]:
    """The codes over there of our rates of nothing, by role."""
    rows = TaxLink.objects.filter(connection=connection, tax_rate__rate=0)
    found = rows.order_by("-tax_rate__code").values_list("role", "external_id")
    return dict(found)


def _code_of_extra_line(
    able: Capabilities, codes: Mapping[str, str], document: Document
) -> str | None:
    if able.tax_model not in BY_CODE:
        return ""
    if able.tax_model is TaxModel.CODE_PER_DOCUMENT and able.tax_required:
        return None
    none = None if able.tax_required else ""
    return codes.get(role_of(document).value, none)


def told(record: Record, document: Document, *, label: str) -> str:
    """What was adjusted in the record on its way; empty where it is ours throughout."""
    if (record.net, record.tax) == (document.net, document.tax):
        overridden = document.tax_override is not None or record.tax_override is None
        if overridden:
            return ""
        return (
            f"{label} was told our tax of {record.tax:.2f}, which it would have"
            " rounded otherwise."
        )
    where = _what(record, document)
    return (
        f"Adjusted on its way, so that the total there is ours: {where}. There the net"
        f" is {record.net:.2f} and the tax {record.tax:.2f}, here {document.net:.2f}"
        f" and {document.tax:.2f}."
    )


def _what(record: Record, document: Document) -> str:
    nets = {line.position: line.net for line in document.lines.all()}
    for line in record.lines:
        if line.position not in nets:
            return f"a line of {line.net:.2f} for rounding was added"
        if line.net != nets[line.position]:
            return (
                f"line {line.position} is {line.net:.2f} there and"
                f" {nets[line.position]:.2f} here"
            )
    return "the tax alone is another"


def why_not(policy: str, label: str, there: Totals, document: Document) -> str:
    """Why the policy did not help."""
    off = max(abs(document.gross - there.gross), abs(document.tax - there.tax))
    if policy == RoundingPolicy.OVERRIDE:
        return f"{label} computes the tax itself and cannot be told another one."
    if policy == RoundingPolicy.ADJUST and off > MOST:
        return f"That is more than the {MOST} that a line may be adjusted by."
    if policy == RoundingPolicy.ADJUST:
        return (
            f"No line can be adjusted so that {label} comes to our total. Map a tax"
            " rate of nothing: then a line for the rounding can be added."
        )
    return ""
