"""What Xero tells: events of invoices, credit notes and contacts, of several
organisations in one delivery. Payments and voids come as an update of the invoice."""

from datetime import UTC, datetime
from typing import Any

from connectors.errors import Unreadable
from connectors.settings import Setting
from connectors.webhooks import Delivery, Notice, RecordName, Signed, What

_WHAT = {
    "INVOICE": What.DOCUMENT,
    "CREDITNOTE": What.DOCUMENT,
    "CONTACT": What.PARTY,
}


class XeroWebhooks(Signed):
    """Xero proves us first, with deliveries without events, some of them signed wrongly
    on purpose: those are answered as any other."""

    signature_header = "x-xero-signature"
    # Each has a sequence and random text of its own.
    repeats = False
    secret = Setting(
        name="webhook_secret",
        label="Webhooks key",
        find_it="Xero developer portal, My Apps, your app, Webhooks.",
        secret=True,
    )
    steps = (
        "In Xero's developer portal open your app, then Webhooks.",
        "Choose Invoices, Credit notes and Contacts, paste the address as the delivery "
        "URL, and save.",
        "Copy the webhooks key, and paste it here.",
        "Press Send 'Intent to receive' there: the status becomes OK.",
    )

    def read(self, delivery: Delivery) -> Notice:
        told = delivery.json()
        try:
            names = [_name(event) for event in told["events"]]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreadable("Xero's delivery has another form.") from error
        return Notice(names=tuple(filter(None, names)))


def _name(event: dict[str, Any]) -> RecordName | None:
    """Invoices and bills share a category, as customers and suppliers do."""
    what = _WHAT.get(str(event["eventCategory"]))
    if what is None or event.get("tenantType", "ORGANISATION") != "ORGANISATION":
        return None
    return RecordName(
        what=what,
        id=str(event["resourceId"]),
        organisation_id=str(event["tenantId"]),
        changed_at=_moment(str(event["eventDateUtc"])),
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
