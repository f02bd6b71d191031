"""Which members Kashoo's objects are taken to have. Confirmed are few of them, and no
schema is published; what is not named here is refused, so that no guess slips in."""

import datetime as dt
from decimal import Decimal
from typing import Any

from ..shape import Misfit, Shape, day, inner, many, number, text

NUMBER_LENGTH = 20


def whole(value: Any, path: str) -> int:
    """Ids, and money in cents."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misfit(path, "type", "a whole number is needed")
    return value


def cents(value: Any, path: str) -> Decimal:
    return Decimal(whole(value, path)).scaleb(-2)


_NAMED = Shape({"id": whole}, needs=("id",))
_LINE = Shape(
    {
        "position": whole,
        "account": inner(_NAMED),
        "description": text(),
        "quantity": number(3),
        "rate": cents,
        "amount": cents,
        "taxes": many(_NAMED),
    },
    needs=("account", "quantity", "rate", "amount"),
)
DOCUMENT = Shape(
    {
        "number": text(NUMBER_LENGTH),
        "date": day,
        "dueDate": day,
        "contactId": whole,
        "currency": text(3),
        "poNumber": text(),
        "memo": text(),
        "lineItems": many(_LINE),
    },
    needs=("date", "contactId", "lineItems"),
)
_ADDRESS = Shape(
    dict.fromkeys(("address1", "city", "state", "postalCode", "country"), text())
)
CONTACT = Shape(
    {
        **dict.fromkeys(("name", "email", "phone", "taxNumber"), text()),
        "address": inner(_ADDRESS),
    },
    needs=("name",),
)
ACCOUNT = Shape(
    {"name": text(), "type": text(), "number": text()}, needs=("name", "type")
)


def payment(member: str) -> Shape:
    """`member` names the document that is paid."""
    share = Shape({member: whole, "amount": cents}, needs=(member, "amount"))
    return Shape(
        {
            "date": day,
            "contactId": whole,
            "depositAccount": inner(_NAMED),
            "amount": cents,
            "payments": many(share),
            "memo": text(),
        },
        needs=("date", "contactId", "depositAccount", "amount", "payments"),
    )


def asked_day(told: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None
