"""What Wave tells. Its signing is documented in words alone, so that every usual way of
writing the same signature down is taken; all of them need the signing secret."""

from collections.abc import Sequence

from connectors.settings import Setting
from connectors.webhooks import (
    Delivery,
    Notice,
    Webhooks,
    signed_base64,
    signed_hex,
)


class WaveWebhooks(Webhooks):
    secret = Setting(
        name="webhook_secret",
        label="Signing secret",
        find_it="Wave developer portal, your application, Webhooks.",
        secret=True,
    )
    steps = (
        "In Wave's developer portal open your application, then Webhooks.",
        "Add the address and choose the events of invoices. The business needs Wave "
        "Pro.",
        "Copy the signing secret, and paste it here.",
    )

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        stamp, signatures = _parts(delivery.header("x-wave-signature"))
        messages = [delivery.body]
        if stamp:
            messages.append(stamp.encode() + b"." + delivery.body)
        return any(
            check(message, signature, secret)
            for secret in secrets
            for signature in signatures
            for message in messages
            for check in (signed_hex, signed_base64)
        )

    def read(self, delivery: Delivery) -> Notice:
        """Its events have no published form: what changed is asked for."""
        return Notice(anything=True)


def _parts(header: str) -> tuple[str, list[str]]:
    """Of "t=1700000000,v1=abc", or a signature by itself."""
    parts = [part.strip() for part in header.split(",") if part.strip()][:5]
    stamp = next((part[2:] for part in parts if part.startswith("t=")), "")
    signatures = [part.removeprefix("v1=") for part in parts if part[:2] != "t="]
    return stamp, signatures
