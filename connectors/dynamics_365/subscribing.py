"""Subscriptions, one for each list of documents. They end after three days, and an
endpoint that refuses a single notification is forgotten there at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connectors.dynamics_365.api import CentralApi, Entity
from connectors.dynamics_365.mapping import NAMES
from connectors.errors import NotFound
from connectors.transport.odata import ETAG
from connectors.webhooks import Subscription

_PATH = "subscriptions"
_LISTS = tuple(names.path for names in NAMES.values())


class Subscriptions:
    def __init__(self, api: CentralApi) -> None:
        self.api = api

    def renew(self, subscription: Subscription) -> Subscription:
        """Each is extended by three days, or made where it is no more. The endpoint is
        asked first, so it must be answering."""
        there = {self._list_of(row): row for row in self._of(subscription)}
        kept = {
            path: self._kept(there.get(path), path, subscription) for path in _LISTS
        }
        return replace(
            subscription,
            ids={path: str(row["subscriptionId"]) for path, row in kept.items()},
            ends_at=min(map(_end, kept.values())),
        )

    def end(self, subscription: Subscription) -> None:
        for row in self._of(subscription):
            try:
                self.api.send(
                    "end_webhooks", "DELETE", self._one(row), headers=_match(row)
                )
            except NotFound:
                continue

    def _of(self, subscription: Subscription) -> Iterator[Entity]:
        """Those of this company that tell this address."""
        self.api.transport.redactor.learn(subscription.address, subscription.secret)
        for row in self.api.root_rows("renew_webhooks", _PATH):
            if row.get("notificationUrl") == subscription.address:
                if self.api.company in str(row.get("resource")):
                    yield row

    def _kept(
        self, row: Entity | None, path: str, subscription: Subscription
    ) -> Entity:
        wanted = {
            "notificationUrl": subscription.address,
            "resource": f"/api/v2.0/{self.api.company}/{path}",
            "clientState": subscription.secret,
        }
        if row is not None:
            address, headers = self._one(row), _match(row)
            answer = self.api.send(
                "renew_webhooks", "PATCH", address, json=wanted, headers=headers
            )
            return answer.json_object()
        address = f"{self.api.base}/{_PATH}"
        answer = self.api.send("renew_webhooks", "POST", address, json=wanted)
        return answer.json_object()

    def _one(self, row: Entity) -> str:
        return f"{self.api.base}/{_PATH}('{row['subscriptionId']}')"

    def _list_of(self, row: Entity) -> str:
        return str(row.get("resource") or "").rpartition("/")[2]


def _end(row: Entity) -> datetime:
    return datetime.fromisoformat(str(row["expirationDateTime"]))


def _match(row: Entity) -> dict[str, str]:
    return {"If-Match": str(row.get(ETAG) or "*")}
