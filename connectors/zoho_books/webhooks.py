"""What workflow rules tell. An administrator makes them in Zoho Books; no call does.

The signature covers what stands in the address and in a form, sorted by name, and then
a JSON body: as Zoho documents it for the same engine in Zoho Billing.
"""

from collections.abc import Sequence
from typing import Any

from connectors.errors import Unreadable
from connectors.records import DocumentKind, PartyRole
from connectors.settings import Setting
from connectors.transport.json_codec import decode
from connectors.webhooks import (
    Delivery,
    Notice,
    RecordName,
    Webhooks,
    What,
    signed_hex,
)
from connectors.zoho_books.kinds import PLACES
from connectors.zoho_books.reading import moment

_FORM = "application/x-www-form-urlencoded"
# The default payload as a form stands in one field.
_FORM_FIELD = "JSONString"
_KINDS = {place.key: kind for kind, place in PLACES.items()}
_PAYMENTS = ("payment", "customer_payment", "customerpayment", "vendorpayment")
_ROLES = {"customer": PartyRole.CUSTOMER, "vendor": PartyRole.SUPPLIER}


class WorkflowRules(Webhooks):
    secret = Setting(
        name="webhook_secret",
        label="Webhook secret",
        help="Twelve to fifty letters and digits, the same in each webhook.",
        find_it="Zoho Books, Settings, Automation, Workflow Actions, Webhooks.",
        secret=True,
    )
    steps = (
        "In Zoho Books open Settings, Automation, Workflow Actions, Webhooks, and make "
        "one for each of invoices, customer payments, credit notes and bills.",
        "Paste the address, choose POST and the default payload, and enter a secret of "
        "twelve to fifty letters and digits; paste the same secret here.",
        "Under Workflow Rules make a rule for each of them that runs when a record is "
        "created or edited, and give it that webhook.",
    )

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        given = delivery.header("x-zoho-webhook-signature")
        message = _signed(delivery)
        return any(signed_hex(message, given, secret) for secret in secrets)

    def read(self, delivery: Delivery) -> Notice:
        """A payload that somebody wrote there says at least that something changed."""
        told = _told(delivery)
        names = tuple(
            name
            for key, node in told.items()
            if isinstance(node, dict) and (name := _name(key, node))
        )
        return Notice(names=names, anything=not names)


def _is_form(delivery: Delivery) -> bool:
    return delivery.header("content-type").partition(";")[0].strip().lower() == _FORM


def _signed(delivery: Delivery) -> bytes:
    is_form = _is_form(delivery)
    pairs = {**delivery.query, **(delivery.form() if is_form else {})}
    text = "".join(f"{name}{pairs[name]}" for name in sorted(pairs))
    return text.encode() + (b"" if is_form else delivery.body)


def _told(delivery: Delivery) -> dict[str, Any]:
    if not _is_form(delivery):
        told = delivery.json()
        return told if isinstance(told, dict) else {}
    try:
        told = decode(delivery.form().get(_FORM_FIELD, "{}"))
    except ValueError as error:
        raise Unreadable("Zoho's delivery holds a field that is no JSON.") from error
    return told if isinstance(told, dict) else {}


def _name(key: str, node: dict[str, Any]) -> RecordName | None:
    if kind := _KINDS.get(key):
        return _named(What.DOCUMENT, node, PLACES[kind].id, kind=kind)
    if key in _PAYMENTS:
        return _named(What.PAYMENT, node, "payment_id")
    if key == "contact":
        role = _ROLES.get(str(node.get("contact_type")))
        return _named(What.PARTY, node, "contact_id", role=role)
    return None


def _named(
    what: What,
    node: dict[str, Any],
    id_name: str,
    *,
    kind: DocumentKind | None = None,
    role: PartyRole | None = None,
) -> RecordName | None:
    id = str(node.get(id_name) or "")
    if not id:
        return None
    return RecordName(what=what, id=id, kind=kind, role=role, changed_at=moment(node))
