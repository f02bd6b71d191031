"""Opens a platform's connector for a connection: the one place where the two meet."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from accounting_links.budget import SharedBudget
from accounting_links.connection_errors import NotConnected, WrongMode
from accounting_links.exchanges import StoredExchanges
from accounting_links.exports.their_side import ConfirmedDocuments
from accounting_links.models import Connection, Environment, PlatformApp
from accounting_links.tokens import StoredTokens
from connectors import registry
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.services import MemoryLog, MemoryTokens, Services, Tokens
from connectors.settings import ConnectionConfig


def connector_class(connection: Connection) -> type[Connector]:
    return registry.connector_class(connection.platform)


def capabilities(connection: Connection) -> Capabilities:
    return connector_class(connection).capabilities


@contextmanager
def open_connector(
    connection: Connection, *, lane: str = "batch"
) -> Iterator[Connector]:
    """A connector that is signed in. Raises `NotConnected` when the connection is not
    in use, `WrongMode` when it belongs to an installation of the other kind. `lane` is
    "interactive" when a person waits for it."""
    refuse_other_mode(connection)
    if not connection.is_connected:
        raise NotConnected(
            f"{connection.name} is not connected. Connect it first."
            if not connection.state_reason
            else f"{connection.name} is not connected: {connection.state_reason}"
        )
    log = StoredExchanges(connection.pk)
    services = Services(
        tokens=StoredTokens(connection.pk),
        budget=budget_of(connection, lane=lane),
        log=log,
        confirmed=ConfirmedDocuments(connection.pk),
    )
    try:
        with connector_class(connection)(config(connection), services) as connector:
            yield connector
    finally:
        log.flush()


@contextmanager
def unattached(
    connection: Connection, *, organisation_id: str = "", tokens: Tokens | None = None
) -> Iterator[Connector]:
    """A connector before there is a grant, or with one that is not stored yet. Of a
    connection that is not saved yet no exchanges are kept."""
    refuse_other_mode(connection)
    stored = Connection.objects.filter(pk=connection.pk).exists()
    log = StoredExchanges(connection.pk) if stored else MemoryLog()
    services = Services(tokens=MemoryTokens(tokens), log=log)
    settings_ = config(connection, organisation_id=organisation_id)
    try:
        with connector_class(connection)(settings_, services) as connector:
            yield connector
    finally:
        if isinstance(log, StoredExchanges):
            log.flush()


def requests_of(connector: Connector) -> int:
    """How many calls it made, token calls included."""
    return int(getattr(connector.services.log, "requests", 0))


def flush(connector: Connector) -> None:
    """Writes what its exchange log still holds."""
    log = connector.services.log
    if isinstance(log, StoredExchanges):
        log.flush()


def config(connection: Connection, *, organisation_id: str = "") -> ConnectionConfig:
    app = PlatformApp.objects.filter(
        platform=connection.platform, environment=connection.environment
    ).first()
    secrets = connection.credentials.get("values") or {}
    values = {**(app.values if app else {}), **connection.values, **secrets}
    return ConnectionConfig(
        platform=connection.platform,
        environment=connection.environment,
        organisation_id=organisation_id or connection.organisation_id,
        values={name: str(value) for name, value in values.items()},
        practice_url=connection.practice_url,
        allow_private_hosts=connection.allow_private_hosts,
        home_currency=settings.FINSYNC_HOME_CURRENCY,
    )


def refuse_other_mode(connection: Connection) -> None:
    practice = connection.environment == Environment.PRACTICE
    if practice == settings.FINSYNC_PRACTICE:
        return
    if practice:
        raise WrongMode(
            f"{connection.name} is a practice connection, and this is a live"
            " installation. Practice with `make demo`."
        )
    raise WrongMode(
        f"{connection.name} is a live connection, and this is a practice installation."
    )


def budget_of(connection: Connection, *, lane: str = "batch") -> SharedBudget:
    """Practice ledgers have no quota unless they were started with it, and then they
    say so by refusing: their Retry-After is honoured all the same."""
    quotas = connector_class(connection).quotas_of(connection.values)
    practice = connection.environment == Environment.PRACTICE
    if practice and connection.values.get("practice_limits") != "true":
        quotas = ()
    scope = f"{connection.platform}:{connection.organisation_id or connection.pk}"
    return SharedBudget(scope, quotas, lane=lane)
