import pytest

from connectors.errors import InDoubt, Unreadable
from connectors.transport.json_codec import encode
from connectors.transport.odata_json_batch import (
    Part,
    batch_answers,
    batch_payload,
    effect_of,
)
from connectors.transport.retries import Effect
from tests.connectors.examples import D, answer

READ = Part(method="GET", path="items?$top=1")
WRITE = Part(method="POST", path="items", payload={"price": D("1.10")})


def body(*rows: object) -> bytes:
    return encode({"responses": list(rows)})


def test_parts_are_numbered_and_keep_their_amounts() -> None:
    assert encode(batch_payload([READ, WRITE])) == (
        b'{"requests":[{"id":"0","method":"GET","url":"items?$top=1","headers":{}},'
        b'{"id":"1","method":"POST","url":"items","headers":'
        b'{"Content-Type":"application/json"},"body":{"price":1.10}}]}'
    )


def test_reads_alone_may_be_repeated() -> None:
    assert effect_of([READ]) is Effect.READ
    assert effect_of([READ, WRITE]) is Effect.WRITE


def test_answers_are_put_in_the_order_of_the_questions() -> None:
    rows = body(
        {"id": "1", "status": 201, "body": {"id": "b"}},
        {"id": "0", "status": 200, "headers": {"etag": "x"}, "body": {"id": "a"}},
    )
    first, second = batch_answers(answer(200, rows), [READ, WRITE])
    assert first and first.json() == {"id": "a"} and first.headers == {"Etag": "x"}
    assert second and (second.status, second.where.http_status) == (201, 201)


def test_answers_without_ids_stand_in_order() -> None:
    rows = body({"id": None, "status": 204}, {"status": 400, "body": {"error": {}}})
    first, second = batch_answers(answer(200, rows), [WRITE, WRITE])
    assert first and first.ok and not first.content
    assert second and not second.ok


def test_what_was_left_out_is_known() -> None:
    rows = body({"id": "0", "status": 204})
    assert batch_answers(answer(200, rows), [WRITE, WRITE])[1] is None


@pytest.mark.parametrize(
    "content", [b"{}", b'{"responses": [1]}', b'{"responses": [{"id": "0"}]}']
)
def test_what_is_no_batch_is_in_doubt_after_a_write(content: bytes) -> None:
    with pytest.raises(InDoubt):
        batch_answers(answer(200, content), [WRITE])
    with pytest.raises(Unreadable):
        batch_answers(answer(200, content, effect=Effect.READ), [READ])
