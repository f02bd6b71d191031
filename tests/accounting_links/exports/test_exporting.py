from hashlib import sha256

import pytest

from accounting_links import outbox
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.engine import runs
from accounting_links.engine.crash_points import Point
from accounting_links.exports import service, writing
from accounting_links.models import (
    Connection,
    ExportBatch,
    ExportItem,
    ExportState,
    ItemState,
    RunKind,
    SyncItem,
)
from connectors.files import FileConnector
from connectors.records import DocumentKind
from invoicing.models import Event
from tests import base, factories
from tests.accounting_links.exports.office import (
    export,
    exported,
    item_of,
    order,
)
from tests.accounting_links.factories import connection

pytestmark = pytest.mark.django_db


def test_it_keeps_the_file_and_its_checksum(books: Connection) -> None:
    batch = exported(books, factories.sent())
    content = bytes(batch.content)
    assert batch.checksum == sha256(content).hexdigest()
    assert batch.size == len(content)
    assert batch.state == ExportState.EXPORTED


def test_an_exported_document_stays_on_the_list_unconfirmed(
    books: Connection,
) -> None:
    document = factories.sent()
    batch = exported(books, document)
    item = item_of(document)
    assert item.state == ItemState.EXPORTED
    assert item in SyncItem.objects.open()
    assert batch.file_name in item.message


def test_a_second_export_writes_nothing_again(books: Connection) -> None:
    document = factories.sent()
    exported(books, document)
    again = export(books)
    assert (again.batches, again.documents) == ([], 0)
    assert outbox.mark([document.pk], connection=books).already == 1


def test_all_that_pass_go_and_others_say_why(books: Connection) -> None:
    good, unsent = factories.sent(), factories.approved()
    made = export(books)
    assert made.documents == 1
    assert [item.document.pk for item in ExportItem.objects.all()] == [good.pk]
    assert item_of(unsent).status_code == "NOT_SENT"
    assert made.result.blocked == 1


def test_a_contact_needs_no_account_there(books: Connection) -> None:
    document = factories.sent()
    assert not document.contact.account_links.exists()
    assert exported(books, document)


def test_what_a_file_cannot_hold_is_blocked_with_its_reason(
    books: Connection,
) -> None:
    long = factories.customer(name="x" * 80)
    document = factories.sent(contact=long)
    assert export(books).batches == []
    item = item_of(document)
    assert (item.state, item.status_code) == (ItemState.BLOCKED, "REJECTED")
    assert "longer than the 50" in item.message


def test_an_order_without_a_product_stays(books: Connection) -> None:
    bare = factories.won_order()
    assert export(books).batches == []
    assert item_of(bare).status_code == "NOT_WON"


def test_an_order_is_exported_in_the_way_that_was_chosen(books: Connection) -> None:
    plain, stocked = order(), order()
    assert b"KmKarta" not in bytes(exported(books, plain).content)
    (batch,) = export(books, stocked, variant="stock").batches
    assert b"<KmKarta>" in bytes(batch.content)
    assert batch.variant == "stock"


def test_the_number_and_the_total_stand_in_the_file(books: Connection) -> None:
    document = factories.sent(lines=[factories.line("12.34"), factories.line("0.01")])
    content = bytes(exported(books, document).content).decode()
    assert f">{document.number}<" in content
    assert f"<Celkem>{document.gross.normalize():f}</Celkem>" in content


def test_each_step_is_in_the_history(books: Connection) -> None:
    document = factories.sent()
    person = base.bookkeeper()
    export(books, document, actor=person)
    told = Event.objects.filter(verb__in=("export.made", "document.exported"))
    assert {each.actor for each in told} == {person}
    assert {each.verb for each in told} == {"export.made", "document.exported"}


def test_exporting_needs_its_own_permission(books: Connection) -> None:
    with pytest.raises(NotAllowed, match="export documents to files"):
        service.export(books, actor=base.stranger())


def test_a_run_needs_the_right_of_who_started_it(books: Connection) -> None:
    document = factories.sent()
    outbox.mark([document.pk], connection=books)
    who = base.grant(base.stranger(), "accounting_links.sync_document")
    run = runs.start(books, kind=RunKind.MANUAL, actor=who)
    runs.step(run.pk)
    run.refresh_from_db()
    assert "export documents to files" in run.message
    assert not ExportBatch.objects.exists()


def test_a_run_of_the_sync_page_exports(books: Connection) -> None:
    document = factories.sent()
    outbox.mark([document.pk], connection=books)
    person = base.bookkeeper()
    run = runs.start(books, kind=RunKind.MANUAL, actor=person)
    runs.step(run.pk)
    run.refresh_from_db()
    assert ExportBatch.objects.get().created_by == person
    assert run.counts["exported"] == 1


def test_a_platform_with_an_api_has_no_files() -> None:
    with pytest.raises(Refused, match="directly"):
        service.export(connection("sales_invoice"), actor=None)


class Died(BaseException):
    """As a process that is killed."""


@pytest.mark.django_db(transaction=True)
def test_a_crash_leaves_no_file_and_no_document_in_between(
    monkeypatch: pytest.MonkeyPatch, books: Connection
) -> None:
    document = factories.sent()

    def die(self: FileConnector, *args: object, **options: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("connectors.money_s3.connector.MoneyS3.write", die)
        with pytest.raises(Died):
            export(books, document)
    assert not ExportBatch.objects.exists()
    assert item_of(document).state == ItemState.CHECKING
    SyncItem.objects.update(lease_until=None, lease_owner="", state=ItemState.WAITING)
    assert exported(books, document).items.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crash_after_the_commit_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, books: Connection
) -> None:
    document = factories.sent()

    def die(point: Point) -> None:
        if point is Point.AFTER_RECORD:
            raise Died

    with monkeypatch.context() as patch:
        patch.setattr(writing, "reached", die)
        with pytest.raises(Died):
            export(books, document)
    assert ExportBatch.objects.count() == 1
    assert item_of(document).state == ItemState.EXPORTED
    assert export(books).batches == []


def test_files_that_leave_a_document_out_are_not_kept(
    monkeypatch: pytest.MonkeyPatch, books: Connection
) -> None:
    def write_nothing(self: FileConnector, *args: object, **options: object) -> list:  # type: ignore[type-arg]  # of nothing
        return []

    monkeypatch.setattr("connectors.money_s3.connector.MoneyS3.write", write_nothing)
    with pytest.raises(ValueError, match="exactly once"):
        export(books, factories.sent())
    assert not ExportBatch.objects.exists()


def test_a_payment_waits_for_its_invoice(books: Connection) -> None:
    document = factories.sent()
    factories.payment(document)
    batch = exported(books, document)
    assert batch.items.count() == 1
    assert export(books).batches == []


def test_every_kind_of_document_goes(books: Connection) -> None:
    invoice = factories.sent()
    factories.credit_note(credits=invoice, contact=invoice.contact)
    factories.supplier_invoice()
    order()
    made = export(books)
    assert made.documents == 4
    kinds = ExportItem.objects.values_list("kind", flat=True)
    assert set(kinds) == {kind.value for kind in DocumentKind}
