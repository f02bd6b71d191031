import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from accounting_links import outbox, polling
from accounting_links.actions.base import NotAllowed
from accounting_links.actions.edit_base import from_now_on
from accounting_links.actions.edit_leave import leave
from accounting_links.actions.edit_ours import keep_ours
from accounting_links.actions.edit_theirs import take_theirs
from accounting_links.models import (
    Connection,
    EditPolicy,
    ItemState,
    Operation,
    RemoteEdit,
    SyncItem,
)
from connectors.records import RemoteStatus
from invoicing.errors import Refused
from invoicing.models import Document, Event
from invoicing.services import documents
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.edits.desk import edited, lines, shown
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db
D = Decimal


def nobody() -> User:
    return User.objects.create_user("Bob", "bob@example.com", "x")


def state(edit: RemoteEdit) -> tuple[str, str]:
    edit.refresh_from_db()
    return edit.state, edit.choice


def there(books: Books, document: Document) -> Any:
    return books.documents[office.link(document).external_id]


# Ours


def test_ours_goes_over_theirs(
    connection: Connection, books: Books, sent: Document, person: User
) -> None:
    edit = edited(connection, books, sent, gross=D(126), net=D(105), tax=D(21))
    keep_ours(edit, actor=person, reason="A slip of the accountant's")
    assert state(edit) == ("open", "ours")
    assert office.sync(connection).updated == 1
    assert there(books, sent).gross == 120
    assert state(edit) == ("settled", "ours")
    assert (edit.chosen_by, edit.reason) == (person, "A slip of the accountant's")
    assert office.link(sent).warning == ""


