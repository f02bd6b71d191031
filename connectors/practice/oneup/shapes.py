"""Which members OneUp's objects are taken to have. No schema is published; what is not
named here is refused, and what is read-only there is passed over."""

from collections.abc import Mapping
from typing import Any

from ..shape import Check, Misfit, Shape, anything, day, inner, many, number, text


def whole(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misfit(path, "type", "a whole number is needed")
    return value


_NAMED = Shape({"id": whole}, needs=("id",), open=True)


def _reference(value: Any, path: str) -> int:
    """An object of that id. Bare numbers are of 2014; see the face's switch."""
    return int(_NAMED.parsed(value, path)["id"])


def _passed_over(*names: str) -> dict[str, Check]:
    return dict.fromkeys(names, anything)


def _line(reference: Check) -> Shape:
    return Shape(
        {
            **_passed_over("id", "total"),
            "item": reference,
            "item_id": whole,
            "description": text(),
            "quantity": number(3),
            "unit_price_wt": number(2),
            "discount_rate": number(2),
            "tax": reference,
            "sales_tax": reference,
        },
        needs=("quantity", "unit_price_wt"),
    )


def invoice(*, numbers: bool) -> Mapping[str, Check]:
    """`numbers`: references may be bare numbers too."""
    reference: Check = _number_or_object if numbers else _reference
    return {
        **_passed_over("id", "total", "subtotal", "tax_amount", "paid", "unpaid"),
        "customer": reference,
        "customer_id": whole,
        "date": day,
        "user_code": text(64),
        "external_id": text(64),
        "po_number": text(64),
        "currency_iso_code": text(4),
        "public_note": text(),
        "payment_terms": reference,
        "order_lines": many(_line(reference)),
    }


def _number_or_object(value: Any, path: str) -> int:
    return _reference(value, path) if isinstance(value, dict) else whole(value, path)


_ADDRESS = Shape(
    {
        name: text(255)
        for name in ("street_line1", "city", "state", "postal_code", "country")
    }
)
CUSTOMER = Shape(
    {
        **_passed_over("id", "full_name", "created_at", "updated_at"),
        "type": whole,
        "status": whole,
        **dict.fromkeys(("company_name", "first_name", "last_name"), text(255)),
        "user_code": text(64),
        "email": text(255),
        "phone_number": text(64),
        "taxpayer_id_number": text(64),
        "currency_iso_code": text(4),
        "address": inner(_ADDRESS),
    },
    needs=("type",),
)
