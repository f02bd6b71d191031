from django.contrib.auth.models import User

from accounting_links.actions.base import require, step
from accounting_links.actions.mapping import note, seen
from accounting_links.models import Connection, MethodLink, RecordType
from accounting_links.permissions import MAP_METHODS
from accounting_links.same_records import lock_mappings
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from invoicing.models import PaymentMethod


def map_method(
    connection: Connection,
    method: PaymentMethod | None,
    *,
    account_id: str,
    actor: User | None = None,
) -> MethodLink:
    """None: for all methods that have no account of their own."""
    require(actor, MAP_METHODS)
    record = seen(connection, (RecordType.BANK,), account_id)
    with step(connection, actor=actor) as current:
        lock_mappings(connection)
        links = MethodLink.objects.select_for_update(of=("self",))
        held = links.filter(connection=connection, method=method).first()
        before = held.account_id if held else ""
        link = held or MethodLink(connection=connection, method=method)
        link.account_id, link.account_name = account_id, record.name
        link.save()
        title = str(method) if method else "The account of all other payments"
        note(current, Verb.METHOD_MAPPED, title, before=before, record=record)
        current.codes.add(StatusCode.NO_METHOD)
    return link
