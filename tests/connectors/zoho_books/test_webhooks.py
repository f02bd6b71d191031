"""Signatures are made here by Zoho's own rule, not by our code."""

import hashlib
import hmac
from urllib.parse import quote

import pytest

from connectors.errors import Unreadable
from connectors.records import DocumentKind
from connectors.webhooks import Delivery, What
from connectors.zoho_books.webhooks import WorkflowRules
from tests.connectors.examples import wire

SECRET = "Workflow2026"
QUERY = {"token": "t1", "a": "x"}
BODY = wire("zoho_books", "webhook_invoice.json")
FORM = "application/x-www-form-urlencoded"


def signed(text: bytes, body: bytes, kind: str = "application/json") -> Delivery:
    made = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    headers = {"x-zoho-webhook-signature": made, "content-type": kind}
    return Delivery(body=body, headers=headers, query=QUERY)


def form() -> bytes:
    return b"JSONString=" + quote(BODY).encode()


def test_the_signature_covers_the_sorted_address_and_the_body() -> None:
    delivery = signed(b"axtokent1" + BODY, BODY)
    assert WorkflowRules().is_genuine(delivery, [SECRET])
    assert not WorkflowRules().is_genuine(delivery, ["another", ""])


def test_a_form_is_sorted_among_the_address() -> None:
    text = b"JSONString" + BODY + b"axtokent1"
    assert WorkflowRules().is_genuine(signed(text, form(), FORM), [SECRET])


@pytest.mark.parametrize("text", [BODY, b"tokent1ax" + BODY])
def test_another_signature_does_not_count(text: bytes) -> None:
    assert not WorkflowRules().is_genuine(signed(text, BODY), [SECRET])


def test_a_delivery_without_signature_does_not_count() -> None:
    assert not WorkflowRules().is_genuine(Delivery(body=BODY), [SECRET])


@pytest.mark.parametrize(
    "delivery", [signed(b"", BODY), signed(b"", form(), FORM)], ids=["json", "form"]
)
def test_the_document_is_named(delivery: Delivery) -> None:
    notice = WorkflowRules().read(delivery)
    [name] = notice.names
    assert (name.what, name.kind) == (What.DOCUMENT, DocumentKind.SALES_INVOICE)
    assert name.id == "982000000567114" and name.changed_at
    assert not notice.anything


def test_a_payment_is_named() -> None:
    body = b'{"payment": {"payment_id": "7", "amount": 1}}'
    [name] = WorkflowRules().read(Delivery(body=body)).names
    assert (name.what, name.id) == (What.PAYMENT, "7")


@pytest.mark.parametrize("body", [b'{"number": "INV-1"}', b"[]", b'{"invoice": {}}'])
def test_a_payload_of_their_own_says_that_something_changed(body: bytes) -> None:
    notice = WorkflowRules().read(Delivery(body=body))
    assert notice.anything and not notice.names


@pytest.mark.parametrize(
    ("body", "kind"), [(b"<xml>", "text/xml"), (b"JSONString=%3C", FORM)]
)
def test_what_is_no_json_is_not_understood(body: bytes, kind: str) -> None:
    with pytest.raises(Unreadable):
        WorkflowRules().read(signed(b"", body, kind))
