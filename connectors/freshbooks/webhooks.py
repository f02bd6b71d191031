"""What FreshBooks tells: a form with the id of what changed.

It is arranged by calls, one for each noun, and each has to be answered with a code,
which signs from then on."""

import json
from collections.abc import Sequence
from dataclasses import replace

from connectors.errors import Unreadable
from connectors.records import DocumentKind, PartyRole
from connectors.webhooks import (
    Challenge,
    Delivery,
    Notice,
    RecordName,
    Webhooks,
    What,
    signed_base64,
)

SIGNATURE = "X-FreshBooks-Hmac-SHA256"
NOUNS = {
    "invoice": RecordName(what=What.DOCUMENT, id="", kind=DocumentKind.SALES_INVOICE),
    "credit_note": RecordName(what=What.DOCUMENT, id="", kind=DocumentKind.CREDIT_NOTE),
    "bill": RecordName(what=What.DOCUMENT, id="", kind=DocumentKind.SUPPLIER_INVOICE),
    "payment": RecordName(what=What.PAYMENT, id=""),
    "client": RecordName(what=What.PARTY, id="", role=PartyRole.CUSTOMER),
    "bill_vendor": RecordName(what=What.PARTY, id="", role=PartyRole.SUPPLIER),
}
VERIFY = "callback.verify"


class FreshBooksWebhooks(Webhooks):
    subscribes = True
    steps = (
        "Nothing has to be done in FreshBooks: FinSync arranges it. The app needs the "
        "right to read and write callbacks (notifications).",
    )

    def challenge(self, delivery: Delivery) -> Challenge | None:
        form = delivery.form()
        code, id = form.get("verifier", ""), form.get("object_id", "")
        if form.get("name") != VERIFY or not code or not id.isdecimal():
            return None
        return Challenge(id=id, code=code)

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        given = delivery.header(SIGNATURE)
        message = signed_text(delivery.form())
        return any(signed_base64(message, given, secret) for secret in secrets)

    def read(self, delivery: Delivery) -> Notice:
        form = delivery.form()
        known = NOUNS.get(form.get("name", "").partition(".")[0])
        id = form.get("object_id", "")
        if known is None:
            return Notice()
        if not id.isdecimal():
            raise Unreadable("FreshBooks' delivery names no record.")
        account = form.get("account_id", "")
        return Notice(names=(replace(known, id=id, organisation_id=account),))


def signed_text(form: dict[str, str]) -> bytes:
    """FreshBooks signs the fields as Python's JSON of them, in the order in which they
    came."""
    return json.dumps(form).encode()
