"""The one history, as it stands on a record's page."""

from accounting_links.models import Connection
from invoicing.models import Contact, Document, Event

SHOWN = 30


def of_connection(connection: Connection) -> list[Event]:
    events = Event.objects.filter(connection_id=connection.pk)
    return list(events.select_related("actor")[:SHOWN])


def of_document(document: Document) -> list[Event]:
    return list(document.events.select_related("actor")[:SHOWN])


def of_contact(contact: Contact) -> list[Event]:
    return list(contact.events.filter(document=None).select_related("actor")[:SHOWN])
