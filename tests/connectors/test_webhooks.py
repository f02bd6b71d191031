"""What each platform's deliveries are known by, and what they name. Signatures are made
here by the vendors' own rules, not by our code."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from connectors import registry
from connectors.acumatica.webhooks import AcumaticaWebhooks
from connectors.base import Connector
from connectors.errors import Unreadable, Unsupported
from connectors.freshbooks.webhooks import FreshBooksWebhooks
from connectors.odoo.webhooks import OdooWebhooks
from connectors.quickbooks_online.webhooks import IntuitWebhooks
from connectors.records import DocumentKind, PartyRole
from connectors.settings import ConnectionConfig
from connectors.wave.webhooks import WaveWebhooks
from connectors.webhooks import Delivery, Notice, Subscription, Webhooks, What
from connectors.xero.webhooks import XeroWebhooks
from tests.connectors.examples import wire

SECRET = "a-secret-of-the-vendor"
PLATFORMS = [registry.connector_class(slug) for slug in registry.slugs()]
TELLING = [each for each in PLATFORMS if each.webhooks is not None]


def delivery(body: bytes, **headers: str) -> Delivery:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(body=body, headers=named)


def digest(body: bytes, secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def in_base64(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(digest(body, secret)).decode()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.platform)
def test_the_flag_says_what_the_connector_has(platform: type[Connector]) -> None:
    assert platform.capabilities.webhooks is (platform.webhooks is not None)


@pytest.mark.parametrize("platform", TELLING, ids=lambda each: each.platform)
def test_staff_are_told_what_to_do(platform: type[Connector]) -> None:
    webhooks = platform.webhooks
    assert webhooks is not None and webhooks.steps
    assert not (webhooks.secret and webhooks.makes_secret)
    assert webhooks.secret is None or webhooks.secret.secret


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.platform)
def test_only_what_subscribes_takes_such_calls(platform: type[Connector]) -> None:
    if platform.webhooks is not None and platform.webhooks.subscribes:
        assert platform.renew_webhooks is not Connector.renew_webhooks
        return
    connector = platform(ConnectionConfig(platform=platform.platform))
    with pytest.raises(Unsupported):
        connector.renew_webhooks(Subscription(address="https://here.test/"))


# Verification


@pytest.mark.parametrize(
    ("webhooks", "header"),
    [(IntuitWebhooks(), "intuit_signature"), (XeroWebhooks(), "x_xero_signature")],
)
def test_a_signature_of_the_body_counts(webhooks: Webhooks, header: str) -> None:
    body = b'{"events": []}'
    signed = delivery(body, **{header: in_base64(body)})
    assert webhooks.is_genuine(signed, [SECRET])
    assert webhooks.is_genuine(signed, ["the next one", SECRET])


@pytest.mark.parametrize("webhooks", [IntuitWebhooks(), XeroWebhooks()])
@pytest.mark.parametrize(
    "given",
    ["", "not base64!", "ZmFsc2U=", in_base64(b"{}", "other"), in_base64(b"{ }")],
)
def test_anything_else_is_refused(webhooks: Webhooks, given: str) -> None:
    headers = {"intuit_signature": given, "x_xero_signature": given}
    assert not webhooks.is_genuine(delivery(b"{}", **headers), [SECRET])


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_genuine(secrets: list[str]) -> None:
    body = b"{}"
    signed = delivery(body, intuit_signature=in_base64(body, "") if secrets else "")
    assert not IntuitWebhooks().is_genuine(signed, secrets)


@pytest.mark.parametrize(
    "written",
    [
        digest(b"{}").hex(),
        in_base64(b"{}"),
        f"t=1764000000,v1={digest(b'1764000000.{}').hex()}",
        f"t=1764000000, v1={in_base64(b'1764000000.{}')}",
    ],
)
def test_wave_may_write_its_signature_as_it_likes(written: str) -> None:
    assert WaveWebhooks().is_genuine(
        delivery(b"{}", x_wave_signature=written), [SECRET]
    )


def test_wave_is_not_believed_without_the_secret() -> None:
    forged = f"t=1764000000,v1={digest(b'1764000000.{}', 'guessed').hex()}"
    false = delivery(b"{}", x_wave_signature=forged)
    assert not WaveWebhooks().is_genuine(false, [SECRET])


def test_acumatica_brings_the_secret_along() -> None:
    assert AcumaticaWebhooks().is_genuine(
        delivery(b"{}", **{"x-finsync-secret": SECRET}), [SECRET]
    )
    false = delivery(b"{}", **{"x-finsync-secret": SECRET[:-1]})
    assert not AcumaticaWebhooks().is_genuine(false, [SECRET])
    assert not AcumaticaWebhooks().is_genuine(delivery(b"{}"), [""])


def test_freshbooks_signs_its_form_as_json() -> None:
    form = {
        "name": "invoice.update",
        "object_id": "1234567",
        "account_id": "6BApk",
        "user_id": "1",
        "note": "Žluťoučký kůň",
    }
    text = json.dumps(form).encode()
    body = (
        b"name=invoice.update&object_id=1234567&account_id=6BApk&user_id=1"
        b"&note=%C5%BDlu%C5%A5ou%C4%8Dk%C3%BD+k%C5%AF%C5%88"
    )
    signed = delivery(body, **{"x-freshbooks-hmac-sha256": in_base64(text)})
    assert FreshBooksWebhooks().is_genuine(signed, [SECRET])
    assert not FreshBooksWebhooks().is_genuine(signed, ["another"])


# What they name


def test_intuit_names_records_of_several_companies() -> None:
    told = wire("quickbooks_online", "webhook_cloud_events.json")
    names = IntuitWebhooks().read(delivery(told)).names
    assert [(n.what, n.kind, n.id, n.organisation_id) for n in names] == [
        (What.DOCUMENT, DocumentKind.SALES_INVOICE, "239", "9341450000000001"),
        (What.PAYMENT, None, "240", "9341450000000001"),
        (What.PARTY, None, "7", "9341450000000002"),
    ]
    assert names[0].changed_at == datetime(2026, 11, 2, 10, 11, 12, tzinfo=UTC)
    assert names[2].role is PartyRole.CUSTOMER


def test_intuits_older_form_is_read_too() -> None:
    told = wire("quickbooks_online", "webhook_notifications.json")
    names = IntuitWebhooks().read(delivery(told)).names
    assert [(n.kind, n.id) for n in names] == [(DocumentKind.CREDIT_NOTE, "31")]
    assert names[0].organisation_id == "1185883450"


def test_xero_names_records_of_several_organisations() -> None:
    told = wire("xero", "webhook_events.json")
    names = XeroWebhooks().read(delivery(told)).names
    assert [(n.what, n.id[:8], n.organisation_id[:8]) for n in names] == [
        (What.DOCUMENT, "55d84274", "aef86862"),
        (What.PARTY, "717f2bfc", "c2cc9b6e"),
    ]
    moment = datetime(2025, 12, 2, 0, 44, 9, 923000, tzinfo=UTC)
    assert names[0].changed_at == moment


def test_xeros_proof_of_readiness_names_nothing() -> None:
    body = b'{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S"}'
    assert XeroWebhooks().read(delivery(body)) == Notice()


def test_freshbooks_names_one_record() -> None:
    body = b"name=payment.create&object_id=77&account_id=6BApk"
    [name] = FreshBooksWebhooks().read(delivery(body)).names
    assert (name.what, name.id, name.organisation_id) == (What.PAYMENT, "77", "6BApk")


def test_freshbooks_asks_for_its_code_first() -> None:
    body = b"name=callback.verify&object_id=2001&verifier=xactTs&account_id=6BApk"
    challenge = FreshBooksWebhooks().challenge(delivery(body))
    assert challenge is not None
    assert (challenge.id, challenge.code) == ("2001", "xactTs")
    assert "xactTs" not in repr(challenge)
    assert FreshBooksWebhooks().challenge(delivery(b"name=invoice.create")) is None


def test_odoo_names_what_its_rule_watches() -> None:
    body = b'{"_action": "Tell(#7)", "_id": 42, "_model": "account.move"}'
    [name] = OdooWebhooks().read(delivery(body)).names
    assert (name.what, name.kind, name.id) == (What.DOCUMENT, None, "42")
    assert OdooWebhooks().read(delivery(b'{"x": 1}')).anything


def test_acumatica_has_ids_and_only_knocks() -> None:
    told = wire("acumatica", "push_notification.json")
    notification = delivery(told)
    assert AcumaticaWebhooks().read(notification) == Notice(anything=True)
    assert AcumaticaWebhooks().identity(notification).startswith("a9b6")


@pytest.mark.parametrize(
    "webhooks",
    [IntuitWebhooks(), XeroWebhooks(), OdooWebhooks(), AcumaticaWebhooks()],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"7", b"[7]", b'"x"'])
def test_what_nobody_understands_is_unreadable(webhooks: Webhooks, body: bytes) -> None:
    with pytest.raises(Unreadable):
        webhooks.read(delivery(body))


def test_freshbooks_without_an_id_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        FreshBooksWebhooks().read(delivery(b"name=invoice.create&object_id=../1"))
