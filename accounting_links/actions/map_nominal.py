"""Which account stands for a nominal code; and the one nominal code for lines that have
none."""

from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, require, step
from accounting_links.actions.mapping import note, seen
from accounting_links.models import Connection, NominalLink, RecordType
from accounting_links.permissions import CHANGE_CONNECTION, MAP_NOMINALS
from accounting_links.same_records import lock_mappings
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from invoicing.models import NominalCode
from invoicing.services import events


def map_nominal(
    connection: Connection,
    nominal: NominalCode,
    *,
    account_id: str,
    actor: User | None = None,
) -> NominalLink:
    """The item that carried the account mapped before is forgotten with it."""
    require(actor, MAP_NOMINALS)
    record = seen(connection, (RecordType.ACCOUNT, RecordType.BANK), account_id)
    with step(connection, actor=actor) as current:
        lock_mappings(connection)
        links = NominalLink.objects.select_for_update(of=("self",))
        held = links.filter(connection=connection, nominal=nominal).first()
        before = held.account_id if held else ""
        link = held or NominalLink(connection=connection, nominal=nominal)
        if before != account_id:
            link.item_id = link.item_name = ""
        link.account_id, link.account_name = account_id, record.name
        link.save()
        note(current, Verb.NOMINAL_MAPPED, str(nominal), before=before, record=record)
        current.nominal_ids.add(nominal.pk)
        if connection.default_nominal_id == nominal.pk:
            # Lines that have no code of their own stand under it too.
            current.codes.add(StatusCode.NO_NOMINAL)
    return link


def use_default_nominal(
    connection: Connection,
    nominal: NominalCode,
    *,
    for_all: bool = False,
    actor: User | None = None,
) -> None:
    """`for_all`: for every line, whatever code it has."""
    require(actor, CHANGE_CONNECTION)
    if not nominal.active:
        raise Refused(f"{nominal} is not active. Choose another.", field="nominal")
    with step(connection, actor=actor) as current:
        before = connection.default_nominal
        was_for_all = connection.one_nominal_for_all
        connection.default_nominal = nominal
        connection.one_nominal_for_all = for_all
        connection.save(update_fields=("default_nominal", "one_nominal_for_all"))
        lines = "all lines" if for_all else "lines without a nominal code"
        current.codes.add(StatusCode.NO_NOMINAL)
        current.events.append(
            events.build(
                Verb.DEFAULT_NOMINAL_SET,
                connection,
                f"{nominal} is used for {lines} sent to {connection}",
                actor=actor,
                connection_id=connection.pk,
                before={"nominal": before.code if before else "", "all": was_for_all},
                after={"nominal": nominal.code, "all": for_all},
            )
        )