def test_ours_cannot_go_where_nothing_can_be_changed(
    connection: Connection, books: Books, sent: Document, install: Any
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    install(update=False)
    with pytest.raises(Refused, match="Credit it and send a new one"):
        keep_ours(edit)
    assert state(edit) == ("open", "")


# Theirs


def test_theirs_takes_lines_and_amounts_over(
    connection: Connection, books: Books, sent: Document, person: User
) -> None:
    new = lines(connection, "60.00", "45.00")
    edit = edited(
        connection, books, sent, gross=D(126), net=D(105), tax=D(21), lines=new
    )
    take_theirs(edit, actor=person)
    sent.refresh_from_db()
    assert (sent.net, sent.tax, sent.gross) == (D(105), D(21), D(126))
    assert [(line.text, line.net) for line in sent.lines.all()] == [
        ("Line 1", D(60)),
        ("Line 2", D(45)),
    ]
    assert state(edit) == ("settled", "theirs")


def test_nothing_travels_back_after_it(
    connection: Connection, books: Books, sent: Document
) -> None:
    new = lines(connection, "105.00")
    amounts = {"gross": D(126), "net": D(105), "tax": D(21)}
    take_theirs(edited(connection, books, sent, lines=new, **amounts))
    outbox.mark_eligible(connection)
    assert office.sync(connection).updated == 0
    assert books.asked["update"] == 0
    link, document = office.link(sent), Document.objects.get(pk=sent.pk)
    assert link.revision == document.revision > sent.revision


def test_their_own_rounding_becomes_a_tax_override(
    connection: Connection, books: Books, sent: Document
) -> None:
    new = lines(connection, "105.00")
    edit = edited(
        connection,
        books,
        sent,
        gross=D("126.02"),
        net=D(105),
        tax=D("21.02"),
        lines=new,
    )
    take_theirs(edit)
    sent.refresh_from_db()
    assert (sent.tax_override, sent.gross) == (D("21.02"), D("126.02"))


def test_theirs_takes_dates_over_and_keeps_the_first(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, date=dt.date(2026, 11, 5))
    take_theirs(edit)
    sent.refresh_from_db()
    assert sent.date == dt.date(2026, 11, 5)
    assert sent.original_date == dt.date(2026, 11, 2)


def test_theirs_takes_another_customer_over_who_is_linked(
    connection: Connection, books: Books, sent: Document
) -> None:
    other = factories.customer()
    account = links.contact_link(connection, other)
    edit = edited(connection, books, sent, party_id=account.external_id)
    take_theirs(edit)
    sent.refresh_from_db()
    assert sent.contact_id == other.pk
    assert state(edit) == ("settled", "theirs")


def test_what_cannot_be_taken_is_named_and_stays_open(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(
        connection, books, sent, date=dt.date(2026, 11, 5), party_id="X9", number="9"
    )
    said = take_theirs(edit)
    assert "it is billed to" in said and "number is 9 there" in said
    sent.refresh_from_db()
    assert sent.date == dt.date(2026, 11, 5)
    assert state(edit) == ("open", "")
    assert set(shown(edit)) == {"party", "number"}


CANNOT = [
    ({"gross": D(126)}, "does not tell its lines"),
    ({"currency": "EUR"}, "currency is EUR there"),
    ({"party_id": "X9"}, "no contact here is linked"),
]


@pytest.mark.parametrize(("fields", "why"), CANNOT)
def test_where_nothing_can_be_taken_it_says_what_to_change(
    connection: Connection,
    books: Books,
    sent: Document,
    fields: dict[str, Any],
    why: str,
) -> None:
    edit = edited(connection, books, sent, **fields)
    with pytest.raises(Refused, match=why):
        take_theirs(edit)
    assert Document.objects.get(pk=sent.pk).revision == sent.revision


def test_an_account_that_nothing_is_mapped_to_is_named(
    connection: Connection, books: Books, sent: Document
) -> None:
    [line] = lines(connection, "105.00")
    foreign = replace(line, account_id="A-9")
    edit = edited(connection, books, sent, gross=D(126), lines=(foreign,))
    with pytest.raises(Refused, match="no nominal code is mapped to A-9"):
        take_theirs(edit)


def test_less_than_is_settled_cannot_be_taken_over(
    connection: Connection, books: Books, sent: Document
) -> None:
    factories.payment(sent, amount=D(120))
    new = lines(connection, "50.00")
    amounts = {"gross": D(60), "net": D(50), "tax": D(10)}
    edit = edited(connection, books, sent, lines=new, **amounts)
    with pytest.raises(Refused, match="is settled"):
        take_theirs(edit)
    assert state(edit) == ("open", "")


# Leave


def test_leaving_it_needs_a_reason(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    with pytest.raises(Refused, match="Say why"):
        leave(edit, reason=" ")


def test_what_is_left_comes_back_when_it_changes_again(
    connection: Connection, books: Books, sent: Document, person: User
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    leave(edit, actor=person, reason="Agreed by phone")
    assert state(edit) == ("settled", "leave")
    assert office.link(sent).warning == ""
    books.edit(office.link(sent).external_id, balance=D(0))
    again = edited(connection, books, sent, gross=D(130))
    assert again.pk != edit.pk
    assert shown(again)["gross"][0] == "126.00"


def test_a_change_of_ours_that_waited_does_not_travel_any_more(
    connection: Connection, books: Books, sent: Document
) -> None:
    documents.change(sent, {"due_date": dt.date(2027, 1, 31)})
    outbox.mark([sent.pk], connection=connection, operation=Operation.UPDATE)
    edit = edited(connection, books, sent, gross=D(126))
    assert office.sync(connection).by_status_code == {"STALE": 1}
    leave(edit, reason="Agreed by phone")
    [item] = SyncItem.objects.filter(operation=Operation.UPDATE)
    assert item.state == ItemState.CANCELLED
    outbox.mark_eligible(connection)
    assert office.sync(connection).updated == 0


# Who may, and once


VERBS = [keep_ours, take_theirs, lambda edit, **who: leave(edit, reason="x", **who)]


@pytest.mark.parametrize("choose", VERBS)
def test_each_choice_needs_its_permission(
    connection: Connection, books: Books, sent: Document, choose: Any
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    with pytest.raises(NotAllowed):
        choose(edit, actor=nobody())
    assert state(edit) == ("open", "")


def test_what_is_settled_cannot_be_settled_again(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    leave(edit, reason="x")
    with pytest.raises(Refused, match="settled already"):
        keep_ours(edit)


def test_from_now_on_is_for_those_who_may_change_connections(
    connection: Connection, person: User
) -> None:
    with pytest.raises(NotAllowed):
        from_now_on(connection, EditPolicy.OURS, actor=nobody())
    from_now_on(connection, EditPolicy.OURS, actor=person)
    connection.refresh_from_db()
    assert connection.edit_policy == EditPolicy.OURS
    assert Event.objects.filter(verb="connection.edit_policy").count() == 1


# Policies


def test_a_policy_decides_by_itself(
    connection: Connection, books: Books, sent: Document
) -> None:
    Connection.objects.update(edit_policy=EditPolicy.OURS)
    edit = edited(connection, books, sent, gross=D(126))
    assert (edit.choice, edit.reason) == ("ours", "By the connection's policy")
    assert office.sync(connection).updated == 1
    assert there(books, sent).gross == 120


def test_theirs_as_a_policy_takes_over_what_it_can(
    connection: Connection, books: Books, sent: Document
) -> None:
    Connection.objects.update(edit_policy=EditPolicy.THEIRS)
    books.edit(office.link(sent).external_id, date=dt.date(2026, 11, 5))
    polling.poll(connection)
    sent.refresh_from_db()
    assert sent.date == dt.date(2026, 11, 5)
    assert state(RemoteEdit.objects.get()) == ("settled", "theirs")


def test_what_a_policy_cannot_decide_waits_for_a_person(
    connection: Connection, books: Books, sent: Document
) -> None:
    Connection.objects.update(edit_policy=EditPolicy.THEIRS)
    edit = edited(connection, books, sent, gross=D(126))
    assert "does not tell its lines" in edit.reason


def test_leaving_as_a_policy_leaves(
    connection: Connection, books: Books, sent: Document
) -> None:
    Connection.objects.update(edit_policy=EditPolicy.LEAVE)
    books.edit(office.link(sent).external_id, gross=D(126))
    polling.poll(connection)
    assert state(RemoteEdit.objects.get()) == ("settled", "leave")


# Changes of ours, on their way


def changed(connection: Connection, document: Document) -> None:
    documents.change(document, {"due_date": dt.date(2027, 1, 31)})
    outbox.mark([document.pk], connection=connection, operation=Operation.UPDATE)


def test_an_edit_that_the_platform_tells_of_is_kept(
    connection: Connection, books: Books, sent: Document
) -> None:
    changed(connection, sent)
    books.edit(office.link(sent).external_id, gross=D(126))
    assert office.sync(connection).by_status_code == {"STALE": 1}
    assert shown(RemoteEdit.objects.get())["gross"] == ("120.00", "120.00", "126.00")


def test_an_edit_that_was_seen_is_not_written_over(
    connection: Connection, books: Books, sent: Document
) -> None:
    """The poll has brought its version along, so that the platform would not mind."""
    changed(connection, sent)
    edited(connection, books, sent, gross=D(126))
    assert office.sync(connection).by_status_code == {"STALE": 1}
    assert there(books, sent).gross == 126


def test_without_versions_it_is_read_before(
    connection: Connection, books: Books, sent: Document
) -> None:
    changed(connection, sent)
    link = office.link(sent)
    type(link).objects.filter(pk=link.pk).update(version="")
    books.edit(link.external_id, gross=D(126), version="")
    assert office.sync(connection).by_status_code == {"STALE": 1}
    assert RemoteEdit.objects.count() == 1
    assert there(books, sent).gross == 126


def test_an_edit_that_was_taken_back_lets_the_change_go(
    connection: Connection, books: Books, sent: Document
) -> None:
    changed(connection, sent)
    edit = edited(connection, books, sent, gross=D(126))
    books.edit(office.link(sent).external_id, gross=D(120))
    assert office.sync(connection).updated == 1
    assert state(edit) == ("settled", "agreed")


def test_where_ours_holds_a_change_goes_over_an_edit(
    connection: Connection, books: Books, sent: Document
) -> None:
    Connection.objects.update(edit_policy=EditPolicy.OURS)
    changed(connection, sent)
    books.edit(office.link(sent).external_id, gross=D(126))
    assert office.sync(connection).updated == 1
    assert there(books, sent).gross == 120
    assert state(RemoteEdit.objects.get()) == ("settled", "ours")


def test_a_void_there_is_not_taken_over(
    connection: Connection, books: Books, sent: Document
) -> None:
    edit = edited(connection, books, sent, gross=D(126))
    books.edit(office.link(sent).external_id, status=RemoteStatus.VOID)
    with pytest.raises(Refused, match="is void in the books"):
        take_theirs(edit)
