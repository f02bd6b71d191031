from tests.accounting_links.engine.conftest import (  # noqa: F401  # fixtures
    books,
    connection,
    install,
    no_quiet_time,
)
