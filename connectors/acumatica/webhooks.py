"""Push notifications, which an administrator sets up over a generic inquiry.

They bring one header that was typed there. A changed row stands under Inserted and
under Deleted."""

from collections.abc import Sequence
from typing import Any

from connectors.errors import Unreadable
from connectors.webhooks import Delivery, Notice, Webhooks, is_secret

HEADER = "X-FinSync-Secret"


class AcumaticaWebhooks(Webhooks):
    makes_secret = True
    steps = (
        "Make a generic inquiry over invoices (and one over bills, one over payments) "
        "with the columns that you want to be told of.",
        "On the screen Push Notifications (SM302000) add a destination of the type "
        "Webhook with the address.",
        f"Give it the header {HEADER} with the secret below.",
        "Add the inquiries, and activate it.",
    )

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        return is_secret(delivery.header(HEADER), secrets)

    def identity(self, delivery: Delivery) -> str:
        return str(_body(delivery).get("Id") or "")

    def read(self, delivery: Delivery) -> Notice:
        """The inquiry's columns are the customer's own: the rows name nothing that we
        could count on."""
        body = _body(delivery)
        return Notice(anything=bool(body.get("Inserted") or body.get("Deleted")))


def _body(delivery: Delivery) -> dict[str, Any]:
    found = delivery.json()
    if not isinstance(found, dict):
        raise Unreadable("Acumatica's notification has another form.")
    return found
