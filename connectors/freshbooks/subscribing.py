"""Callbacks: one for each noun, each of which wants its code back once."""

from dataclasses import replace
from typing import Any

from connectors.errors import NotFound
from connectors.freshbooks.api import HOST, AccountApi, Node
from connectors.freshbooks.webhooks import NOUNS
from connectors.webhooks import Challenge, Subscription


class Callbacks:
    def __init__(self, api: AccountApi, account_id: str) -> None:
        self.api = api
        self.base = f"{HOST}/events/account/{account_id}/events/callbacks"

    def renew(self, subscription: Subscription) -> Subscription:
        """Those that nobody has answered yet are asked to send their code again."""
        self.api.transport.redactor.learn(subscription.address)
        there = {str(row["callbackid"]): row for row in self._listed()}
        ids = {}
        for noun in NOUNS:
            row = there.get(subscription.ids.get(noun, ""))
            if row is None or row.get("uri") != subscription.address:
                row = self._made(noun, subscription.address)
            elif not row.get("verified"):
                self._put(str(row["callbackid"]), {"resend": True})
            ids[noun] = str(row["callbackid"])
        return replace(subscription, ids=ids)

    def answer(self, challenge: Challenge) -> None:
        self.api.transport.redactor.learn(challenge.code)
        given = {"callbackid": int(challenge.id), "verifier": challenge.code}
        self._put(challenge.id, given)

    def end(self, subscription: Subscription) -> None:
        for id in subscription.ids.values():
            try:
                self.api.remove("end_webhooks", f"{self.base}/{id}")
            except NotFound:
                continue

    def _listed(self) -> list[Node]:
        return self.api.callbacks("renew_webhooks", "GET", self.base)

    def _made(self, noun: str, address: str) -> Node:
        wanted: dict[str, Any] = {"event": noun, "uri": address}
        [made] = self.api.callbacks("renew_webhooks", "POST", self.base, wanted)
        return made

    def _put(self, id: str, given: dict[str, Any]) -> None:
        self.api.callbacks("answer_challenge", "PUT", f"{self.base}/{id}", given)
