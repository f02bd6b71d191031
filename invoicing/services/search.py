"""The one column that searches look into, upper-cased, since databases differ in
which letters they take for the same."""

from invoicing.models import Contact, Document

LONGEST = 400
BATCH = 500


def text_of(document: Document) -> str:
    parts = [document.number, document.contact.name, document.contact.code]
    if document.care_of:
        parts += [document.care_of.name, document.care_of.code]
    return " ".join(filter(None, parts)).upper()[:LONGEST]


def refresh_contact(contact: Contact) -> None:
    """After a contact has another name or code."""
    mine = contact.documents.all() | contact.care_of_documents.all()
    stale = []
    for document in mine.with_parties().iterator(chunk_size=BATCH):
        text = text_of(document)
        if text != document.search_text:
            document.search_text = text
            stale.append(document)
    Document.objects.bulk_update(stale, ("search_text",), batch_size=BATCH)
