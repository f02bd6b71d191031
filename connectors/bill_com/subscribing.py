"""The subscription to events: one for all of them, with a key that signs deliveries."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from connectors.bill_com.connection import OrganisationAccess
from connectors.bill_com.errors import LABEL, answer_error
from connectors.bill_com.webhooks import EVENTS
from connectors.errors import NotFound, Unsupported
from connectors.transport.answer import Answer
from connectors.webhooks import Subscription

_ID = "subscription"
Node = Mapping[str, Any]


class EventSubscription:
    def __init__(self, access: OrganisationAccess) -> None:
        self.access = access

    def renew(self, subscription: Subscription) -> Subscription:
        """Its key is told once: where we have lost it, another one is made."""
        self.access.transport.redactor.learn(subscription.address)
        id = self._there(subscription.address)
        if id and id == subscription.ids.get(_ID) and subscription.secret:
            return subscription
        made = self._another_key(id) if id else self._made(subscription.address)
        id = id or str(made["id"])
        secret = str(made["securityKey"])
        self.access.transport.redactor.learn(secret)
        return replace(subscription, secret=secret, ids={_ID: id})

    def end(self, subscription: Subscription) -> None:
        if id := subscription.ids.get(_ID):
            try:
                self._call("end_webhooks", "DELETE", f"subscriptions/{id}")
            except NotFound:
                return

    def _there(self, address: str) -> str:
        """The id of the subscription to that address; empty for none."""
        answer = self._call("renew_webhooks", "GET", "subscriptions")
        body = answer.json()
        rows = body.get("results") if isinstance(body, dict) else body
        for row in rows or ():
            if row.get("notificationUrl") == address:
                return str(row["id"])
        return ""

    def _made(self, address: str) -> Node:
        wanted = {
            "name": "FinSync",
            "status": {"enabled": True},
            "events": self._events(),
            "notificationUrl": address,
        }
        return self._keyed("subscriptions", wanted)

    def _another_key(self, id: str) -> Node:
        return self._keyed(f"subscriptions/{id}/security_key")

    def _events(self) -> list[dict[str, str]]:
        """Those of ours that the catalogue has, each in its newest version."""
        rows = self._call("renew_webhooks", "GET", "events/catalog").json()
        known = {str(row["type"]): row.get("versions") or ["1"] for row in rows}
        events = [
            {"type": type, "version": str(known[type][-1])}
            for type in EVENTS
            if type in known
        ]
        if not events:
            raise Unsupported(f"{LABEL} offers none of the events that FinSync reads.")
        return events

    def _keyed(self, path: str, wanted: Node | None = None) -> Node:
        answer = self._call("renew_webhooks", "POST", path, wanted)
        body = answer.json_object()
        if not body.get("securityKey"):
            raise answer.unreadable("tells no security key")
        return body

    def _call(
        self, operation: str, method: str, path: str, json: Node | None = None
    ) -> Answer:
        key = {"X-Idempotent-Key": str(uuid4())} if method == "POST" else None
        answer = self.access.transport.call(
            operation,
            method,
            f"{self.access.events}/{path}",
            json=json,
            headers=key,
            confidential=method == "POST",
        )
        if not answer.ok:
            raise answer_error(answer, self.access.services.clock.now())
        return answer
