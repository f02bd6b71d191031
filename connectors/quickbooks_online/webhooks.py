"""What Intuit tells: an array of CloudEvents, of several companies in one delivery.

Until summer 2026 it was an object by company. Ids come, and no figures."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.errors import Unreadable
from connectors.quickbooks_online.mapping import ENTITIES
from connectors.quickbooks_online.reading import PAYMENTS, moment
from connectors.records import PartyRole
from connectors.settings import Setting
from connectors.webhooks import Delivery, Notice, RecordName, Signed, What

_KINDS = {entity.lower(): kind for kind, entity in ENTITIES.items()}
_PAYMENTS = {entity.lower() for entity in PAYMENTS}
_PARTIES = {"customer": PartyRole.CUSTOMER, "vendor": PartyRole.SUPPLIER}


class IntuitWebhooks(Signed):
    signature_header = "intuit-signature"
    # Each event has an id and a time of its own.
    repeats = False
    secret = Setting(
        name="webhook_secret",
        label="Verifier token",
        find_it="Intuit developer portal, your app, Webhooks, Show verifier token.",
        secret=True,
    )
    steps = (
        "In Intuit's developer portal open your app, then Webhooks (production and "
        "development have one each).",
        "Paste the address as the endpoint, and choose Invoice, CreditMemo, Bill, "
        "Payment, BillPayment, Customer and Vendor.",
        "Save, show the verifier token, and paste it here.",
    )

    def read(self, delivery: Delivery) -> Notice:
        told = delivery.json()
        events = told if isinstance(told, list) else _older(told)
        try:
            return Notice(names=tuple(filter(None, map(_name, events))))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreadable("Intuit's delivery has another form.") from error


def _older(told: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(told, dict) or "eventNotifications" not in told:
        raise Unreadable("Intuit's delivery has another form.")
    for company in told["eventNotifications"]:
        for entity in (company.get("dataChangeEvent") or {}).get("entities") or ():
            yield {
                "type": f"qbo.{entity['name']}.{entity.get('operation')}",
                "time": entity.get("lastUpdated"),
                "intuitentityid": entity["id"],
                "intuitaccountid": company["realmId"],
            }


def _name(event: dict[str, Any]) -> RecordName | None:
    """Of other entities, and of other apps of Intuit, we want to know nothing."""
    app, _, rest = str(event["type"]).lower().partition(".")
    entity = rest.partition(".")[0]
    what = _what(entity)
    if app != "qbo" or what is None:
        return None
    return RecordName(
        what=what,
        id=str(event["intuitentityid"]),
        kind=_KINDS.get(entity),
        role=_PARTIES.get(entity),
        organisation_id=str(event["intuitaccountid"]),
        changed_at=_whole_second(event.get("time")),
    )


def _what(entity: str) -> What | None:
    if entity in _KINDS:
        return What.DOCUMENT
    if entity in _PAYMENTS:
        return What.PAYMENT
    return What.PARTY if entity in _PARTIES else None


def _whole_second(text: object) -> datetime | None:
    """Records tell no fractions."""
    return moment(str(text)).replace(microsecond=0) if text else None
