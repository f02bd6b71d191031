"""How webhooks are arranged there, over a real socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connectors.freshbooks.connector import FreshBooks
from connectors.freshbooks.webhooks import NOUNS
from connectors.services import MemoryLog, MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig
from connectors.webhooks import Challenge, Subscription
from tests.connectors.scripted_server import ScriptedServer, Turn, answer

ADDRESS = "https://finsync.test/hooks/abc/"


def said(**result: Any) -> Turn:
    return answer(200, json.dumps({"response": {"result": result}}).encode())


def callback(id: int, *, verified: bool = False, uri: str = ADDRESS) -> dict[str, Any]:
    return {"callbackid": id, "uri": uri, "verified": verified}


@contextmanager
def talking(*turns: Turn) -> Iterator[tuple[FreshBooks, ScriptedServer]]:
    with ScriptedServer(*turns) as server:
        config = ConnectionConfig(
            platform="freshbooks",
            organisation_id="6BApk",
            practice_url=server.url,
        )
        services = Services(tokens=MemoryTokens(Tokens(access="a")))
        connector = FreshBooks(config, services)
        with connector:
            yield connector, server


def test_it_subscribes_to_each_noun() -> None:
    made = [said(callback=callback(2000 + at)) for at in range(len(NOUNS))]
    with talking(said(callbacks=[]), *made) as (connector, server):
        held = connector.renew_webhooks(Subscription(address=ADDRESS))
    log = connector.services.log
    assert isinstance(log, MemoryLog)
    assert "/hooks/" not in "".join(each.request for each in log.exchanges)
    assert held.ids == {noun: str(2000 + at) for at, noun in enumerate(NOUNS)}
    sent = [json.loads(each.body)["callback"] for each in server.requests[1:]]
    assert sent == [{"event": noun, "uri": ADDRESS} for noun in NOUNS]


def test_what_is_there_is_not_made_twice() -> None:
    ids = {noun: str(2000 + at) for at, noun in enumerate(NOUNS)}
    there = [callback(int(id), verified=id != "2000") for id in ids.values()]
    asked = Subscription(address=ADDRESS, ids=ids)
    with talking(said(callbacks=there), said(callback=there[0])) as (connector, server):
        assert connector.renew_webhooks(asked).ids == ids
    [_, again] = server.requests
    assert again.method == "PUT"
    assert json.loads(again.body) == {"callback": {"resend": True}}


def test_it_gives_the_code_back() -> None:
    done = callback(2001, verified=True)
    with talking(said(callback=done)) as (connector, server):
        connector.answer_challenge(Challenge(id="2001", code="xactTs"))
    [asked] = server.requests
    assert asked.target.endswith("/events/account/6BApk/events/callbacks/2001")
    assert json.loads(asked.body) == {
        "callback": {"callbackid": 2001, "verifier": "xactTs"}
    }


def test_ending_removes_what_is_there() -> None:
    asked = Subscription(address=ADDRESS, ids={"invoice": "2001", "bill": "2002"})
    with talking(said()) as (connector, server):
        connector.end_webhooks(asked)
    assert [each.method for each in server.requests] == ["DELETE", "DELETE"]
