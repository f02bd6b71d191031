from collections.abc import Iterator

import pytest

from tests.clients.practice import Practice, running


@pytest.fixture(scope="module")
def practice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Practice]:
    """The practice ledger of the platform that the module names as SLUG."""
    slug = request.module.SLUG
    with running(slug, tmp_path_factory.mktemp(slug)) as found:
        yield found
