"""Automation rules can knock, from version 17 on: unsigned, with the record's id."""

from connectors.errors import Unreadable
from connectors.webhooks import Delivery, Notice, RecordName, SecretAddress, What

_WHAT = {
    "account.move": What.DOCUMENT,
    "account.payment": What.PAYMENT,
    "res.partner": What.PARTY,
}


class OdooWebhooks(SecretAddress):
    steps = (
        "In Odoo 17 or newer, with developer mode on, open Settings, Technical, "
        "Automation Rules, and make one on Journal Entry.",
        "Let it start on save, and add the action Send Webhook Notification with the "
        "address. No fields have to be chosen.",
        "Make another on Payments.",
    )

    def read(self, delivery: Delivery) -> Notice:
        told = delivery.json()
        if not isinstance(told, dict):
            raise Unreadable("Odoo's notification has another form.")
        what = _WHAT.get(str(told.get("_model")))
        id = str(told.get("_id") or "")
        if what is None or not id:
            return Notice(anything=True)
        return Notice(names=(RecordName(what=what, id=id),))
