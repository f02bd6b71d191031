"""Our payments, as Xero wants them. Pure."""

from connectors.amounts import credit_shares
from connectors.errors import Rejected, Unsupported
from connectors.guids import is_guid
from connectors.records import ZERO, Allocation, DocumentKind, Payment
from connectors.xero.api import Creation
from connectors.xero.errors import LABEL
from connectors.xero.mapping import units_per_home
from connectors.xero.wire import Entity

PAYMENTS = "Payments"
BATCH_PAYMENTS = "BatchPayments"
REFERENCE_LENGTH = 255


def payment_creation(payment: Payment, *, our_rate: bool = True) -> Creation:
    """A payment of several documents is a batch payment, one movement at the bank.
    Raises `Rejected` or `Unsupported` for what Xero cannot be told."""
    _require_told(payment)
    base = _base(payment)
    if our_rate and payment.rate != 1:
        base["CurrencyRate"] = units_per_home(payment.rate)
    if len(payment.allocations) == 1:
        only = payment.allocations[0]
        return Creation(payment.key, PAYMENTS, base | _pays(only))
    base.pop("CurrencyRate", None)
    members = [_pays(allocation) for allocation in payment.allocations]
    return Creation(payment.key, BATCH_PAYMENTS, base | {PAYMENTS: members})


def allocations_by_credit(payment: Payment) -> dict[str, list[Entity]]:
    """Credit note's id -> what of it to lay on which invoice."""
    found: dict[str, list[Entity]] = {}
    for share in credit_shares(payment):
        found.setdefault(share.credit_id, []).append(
            {
                "Invoice": {"InvoiceID": share.document_id},
                "Amount": share.amount,
                "Date": payment.date,
            }
        )
    return found


def _credit(allocation: Allocation) -> bool:
    return allocation.kind is DocumentKind.CREDIT_NOTE


def _require_told(payment: Payment) -> None:
    allocated = sum((each.amount for each in payment.allocations), ZERO)
    if not payment.allocations or allocated != payment.amount:
        raise Unsupported(
            f"{LABEL} takes payments of invoices alone; enter there what is left on "
            "account.",
            field="allocations",
        )
    if not payment.bank_account_id:
        raise Rejected(
            f"{LABEL} needs the bank account of the payment.",
            status_code="NO_BANK",
            field="bank_account_id",
        )


def _base(payment: Payment) -> Entity:
    bank = payment.bank_account_id
    base: Entity = {
        "Account": {"AccountID" if is_guid(bank) else "Code": bank},
        "Date": payment.date,
    }
    if payment.reference or payment.method:
        told = payment.reference or payment.method
        base["Reference"] = told[:REFERENCE_LENGTH]
    return base


def _pays(allocation: Allocation) -> Entity:
    if _credit(allocation):
        paid: Entity = {"CreditNote": {"CreditNoteID": allocation.document_id}}
    else:
        paid = {"Invoice": {"InvoiceID": allocation.document_id}}
    return paid | {"Amount": allocation.amount}
