"""Our payments, as the Service Layer wants them. Pure."""

from typing import Any

from connectors.errors import Rejected
from connectors.records import DocumentKind, Payment, PaymentDirection
from connectors.transport.odata_batch import Write

Payload = dict[str, Any]

SETS = {
    PaymentDirection.RECEIVED: "IncomingPayments",
    PaymentDirection.MADE: "VendorPayments",
}
INVOICE_TYPES = {
    DocumentKind.SALES_INVOICE: "it_Invoice",
    DocumentKind.CREDIT_NOTE: "it_CredItnote",
    DocumentKind.SUPPLIER_INVOICE: "it_PurchaseInvoice",
}
_REFERENCE_LENGTH = 27
_REMARK_LENGTH = 254


def payment_write(payment: Payment) -> Write:
    return Write("POST", SETS[payment.direction], payment_payload(payment))


def payment_payload(payment: Payment) -> Payload:
    """Raises `Rejected` where no bank is named. The reference stands whole in the
    remarks, for a transfer's own reference is short."""
    if not payment.bank_account_id:
        raise Rejected(
            "SAP Business One needs the account that the money went to or came from.",
            status_code="NO_BANK",
            field="bank_account_id",
        )
    payload: Payload = {
        "CardCode": payment.party_id,
        "DocType": _party_type(payment),
        "DocDate": payment.date,
        "TransferAccount": payment.bank_account_id,
        "TransferDate": payment.date,
        "TransferSum": payment.amount,
    }
    if payment.currency:
        payload["DocCurrency"] = payment.currency
    if payment.rate != 1:
        payload["DocRate"] = payment.rate
    if payment.reference:
        payload["TransferReference"] = payment.reference[:_REFERENCE_LENGTH]
        payload["Remarks"] = payment.reference[:_REMARK_LENGTH]
    if payment.method:
        payload["JournalRemarks"] = payment.method[:50]
    if payment.allocations:
        applied = "SumApplied" if payment.rate == 1 else "AppliedFC"
        payload["PaymentInvoices"] = [
            {
                "DocEntry": int(allocation.document_id),
                "InvoiceType": INVOICE_TYPES[allocation.kind],
                applied: allocation.amount,
            }
            for allocation in payment.allocations
        ]
    return payload


def _party_type(payment: Payment) -> str:
    """Money may go back to a customer: a credit note paid out."""
    kinds = {allocation.kind for allocation in payment.allocations}
    made = payment.direction is PaymentDirection.MADE
    to_supplier = made and DocumentKind.CREDIT_NOTE not in kinds
    return "rSupplier" if to_supplier else "rCustomer"
