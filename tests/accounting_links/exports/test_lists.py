"""Lists of what is there, which people export from the program and upload."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.exports import lists
from accounting_links.models import (
    Connection,
    ExportItemState,
    RecordType,
    RemoteRecord,
)
from connectors.errors import Unreadable
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.exports.office import (
    batches,
    imported,
    list_of,
    with_lists,
)
from tests.accounting_links.exports.office import (
    books as connected,
)

pytestmark = pytest.mark.django_db
EDGE = "accountedge"
CONFIRMED = ExportItemState.CONFIRMED


@pytest.fixture
def importer() -> Iterator[PracticeServer]:
    with serve(EDGE, empty=True) as running:
        yield running


@pytest.fixture
def books(db: None, importer: PracticeServer) -> Connection:
    return with_lists(importer.url)


def test_lists_make_records_and_map_what_is_the_same(books: Connection) -> None:
    kinds = set(RemoteRecord.objects.values_list("type", flat=True))
    assert kinds == {RecordType.ACCOUNT, RecordType.TAX_CODE, RecordType.BANK}
    assert books.nominal_links.exists() and books.tax_links.exists()
    assert Event.objects.filter(verb="connection.list_taken").count() == 2


def test_customers_of_exactly_that_name_are_linked_and_confirmed(
    books: Connection, importer: PracticeServer
) -> None:
    document = factories.sent()
    cards, _ = batches(books, document)
    imported(importer.url, cards)
    content = list_of(importer.url, "customers")
    taken = lists.take(books, "customers", content, actor=None)
    assert (taken.linked, taken.confirmed) == (1, 1)
    assert cards.contacts.get().state == CONFIRMED
    (sales,) = batches(books, factories.sent(contact=document.contact))
    assert sales.contacts.count() == 0


def test_connecting_again_keeps_what_was_uploaded(books: Connection) -> None:
    before = RemoteRecord.objects.filter(active=True).count()
    call_command("connect", EDGE, "--name", books.name, "--json")
    assert RemoteRecord.objects.filter(active=True).count() == before


def test_a_learned_layout_is_what_files_are_written_in(
    books: Connection, importer: PracticeServer
) -> None:
    content = list_of(importer.url, "layout_service_sales")
    assert lists.take(books, "layout_service_sales", content, actor=None).settings
    books.refresh_from_db()
    _, sales = batches(books, factories.sent())
    header = content.partition(b"\r\n")[0]
    assert bytes(sales.content).partition(b"\r\n")[0] == header


def test_what_is_no_list_changes_nothing(books: Connection) -> None:
    before = RemoteRecord.objects.count()
    with pytest.raises(Unreadable):
        lists.take(books, "customers", b"no,list\r\n", actor=None)
    with pytest.raises(Refused, match="takes no list 'x'"):
        lists.take(books, "x", b"", actor=None)
    with pytest.raises(Refused, match="no larger"):
        lists.take(books, "customers", b" " * (lists.LARGEST + 1), actor=None)
    assert RemoteRecord.objects.count() == before


def test_lists_need_their_permissions(books: Connection) -> None:
    stranger = base.stranger()
    for name in ("customers", "layout_customers"):
        with pytest.raises(NotAllowed):
            lists.take(books, name, b"a,b\r\n", actor=stranger)
    linker = base.grant(stranger, "accounting_links.link_contact")
    with pytest.raises(NotAllowed):
        lists.take(books, "layout_customers", b"a,b\r\n", actor=linker)


def test_the_command_tells_which_lists_there_are(
    books: Connection,
    importer: PracticeServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("lists") / "cards.txt"
    path.write_bytes(list_of(importer.url, "customers"))
    words = ("upload_list", "--connection", books.name)
    call_command(*words, "customers", str(path), "--json")
    with pytest.raises(CommandError, match="customers, suppliers, accounts"):
        call_command(*words, "nothing", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(*words, "customers", str(path.with_name("gone")))


# Their page


def test_lists_are_uploaded_on_their_page(
    books: Connection, importer: PracticeServer
) -> None:
    client = base.client_of(base.accountant())
    page = reverse("admin:connection_lists", args=(books.pk,))
    connection_page = reverse(
        "admin:accounting_links_connection_change", args=(books.pk,)
    )
    assert page in client.get(connection_page).content.decode()
    assert "Columns of service sales" in client.get(page).content.decode()
    content = list_of(importer.url, "customers")
    upload = SimpleUploadedFile("cards.txt", content)
    answer = client.post(page, {"list": "customers", "file": upload}, follow=True)
    assert "1 entry was read" in answer.content.decode()
    wrong = SimpleUploadedFile("cards.txt", b"x")
    answer = client.post(page, {"list": "customers", "file": wrong}, follow=True)
    assert "cannot be read" in answer.content.decode()
    answer = client.post(page, {"list": "customers"}, follow=True)
    assert "Choose the file" in answer.content.decode()
    layout = SimpleUploadedFile("sales.txt", content)
    assert client.post(page, {"list": "layout_customers", "file": layout}).status_code


def test_a_platform_without_lists_has_no_such_page(db: None) -> None:
    other = connected("Other")
    client = base.client_of(base.accountant())
    page = reverse("admin:connection_lists", args=(other.pk,))
    assert client.get(page).status_code == 404
