"""Connecting, connecting again and disconnecting a platform.

A connection belongs to one organisation for good: its links mean nothing in another
company's books. Nothing is stored before the platform has named the organisation.
"""

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounting_links import gateway, remote_records, same_records, tokens
from accounting_links.connection_errors import (
    AlreadyConnected,
    ConnectingError,
    NotConnected,
    OtherOrganisation,
    Refused,
    SeveralOrganisations,
    WrongMode,
)
from accounting_links.models import (
    Connection,
    ConnectionKind,
    ConnectionState,
    Environment,
    RecordType,
    Trigger,
)
from accounting_links.verbs import Verb
from connectors import registry
from connectors.base import AuthorizeRequest, Connector, Grant
from connectors.errors import ConnectorError
from connectors.records import Organisation, party_role
from connectors.services import Tokens
from invoicing.models import Event
from invoicing.services import events

__all__ = [
    "AlreadyConnected",
    "ConnectingError",
    "NotConnected",
    "OtherOrganisation",
    "Refused",
    "SeveralOrganisations",
    "WrongMode",
]

log = logging.getLogger(__name__)


def start(connection: Connection, *, redirect_uri: str, state: str) -> AuthorizeRequest:
    """Where to send the browser for the vendor's consent page."""
    with gateway.unattached(connection) as connector:
        try:
            return connector.authorize(state=state, redirect_uri=redirect_uri)
        except ConnectorError as error:
            raise Refused(str(error)) from error


def finish(
    connection: Connection,
    *,
    callback: Mapping[str, str],
    redirect_uri: str,
    verifier: str,
    actor: User | None,
    organisation_id: str = "",
) -> Organisation:
    """After consent; the caller has compared the state. `organisation_id` chooses where
    the grant opens several."""
    with gateway.unattached(connection) as connector:
        try:
            grant = connector.grant(
                callback=callback, redirect_uri=redirect_uri, verifier=verifier
            )
        except ConnectorError as error:
            raise Refused(str(error)) from error
    return _attach(connection, grant, actor=actor, chosen=organisation_id)


def login(connection: Connection, *, actor: User | None) -> Organisation:
    """For platforms without a consent page: gets in with the stored settings."""
    with gateway.unattached(connection) as connector:
        try:
            grant = connector.login()
        except ConnectorError as error:
            raise Refused(str(error)) from error
    return _attach(connection, grant, actor=actor)


def connect_practice(
    connection: Connection, *, credentials: Mapping[str, object], actor: User | None
) -> Organisation:
    """With the credentials of a practice ledger, or those of a file of the same keys.
    Credentials that name a `url` are of a practice ledger."""
    url = str(credentials.get("url") or "")
    if url:
        parts = urlsplit(url)
        connection.practice_url = f"{parts.scheme}://{parts.netloc}"
        connection.environment = Environment.PRACTICE
    elif connection.environment == Environment.PRACTICE and not _files(connection):
        raise WrongMode(
            "These credentials name no practice ledger (url), and this is a practice"
            " installation."
        )
    with gateway.unattached(connection) as connector:
        try:
            grant = connector.connect_practice(credentials)
        except ConnectorError as error:
            raise Refused(str(error)) from error
    return _attach(connection, grant, actor=actor)


def _files(connection: Connection) -> bool:
    return gateway.capabilities(connection).files


def disconnect(connection: Connection, *, actor: User | None, reason: str = "") -> None:
    """Revokes the grant where that works and forgets the tokens; links stay, so that
    connecting again goes on where it was."""
    _log_out(connection)
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        row.credentials = {"values": row.credentials.get("values") or {}}
        row.token_version += 1
        row.state = ConnectionState.DISCONNECTED
        row.state_reason = reason[:500]
        row.state_since = timezone.now()
        row.save(
            update_fields=(
                *("credentials", "token_version"),
                *("state", "state_reason", "state_since"),
            )
        )
        events.record(
            Verb.CONNECTION_ENDED,
            row,
            f"{row} was disconnected from {row.organisation_name}",
            actor=actor,
            connection_id=row.pk,
            reason=reason,
        )
    connection.refresh_from_db()


