import gzip
import tracemalloc

import pytest

from connectors.errors import Unreadable
from connectors.transport.limits import usual_limits
from tests.connectors.scripted_server import answer
from tests.connectors.transport.client_bench import URL, talking

FIFTY_MB = 50_000_000


def test_a_small_answer_that_unpacks_to_50_mb_is_never_held() -> None:
    packed = gzip.compress(b" " * FIFTY_MB)
    assert len(packed) < 100_000
    with talking(answer(200, packed, Content_Encoding="gzip")) as (transport, _):
        tracemalloc.start()
        try:
            with pytest.raises(Unreadable, match="larger"):
                transport.call("read", "GET", URL, attempts=1)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < usual_limits().answer_bytes * 1.5
