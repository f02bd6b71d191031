"""Sends a file to a colleague: to staff alone, whom an administrator has entered."""

from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import QuerySet

from accounting_links.actions.base import require
from accounting_links.exports import permissions as may
from accounting_links.models import ExportBatch
from accounting_links.verbs import Verb
from connectors import registry
from invoicing.errors import Refused
from invoicing.services import events


def colleagues() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True).exclude(email="")


def mail(batch: ExportBatch, *, to: User, note: str = "", actor: User | None) -> None:
    """Raises `NotAllowed`, and `Refused` when the mail could not be handed over. What
    was tried is on the record before it leaves."""
    require(actor, may.MAIL)
    if not colleagues().filter(pk=to.pk).exists():
        raise Refused(f"{to} has no e-mail address here, or is no staff member.")
    events.record(
        Verb.EXPORT_MAILED,
        batch,
        f"{batch} is mailed to {to.email}",
        actor=actor,
        connection_id=batch.connection_id,
        after={"to": to.email, "checksum": batch.checksum},
    )
    try:
        _message(batch, to, note.strip()).send()
    except OSError as error:
        # SMTP errors are among them; the connection's own words may hold addresses.
        raise Refused("The mail could not be sent. Ask an administrator.") from error


def _message(batch: ExportBatch, to: User, note: str) -> EmailMessage:
    platform = registry.label(batch.connection.platform)
    entries = batch.items.count() + batch.contacts.count()
    words = (
        f"Attached: {batch.file_name}, {entries} entries for {platform}"
        f" ({batch.connection}).\nImport it there, and upload the report or list in"
        " FinSync, or confirm it there by hand."
    )
    message = EmailMessage(
        subject=f"{batch.file_name} for {platform}",
        body="\n\n".join(filter(None, (note, words))),
        to=[to.email],
    )
    message.attach(batch.file_name, bytes(batch.content), batch.media_type)
    return message
