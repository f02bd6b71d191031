"""Our documents and payments, as the gateway wants them. Pure.

The order of elements is enforced, and differs by function: an invoice and an adjustment
tell their number after the action, a bill its action before the number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors.amounts import credit_shares, line_taxes, totals_as_given
from connectors.errors import Rejected, Unsupported
from connectors.leading_reference import description_of
from connectors.records import ZERO, Document, DocumentKind, Line, Payment, Totals
from connectors.sage_intacct.envelope import Element, element
from connectors.sage_intacct.record import us_date
from connectors.settings import ConnectionConfig

OBJECTS = {
    DocumentKind.SALES_INVOICE: "ARINVOICE",
    DocumentKind.CREDIT_NOTE: "ARADJUSTMENT",
    DocumentKind.SUPPLIER_INVOICE: "APBILL",
}
REVERSALS = {
    DocumentKind.SALES_INVOICE: "reverse_invoice",
    DocumentKind.SUPPLIER_INVOICE: "reverse_bill",
}
NUMBER_LENGTH = 45
DESCRIPTION_LENGTH = 1000
MEMO_LENGTH = 1000
_TAX_MEMO = "Sales tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the connection's company wants its documents."""

    home_currency: str = ""
    location: str = ""
    department: str = ""
    labels: bool = False
    tax_solution: str = ""
    tax_account: str = ""
    payment_method: str = "EFT"

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Style":
        return cls(
            home_currency=config.value("home_currency"),
            location=config.value("location_id"),
            department=config.value("department_id"),
            labels=config.value("labels") == "true",
            tax_solution=config.value("tax_solution"),
            tax_account=config.value("tax_account"),
            payment_method=config.value("payment_method") or "EFT",
        )


