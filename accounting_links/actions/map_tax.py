from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, label, require, step
from accounting_links.actions.mapping import note, seen
from accounting_links.models import Connection, RecordType, Role, TaxLink
from accounting_links.permissions import MAP_TAXES
from accounting_links.same_records import lock_mappings
from accounting_links.verbs import Verb
from invoicing.models import TaxRate

SIDES = {Role.CUSTOMER: "sales", Role.SUPPLIER: "purchases"}


def map_tax(
    connection: Connection,
    tax_rate: TaxRate,
    role: Role | str,
    *,
    external_id: str,
    actor: User | None = None,
) -> TaxLink:
    require(actor, MAP_TAXES)
    role = Role(role)
    record = seen(connection, (RecordType.TAX_CODE,), external_id)
    if not record.data.get(SIDES[role], True):
        raise Refused(
            f"{record} is not for {SIDES[role]} in {label(connection)}.",
            field="external_id",
        )
    with step(connection, actor=actor) as current:
        lock_mappings(connection)
        links = TaxLink.objects.select_for_update(of=("self",))
        held = links.filter(connection=connection, tax_rate=tax_rate, role=role).first()
        before = held.external_id if held else ""
        link = held or TaxLink(connection=connection, tax_rate=tax_rate, role=role)
        link.external_id, link.external_name = external_id, record.name
        link.save()
        title = f"{tax_rate}, {SIDES[role]},"
        note(current, Verb.TAX_MAPPED, title, before=before, record=record)
        current.taxes.add((tax_rate.pk, role))
    return link
