"""A document in a closed period is dated to the first open day."""

from django.contrib.auth.models import User

from accounting_links import redating
from accounting_links.actions.base import Refused, label, require, step
from accounting_links.models import Connection
from accounting_links.permissions import CHANGE_DOCUMENT
from invoicing.models import Document


def redate_document(
    connection: Connection,
    document: Document,
    *,
    actor: User | None = None,
    reason: str = "",
) -> str:
    """Refused for what is in the books already: there it would be an edit."""
    require(actor, CHANGE_DOCUMENT)
    day = redating.first_open(connection)
    if day is None or document.date >= day:
        raise Refused(f"{document} lies in no closed period.")
    if redating.in_books(connection, [document.pk]):
        raise Refused(
            f"{document} is in {label(connection)} already, and is not re-dated."
        )
    with step(connection, actor=actor) as current:
        redating.redate(connection, document, day, actor=actor, reason=reason)
        current.document_ids.add(document.pk)
    return f"{document} is dated {day:%d %b %Y} now, and is checked again."