def _log_out(connection: Connection) -> None:
    if not connection.is_connected:
        return
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            connector.logout()
    except ConnectorError as error:
        log.warning("%s could not be logged out over there: %s", connection, error)


def _attach(
    connection: Connection, grant: Grant, *, actor: User | None, chosen: str = ""
) -> Organisation:
    chosen = _choose(connection, grant, chosen)
    _lay_on_values(connection, grant.values)
    with gateway.unattached(
        connection, organisation_id=chosen, tokens=grant.tokens
    ) as connector:
        try:
            organisation = connector.organisation()
            cursor = _first_cursor(connection, connector)
        except ConnectorError as error:
            raise Refused(str(error)) from error
        fresh = connector.services.tokens.read()
    _refuse_other(connection, [organisation])
    _save(connection, organisation, fresh, cursor=cursor, actor=actor)
    _settle_in(connection)
    return organisation


def _choose(connection: Connection, grant: Grant, chosen: str) -> str:
    found = grant.organisations
    if not found:
        return chosen or connection.organisation_id
    if connection.organisation_id:
        _refuse_other(connection, found)
        return connection.organisation_id
    if chosen in {organisation.id for organisation in found}:
        return chosen
    if len(found) > 1:
        choices = [(each.id, each.name) for each in found]
        raise SeveralOrganisations("Choose the company to connect.", choices)
    return found[0].id


def _refuse_other(
    connection: Connection, found: list[Organisation] | tuple[Organisation, ...]
) -> None:
    own = connection.organisation_id
    if not own or own in {organisation.id for organisation in found}:
        return
    names = ", ".join(each.name or each.id for each in found)
    raise OtherOrganisation(
        f"{connection.name} belongs to {connection.organisation_name or own}, but you"
        f" signed in to {names}. Choose {connection.organisation_name or own} there, or"
        " make a new connection for the other company."
    )


def _lay_on_values(connection: Connection, values: Mapping[str, str]) -> None:
    """Settings that came along with the grant: secrets to the encrypted side. Those
    that a connector does not declare are no secrets to it."""
    declared = {
        each.name: each for each in gateway.connector_class(connection).settings
    }
    secrets = dict(connection.credentials.get("values") or {})
    for name, value in values.items():
        if name in declared and declared[name].secret:
            secrets[name] = value
        else:
            connection.values = {**connection.values, name: value}
    connection.credentials = {**connection.credentials, "values": secrets}


def _first_cursor(connection: Connection, connector: Connector) -> str:
    """Polling begins with the connection, so that nothing in between is missed."""
    if connection.poll_cursor or not connector.capabilities.change_feed:
        return connection.poll_cursor
    return connector.changed_since("").cursor


@transaction.atomic
def _save(
    connection: Connection,
    organisation: Organisation,
    fresh: Tokens,
    *,
    cursor: str,
    actor: User | None,
) -> None:
    _refuse_taken(connection, organisation)
    is_new = connection.state == ConnectionState.NEW
    if is_new:
        _set_defaults(connection)
    connection.organisation_id = organisation.id
    _lay_on_organisation(connection, organisation)
    connection.poll_cursor = cursor
    connection.credentials = tokens.with_tokens(connection.credentials, fresh)
    # What was kept from before belongs to another grant.
    connection.credentials["previous_refresh"] = ""
    connection.token_version += 1
    connection.state = ConnectionState.CONNECTED
    connection.state_reason = ""
    connection.state_since = timezone.now()
    connection.last_used_at = timezone.now()
    connection.refresh_lease_owner = ""
    connection.refresh_lease_until = None
    connection.save()
    left = serve_kinds(connection)
    events.record(
        Verb.CONNECTION_MADE,
        connection,
        f"{connection} was connected to {organisation.name}",
        actor=actor,
        connection_id=connection.pk,
        after={"organisation": organisation.id, "left_to_others": left},
    )


