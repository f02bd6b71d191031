"""How a platform tells us that something changed, and how we know that it was it.

A connector names a `Webhooks` in its class: a description without state, and without a
call. What a delivery says is a hint and no more: it names records, which are then read
in the ordinary way. No figure of a delivery is ever taken over.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from connectors.errors import Unreadable
from connectors.records import DocumentKind, PartyRole
from connectors.settings import Setting
from connectors.transport.storable import storable_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request as it arrived; the names in `headers` are lower case."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    def json(self) -> Any:
        """Raises `Unreadable`."""
        try:
            return json.loads(storable_json(self.body))
        except ValueError as error:
            raise Unreadable("The delivery is no JSON.") from error

    def form(self) -> dict[str, str]:
        """Form fields in the order in which they came. Raises `Unreadable`."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        except ValueError as error:
            raise Unreadable("The delivery is no form.") from error


class What(StrEnum):
    DOCUMENT = "document"
    PAYMENT = "payment"
    PARTY = "party"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordName:
    """A record that a delivery says has changed. `kind` and `role` are None where it
    does not tell which; `organisation_id` is empty where it speaks of the connection's
    own. `changed_at` is the vendor's time of the change, as exact as its records have
    it, or None."""

    what: What
    id: str
    kind: DocumentKind | None = None
    role: PartyRole | None = None
    organisation_id: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a delivery says. `anything`: something changed, and it does not say what."""

    names: tuple[RecordName, ...] = ()
    anything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a handshake is answered with, at once."""

    body: str
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """The vendor wants a code back, by a call of ours, before it tells anything. Once
    it took the code, deliveries are signed with it."""

    id: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What was arranged by calls: where deliveries go, the secret that proves them
    (ours, or the vendor's that it told when it agreed), the vendor's ids by what they
    are for, and when all that ends at the earliest (None: never)."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    ids: Mapping[str, str] = field(default_factory=dict)
    ends_at: datetime | None = None


class Webhooks:
    """Subclassed by a platform. Nothing here calls out or keeps anything."""

    # What the vendor shows and staff paste here; None where there is no such thing.
    secret: ClassVar[Setting | None] = None
    # Does FinSync make the secret, for the vendor to send it along?
    makes_secret: ClassVar[bool] = False
    # Is it arranged by calls (`Connector.renew_webhooks`), not by people?
    subscribes: ClassVar[bool] = False
    # May two deliveries be the same to the byte and yet tell of two changes?
    repeats: ClassVar[bool] = True
    # What people do over there, in order.
    steps: ClassVar[tuple[str, ...]] = ()
    # Headers that are kept with a delivery, for reading it later.
    keeps: ClassVar[tuple[str, ...]] = ("content-type",)

    def handshake(self, delivery: Delivery) -> Reply | None:
        """The answer, where this is one that is answered at once and then forgotten."""
        return None

    def challenge(self, delivery: Delivery) -> Challenge | None:
        return None

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        """Compared in constant time with each secret; never true without one, but where
        the secrecy of the address is all that the platform offers."""
        raise NotImplementedError

    def identity(self, delivery: Delivery) -> str:
        """The vendor's own id of the delivery; empty: none, and its bytes stand for
        it."""
        return ""

    def read(self, delivery: Delivery) -> Notice:
        """Raises `Unreadable`."""
        raise NotImplementedError


class SecretAddress(Webhooks):
    """The platform signs nothing: who knows the address may knock. All that can be
    brought about is that we look."""

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        return True

    def read(self, delivery: Delivery) -> Notice:
        return Notice(anything=True)


class Signed(Webhooks):
    """HMAC-SHA256 of the body as it came, in base64, in a header."""

    signature_header: ClassVar[str]

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        given = delivery.header(self.signature_header)
        return any(signed_base64(delivery.body, given, secret) for secret in secrets)


def signed_base64(message: bytes, given: str, secret: str) -> bool:
    try:
        signature = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return _matches(message, signature, secret)


def signed_hex(message: bytes, given: str, secret: str) -> bool:
    try:
        signature = bytes.fromhex(given.strip())
    except ValueError:
        return False
    return _matches(message, signature, secret)


def is_secret(given: object, secrets: Iterable[str]) -> bool:
    """For platforms that send the secret itself along."""
    text = given.encode() if isinstance(given, str) else b""
    return any(
        hmac.compare_digest(text, secret.encode()) for secret in secrets if secret
    )


def _matches(message: bytes, signature: bytes, secret: str) -> bool:
    """An empty secret signs nothing, whatever it would make of it."""
    if not secret:
        return False
    made = hmac.digest(secret.encode(), message, hashlib.sha256)
    return hmac.compare_digest(made, signature)
