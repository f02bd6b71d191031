from tests.accounting_links.ledgerly_fixtures import (  # noqa: F401  # fixtures
    books,
    connection,
    install,
)