def document_function(document: Document, style: Style) -> Element:
    """Raises `Rejected` or `Unsupported` for what cannot be told."""
    if document.kind not in OBJECTS:
        raise Unsupported("FinSync sends Sage Intacct no orders.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"The number is longer than {NUMBER_LENGTH} characters.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    return _MAKERS[document.kind](document, style)


def reversal(kind: DocumentKind, id: str, on: date) -> Element:
    return element(REVERSALS[kind], _split("datereversed", on), key=id)


def forecast_totals(document: Document) -> Totals:
    return totals_as_given(document)


def payment_function(payment: Payment, style: Style) -> Element:
    """What its parts leave of the amount stays as an overpayment."""
    details = [
        element(
            "ARPYMTDETAIL",
            element("RECORDKEY", allocation.document_id),
            element("TRX_PAYMENTAMOUNT", _money(allocation.amount)),
        )
        for allocation in payment.allocations
    ]
    paid = sum((a.amount for a in payment.allocations), ZERO)
    over = payment.amount - paid
    return _receipt(payment, style, details, over=over)


def credit_function(payment: Payment, style: Style) -> Element:
    """A receipt of nothing that lays credits on invoices."""
    details = [
        element(
            "ARPYMTDETAIL",
            element("RECORDKEY", share.document_id),
            element("ADJUSTMENTKEY", share.credit_id),
            element("TRX_ADJUSTMENTAMOUNT", _money(share.amount)),
        )
        for share in credit_shares(payment)
    ]
    return _receipt(payment, style, details, over=ZERO)


def _receipt(
    payment: Payment, style: Style, details: Iterable[Element], *, over: Decimal
) -> Element:
    told = {
        "FINANCIALENTITY": payment.bank_account_id,
        "PAYMENTMETHOD": style.payment_method,
        "CUSTOMERID": payment.party_id,
        "DOCNUMBER": payment.reference,
        "RECEIPTDATE": us_date(payment.date),
        "CURRENCY": payment.currency,
        "OVERPAYMENTAMOUNT": _money(over) if over else "",
        "OVERPAYMENTLOCATIONID": style.location if over else "",
    }
    receipt = element("ARPYMT", *_filled(told))
    receipt.append(element("ARPYMTDETAILS", *details))
    return element("create", receipt)


def _invoice(document: Document, style: Style) -> Element:
    return element(
        "create_invoice",
        element("customerid", document.party_id),
        _split("datecreated", document.date),
        _split("datedue", document.due_date or document.date),
        element("action", "Submit"),
        element("invoiceno", document.number),
        *_filled({"ponumber": document.job_code}),
        element("description", _description(document)),
        *_currency(document, style),
        *_filled({"taxsolutionid": style.tax_solution}),
        element("invoiceitems", *_lines(document, style)),
    )


def _adjustment(document: Document, style: Style) -> Element:
    """A credit memo is an adjustment whose lines are negative."""
    return element(
        "create_aradjustment",
        element("customerid", document.party_id),
        _split("datecreated", document.date),
        element("adjustmentno", document.number),
        element("action", "Submit"),
        *_filled({"invoiceno": document.credited_number}),
        element("description", _description(document)),
        *_currency(document, style),
        *_filled({"taxsolutionid": style.tax_solution}),
        element("aradjustmentitems", *_lines(document, style, sign=-1)),
    )


def _bill(document: Document, style: Style) -> Element:
    return element(
        "create_bill",
        element("vendorid", document.party_id),
        _split("datecreated", document.date),
        _split("datedue", document.due_date or document.date),
        element("action", "Submit"),
        element("billno", document.number),
        *_filled({"ponumber": document.job_code}),
        element("description", _description(document)),
        *_currency(document, style),
        *_filled({"taxsolutionid": style.tax_solution}),
        element("billitems", *_lines(document, style)),
    )


def _description(document: Document) -> str:
    return description_of(document, limit=DESCRIPTION_LENGTH)


def _lines(document: Document, style: Style, *, sign: int = 1) -> Iterator[Element]:
    taxes = line_taxes(document)
    for line, tax in zip(document.lines, taxes, strict=True):
        yield _line(line, sign * line.net, style, _tax(line, sign * tax))
    if style.tax_account and document.tax:
        named = _named_account(style.tax_account, style)
        amount = element("amount", _money(sign * sum(taxes, ZERO)))
        memo = element("memo", _TAX_MEMO)
        yield element("lineitem", named, amount, memo, *_dimensions(style))


def _line(line: Line, net: Decimal, style: Style, tax: Iterable[Element]) -> Element:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no nominal code in Sage Intacct.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    return element(
        "lineitem",
        _named_account(line.account_id, style),
        element("amount", _money(net)),
        *_filled({"memo": memo_of(line)}),
        *_dimensions(style),
        *tax,
    )


def memo_of(line: Line) -> str:
    """There is no quantity on a line."""
    return line.text[:MEMO_LENGTH]


def _named_account(account: str, style: Style) -> Element:
    return element("accountlabel" if style.labels else "glaccountno", account)


def _dimensions(style: Style) -> Iterator[Element]:
    told = {"locationid": style.location, "departmentid": style.department}
    return _filled(told)


def _tax(line: Line, amount: Decimal) -> Iterator[Element]:
    """Told by us to the cent, for the company would else compute it by itself."""
    if line.tax_code_id:
        entry = element(
            "taxentry",
            element("detailid", line.tax_code_id),
            element("trx_tax", _money(amount)),
        )
        yield element("taxentries", entry)


def _currency(document: Document, style: Style) -> Iterator[Element]:
    """Left out for the base currency: companies without others refuse it."""
    if document.currency in ("", style.home_currency):
        return
    yield element("basecurr", style.home_currency)
    yield element("currency", document.currency)
    yield element("exchrate", f"{document.rate:f}")


def _split(name: str, day: date) -> Element:
    return element(
        name,
        element("year", f"{day:%Y}"),
        element("month", f"{day:%m}"),
        element("day", f"{day:%d}"),
    )


def _filled(told: dict[str, str]) -> Iterator[Element]:
    return (element(name, value) for name, value in told.items() if value)


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


_MAKERS = {
    DocumentKind.SALES_INVOICE: _invoice,
    DocumentKind.CREDIT_NOTE: _adjustment,
    DocumentKind.SUPPLIER_INVOICE: _bill,
}
