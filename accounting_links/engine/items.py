"""Items over there that carry our nominal codes, where sales lines take items in place
of accounts. Each is made once, when a document first needs it."""

import logging
from collections.abc import Sequence

from accounting_links import building, remote_records
from accounting_links.models import Connection, NominalLink, RecordType
from connectors.base import Connector
from connectors.errors import Rejected
from connectors.records import Item, PartyRole
from invoicing.models import Document

NAME_LENGTH = 100

log = logging.getLogger(__name__)


def ensure(
    connection: Connection, connector: Connector, documents: Sequence[Document]
) -> int:
    """How many were made or found. What the platform refuses stays unmapped: the check
    of nominal codes or the platform itself then says so, document by document."""
    if not connector.capabilities.items_carry_accounts:
        return 0
    used = _nominals(connection, documents)
    links = NominalLink.objects.filter(
        connection=connection, nominal__in=used, item_id=""
    ).select_related("nominal")
    return sum(_ensure(connection, connector, link) for link in links)


def _nominals(connection: Connection, documents: Sequence[Document]) -> set[int]:
    found = set()
    for document in documents:
        if building.ROLES[PartyRole.SUPPLIER] == building.role_of(document):
            continue
        for line in document.lines.all():
            nominal = building.nominal_of(line, connection)
            if nominal is not None:
                found.add(nominal.pk)
    return found


def _ensure(connection: Connection, connector: Connector, link: NominalLink) -> bool:
    nominal = link.nominal
    wanted = Item(
        name=f"{nominal.code} {nominal.name}"[:NAME_LENGTH].strip(),
        code=nominal.code,
        key=f"finsync-item-{connection.pk}-{nominal.pk}",
        income_account_id=link.account_id,
        expense_account_id=connection.purchase_account_id,
    )
    try:
        item = connector.ensure_item(wanted)
    except Rejected as error:
        log.warning("No item for nominal code %s: %s", nominal.code, error)
        return False
    link.item_id, link.item_name = item.id, item.name[:300]
    link.save(update_fields=("item_id", "item_name"))
    remote_records.store(connection, RecordType.ITEM, [item])
    return True