def _refuse_taken(connection: Connection, organisation: Organisation) -> None:
    other = (
        Connection.objects.filter(
            platform=connection.platform,
            environment=connection.environment,
            practice_url=connection.practice_url,
            organisation_id=organisation.id,
        )
        .exclude(pk=connection.pk)
        .first()
    )
    if other is not None:
        raise AlreadyConnected(
            f"{organisation.name} is connected already, as {other.name}. Connect that"
            " one again instead."
        )


def _set_defaults(connection: Connection) -> None:
    """What a first connect decides: nothing of the past is offered by itself in a live
    installation, and no event of the past triggers anything."""
    latest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    connection.triggered_event_id = latest or 0
    if connection.go_live is None and connection.environment != Environment.PRACTICE:
        connection.go_live = timezone.localdate()


def _lay_on_organisation(connection: Connection, organisation: Organisation) -> None:
    connection.organisation_name = organisation.name[:200]
    connection.organisation = remote_records.plain(organisation)


def serve_kinds(connection: Connection) -> list[str]:
    """Serves each kind that the platform takes and nobody else serves. Answers those
    that were left to other connections."""
    served = dict(
        ConnectionKind.objects.filter(active=True).values_list("kind", "connection_id")
    )
    left = []
    for kind in sorted(gateway.capabilities(connection).kinds):
        if served.get(kind.value, connection.pk) != connection.pk:
            left.append(kind.value)
            continue
        ConnectionKind.objects.get_or_create(connection=connection, kind=kind.value)
    return left


def _settle_in(connection: Connection) -> None:
    """The connection stands without it: what fails here can be done again by hand."""
    try:
        refresh_records(connection)
    except ConnectorError as error:
        log.warning("Records of %s could not be fetched: %s", connection, error)
    map_same(connection)


def refresh_records(connection: Connection, *, parties: bool = False) -> dict[str, int]:
    """Fetches what is needed for mapping, and parties when asked. Counts by type. Of
    a platform that works by files only what its settings tell: the rest is uploaded."""
    with gateway.open_connector(connection, lane="interactive") as connector:
        return fetch_records(connection, connector, parties=parties)


def fetch_records(
    connection: Connection, connector: Connector, *, parties: bool = False
) -> dict[str, int]:
    able = connector.capabilities
    lists: dict[RecordType, Any] = {}
    if able.files:
        found = connector.bank_accounts()
        return {"bank": remote_records.store(connection, RecordType.BANK, found)}
    if able.nominal_codes:
        lists[RecordType.ACCOUNT] = connector.ledger_accounts
    if able.payments:
        lists[RecordType.BANK] = connector.bank_accounts
    if able.tax_model not in _NO_TAX_CODES:
        lists[RecordType.TAX_CODE] = connector.tax_codes
    if able.items_carry_accounts:
        lists[RecordType.ITEM] = connector.items
    if parties:
        for role in sorted({party_role(kind) for kind in able.kinds}):
            lists[RecordType(role.value)] = partial(connector.list_parties, role)
    return {
        type.value: remote_records.store(connection, type, fetch(), complete=True)
        for type, fetch in lists.items()
    }


_NO_TAX_CODES = ("name_and_percent", "caller_computes", "none")


def refresh_organisation(connection: Connection, connector: Connector) -> bool:
    """Reads the organisation's preferences anew. Answers whether they changed."""
    organisation = connector.organisation()
    before = connection.organisation
    _lay_on_organisation(connection, organisation)
    connection.save(update_fields=("organisation_name", "organisation"))
    return bool(before != connection.organisation)


def map_same(connection: Connection) -> dict[str, int]:
    """Maps nominals by code, taxes by rate and the bank where they are the same."""
    return same_records.map_same(connection)


def default_trigger(platform: str) -> Trigger:
    """What the platform declares, for a connection that is made now."""
    return Trigger(registry.connector_class(platform).capabilities.default_trigger)
