from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounting_links import outbox
from accounting_links.models import (
    Connection,
    EditPolicy,
    ItemState,
    Operation,
    RemoteEdit,
    SyncItem,
)
from invoicing.models import Document
from tests import base
from tests.accounting_links.edits.desk import edited
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
D = Decimal
LIST = "admin:accounting_links_remoteedit_changelist"


@pytest.fixture
def edit(connection: Connection, books: Books, sent: Document) -> RemoteEdit:
    return edited(connection, books, sent, gross=D(126), net=D(105), tax=D(21))


@pytest.fixture
def client(person: User) -> Client:
    return base.client_of(person)


def page(client: Client, edit: RemoteEdit) -> str:
    url = reverse("admin:accounting_links_remoteedit_change", args=(edit.pk,))
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, edit: RemoteEdit, verb: str, **fields: Any) -> str:
    url = reverse("admin:edit_act", args=(edit.pk, verb))
    answer = client.post(url, fields, follow=True)
    assert answer.status_code == 200
    return " ".join(str(each) for each in answer.context["messages"])


def test_the_page_shows_field_by_field(client: Client, edit: RemoteEdit) -> None:
    shown = page(client, edit)
    for text in ("Last agreed", "126.00", "105.00", "Send ours over theirs"):
        assert text in shown
    assert "Take theirs over" in shown and "Leave it as it is" in shown


def test_pressing_ours_marks_it(client: Client, edit: RemoteEdit) -> None:
    assert "goes to" in press(client, edit, "ours")
    assert "Ours is on its way" in page(client, edit)


def test_pressing_leave_keeps_the_reason(client: Client, edit: RemoteEdit) -> None:
    assert "Say why" in press(client, edit, "leave")
    press(client, edit, "leave", reason="Agreed by phone")
    edit.refresh_from_db()
    assert (edit.choice, edit.reason) == ("leave", "Agreed by phone")
    assert "Agreed by phone" in page(client, edit)


def test_theirs_says_what_is_left_to_do(client: Client, edit: RemoteEdit) -> None:
    assert "does not tell its lines" in press(client, edit, "theirs")


def test_from_now_on_sets_the_policy(
    client: Client, edit: RemoteEdit, connection: Connection
) -> None:
    press(client, edit, "ours", always="yes")
    connection.refresh_from_db()
    assert connection.edit_policy == EditPolicy.OURS


def test_who_may_sync_may_choose_ours_but_not_for_ever(edit: RemoteEdit) -> None:
    names = ("view_remoteedit", "sync_document", "use_sync_page")
    codes = [f"accounting_links.{name}" for name in names]
    client = base.client_of(base.grant(base.stranger(), *codes))
    shown = page(client, edit)
    assert "Send ours over theirs" in shown
    assert "from now on" not in shown and "Leave it as it is" not in shown
    url = reverse("admin:edit_act", args=(edit.pk, "ours"))
    assert client.post(url, {"always": "yes"}).status_code == 403
    url = reverse("admin:edit_act", args=(edit.pk, "leave"))
    assert client.post(url, {"reason": "x"}).status_code == 403
    edit.refresh_from_db()
    assert edit.choice == ""


def test_nothing_is_chosen_by_get(client: Client, edit: RemoteEdit) -> None:
    url = reverse("admin:edit_act", args=(edit.pk, "ours"))
    assert client.get(url).status_code == 405


def test_a_platform_without_changes_says_so(
    client: Client, edit: RemoteEdit, install: Any
) -> None:
    install(update=False)
    shown = page(client, edit)
    assert "Credit it and send a new one" in shown
    assert "Send ours over theirs" not in shown


def test_it_is_found_from_the_list_and_the_dashboard(
    client: Client, edit: RemoteEdit, sent: Document
) -> None:
    url = reverse("admin:accounting_links_remoteedit_change", args=(edit.pk,))
    assert url in client.get(reverse(LIST)).content.decode()
    home = client.get(reverse("admin:index")).content.decode()
    assert "1 to be decided" in home and url in home
    assert "Edits in the books" in home


def test_it_is_found_from_the_document_and_the_sync_page(
    client: Client, edit: RemoteEdit, sent: Document
) -> None:
    url = reverse("admin:accounting_links_remoteedit_change", args=(edit.pk,))
    own = reverse("admin:invoicing_salesinvoice_change", args=(sent.pk,))
    assert url in client.get(own).content.decode()
    sync = client.get(reverse("admin:sync_page")).content.decode()
    assert "1 document was edited in Fake" in sync


def test_a_change_that_was_stopped_leads_to_it(
    client: Client, edit: RemoteEdit, connection: Connection, sent: Document
) -> None:
    outbox.mark([sent.pk], connection=connection, operation=Operation.UPDATE)
    Document.objects.filter(pk=sent.pk).update(revision=sent.revision + 1)
    outbox.mark([sent.pk], connection=connection, operation=Operation.UPDATE)
    office.sync(connection)
    item = SyncItem.objects.get(operation=Operation.UPDATE)
    assert item.state == ItemState.BLOCKED
    dialog = client.get(reverse("admin:sync_item", args=(item.pk,)))
    assert "Look at both sides" in dialog.content.decode()


def test_the_list_of_edits_takes_few_statements(
    client: Client, connection: Connection, books: Books
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(database) as captured:
            client.get(reverse(LIST))
        return len(captured)

    [first] = office.marked(connection)
    office.sync(connection)
    Connection.objects.update(poll_cursor="0")
    edited(connection, books, first, gross=D(126))
    one = statements()
    more = office.marked(connection, 6)
    office.sync(connection)
    for document in more:
        edited(connection, books, document, gross=D(126))
    assert statements() == one
