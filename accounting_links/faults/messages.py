"""Messages of a platform about its documents. They come in a form of the matrix's own:
what is tried is how they are kept and handled, and each vendor's form is tried with its
connector."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection as database

from accounting_links.models import Connection, DocumentLink, WebhookEndpoint
from accounting_links.webhooks import endpoints, receiving
from connectors import registry
from connectors.errors import Unreadable
from connectors.records import DocumentKind
from connectors.webhooks import Delivery, Notice, RecordName, Signed, What

SECRET = "of-the-fault-matrix"  # noqa: S105  # of practice ledgers alone
SENDERS = 4
HEADER = "x-faults-signature"


class Form(Signed):
    signature_header = HEADER
    # The same bytes tell of the same change.
    repeats = False

    def read(self, delivery: Delivery) -> Notice:
        try:
            told = delivery.json()
            kind, id = DocumentKind(told["kind"]), str(told["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable("The message has another form.") from error
        return Notice(names=(RecordName(what=What.DOCUMENT, id=id, kind=kind),))


@contextmanager
def in_own_form(platform: str) -> Iterator[None]:
    """Of a platform that tells at all."""
    cls = registry.connector_class(platform)
    theirs = cls.webhooks
    cls.webhooks = Form() if theirs is not None else None
    try:
        yield
    finally:
        cls.webhooks = theirs


def switch_on(connection: Connection) -> WebhookEndpoint:
    endpoint = endpoints.make(connection)
    endpoint.secrets["secret"] = SECRET
    endpoint.save()
    return endpoint


def message(link: DocumentLink, number: int) -> Delivery:
    told = {"kind": link.kind, "id": link.external_id, "number": number}
    body = json.dumps(told).encode()
    made = hmac.digest(SECRET.encode(), body, hashlib.sha256)
    return Delivery(body=body, headers={HEADER: base64.b64encode(made).decode()})


def deliver(endpoint: WebhookEndpoint, delivery: Delivery, copies: int) -> list[int]:
    """From several senders at once. The answers' statuses."""
    key = str(endpoint.secrets["key"])

    def send(share: int) -> list[int]:
        try:
            return [receiving.receive(key, delivery).status for _ in range(share)]
        finally:
            database.close()

    shares = [copies // SENDERS] * SENDERS
    shares[0] += copies % SENDERS
    with ThreadPoolExecutor(SENDERS) as pool:
        return [status for some in pool.map(send, shares) for status in some]
