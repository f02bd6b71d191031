"""On every platform with an API: what FinSync itself did is never taken for an edit,
and what a person did there is."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from accounting_links.faults.cases import Act
from accounting_links.faults.office import Office
from accounting_links.models import Connection, RemoteEdit
from accounting_links.outbox import mark
from connectors import registry
from connectors.practice import edits
from connectors.practice.runner import serve
from invoicing.models import Document, DocumentKind

pytestmark = pytest.mark.django_db
SLUGS = [
    slug
    for slug in registry.slugs()
    if not registry.connector_class(slug).capabilities.files
]
OpenOffice = Callable[[str], Office]


@pytest.fixture
def open_office() -> Iterator[OpenOffice]:
    with ExitStack() as stack:

        def made(platform: str) -> Office:
            server = stack.enter_context(serve(platform, empty=True))
            return Office(server, random.Random(1))

        yield made


def sent(office: Office) -> list[Document]:
    kinds = sorted(kind.value for kind in office.able.kinds if kind != "sales_order")
    made = [office.document(kind) for kind in kinds]
    mark([each.pk for each in made], connection=office.connection)
    office.work(Act.CREATE)
    arrived = [each for each in made if each.ledger_links.exists()]
    assert DocumentKind.SALES_INVOICE in [each.kind for each in arrived]
    return arrived


def polled(office: Office) -> None:
    """By the feed, and by comparing all."""
    office.work(Act.POLL)
    Connection.objects.update(poll_cursor="2020-01-01T00:00:00+00:00")
    office.work(Act.POLL)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_finsync_did_itself_is_no_edit(open_office: OpenOffice, slug: str) -> None:
    office = open_office(slug)
    made = sent(office)
    polled(office)
    for document in made:
        if row := office.row_of(document.ledger_links.get()):
            edits.change(office.ledger, row["id"], {"status": "paid"})
    polled(office)
    assert not [each.fields for each in RemoteEdit.objects.all()]
    if office.able.update:
        [changed] = office.scene(Act.UPDATE).documents
        office.work(Act.UPDATE)
        polled(office)
        assert changed.ledger_links.get().revision == changed.revision
        assert not [each.fields for each in RemoteEdit.objects.all()]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_person_did_there_is_one(open_office: OpenOffice, slug: str) -> None:
    office = open_office(slug)
    [invoice] = [d for d in sent(office) if d.kind == DocumentKind.SALES_INVOICE]
    polled(office)
    [row] = [e for e in edits.entries(office.ledger) if e["kind"] == invoice.kind]
    edits.change(office.ledger, row["id"], {"gross": "7.77"})
    polled(office)
    [edit] = RemoteEdit.objects.all()
    told = {each["name"]: each for each in edit.fields}
    assert told["gross"]["theirs"] == "7.77"
    assert told["gross"]["agreed"] == told["gross"]["ours"] == f"{invoice.gross:.2f}"
