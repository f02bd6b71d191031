from collections.abc import Iterator

import pytest

from tests.connectors.contract_parts.bench import Bench, bench


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("dynamics_365") as made:
        yield made
