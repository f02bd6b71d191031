"""The kinds of document: where they are, and what is named how there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..books import Direction, Kind
from ..shape import Shape
from . import shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`what` is the record in words. `needs`: what a create cannot do without."""

    kind: Kind
    path: str
    key: str
    what: str
    party: str
    members: Mapping[str, Any]
    needs: Sequence[str]

    @property
    def id(self) -> str:
        return f"{self.key}_id"

    @property
    def number(self) -> str:
        return f"{self.key}_number"

    @property
    def numbered(self) -> bool:
        """Whether the organisation may number them by itself."""
        return not self.kind.is_purchase


FORMS = (
    Form(
        kind=Kind.SALES_INVOICE,
        path="invoices",
        key="invoice",
        what="Invoice",
        party="customer_id",
        members=shapes.INVOICE,
        needs=("customer_id", "line_items"),
    ),
    Form(
        kind=Kind.CREDIT_NOTE,
        path="creditnotes",
        key="creditnote",
        what="Credit note",
        party="customer_id",
        members=shapes.CREDIT_NOTE,
        needs=("customer_id", "date", "creditnote_number", "line_items"),
    ),
    Form(
        kind=Kind.SUPPLIER_INVOICE,
        path="bills",
        key="bill",
        what="Bill",
        party="vendor_id",
        members=shapes.BILL,
        needs=("vendor_id", "bill_number", "line_items"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Payments of one direction."""

    direction: Direction
    path: str
    key: str
    party: str
    bank: str
    documents: str
    form: Form
    shape: Shape


PURSES = (
    Purse(
        direction=Direction.RECEIVED,
        path="customerpayments",
        key="payment",
        party="customer_id",
        bank="account_id",
        documents="invoices",
        form=FORMS[0],
        shape=shapes.CUSTOMER_PAYMENT,
    ),
    Purse(
        direction=Direction.MADE,
        path="vendorpayments",
        key="vendorpayment",
        party="vendor_id",
        bank="paid_through_account_id",
        documents="bills",
        form=FORMS[2],
        shape=shapes.VENDOR_PAYMENT,
    ),
)
