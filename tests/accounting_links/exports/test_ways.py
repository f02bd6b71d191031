"""From what happened in the office to the books and back, on the platforms that work by
files, each by its own trigger."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounting_links import triggers
from accounting_links.actions.base import Refused
from accounting_links.exports import deciding, lists, reporting, service
from accounting_links.models import (
    Connection,
    ContactLink,
    ExportBatch,
    ItemState,
    PaymentLink,
    SyncItem,
)
from accounting_links.reconcile import service as reconciling
from connectors.errors import Unreadable
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from invoicing.services import jobs
from tests import base, factories
from tests.accounting_links.exports.office import (
    books,
    export,
    imported,
    item_of,
    list_of,
    listed,
)

pytestmark = pytest.mark.django_db


def connected(platform: str, ledger: PracticeServer) -> Connection:
    """By command, with the defaults of the platform."""
    words = ("connect", platform, "--name", "books", "--practice", ledger.url)
    call_command(*words, "--json")
    return Connection.objects.get()


def triggered(connection: Connection) -> list[ExportBatch]:
    """What the events so far ask for, in files."""
    triggers.read(connection)
    return service.export(connection, actor=None).batches


def carried(ledger: PracticeServer, batch: ExportBatch) -> None:
    """To the program, and what it lists back to us."""
    imported(ledger.url, batch)
    reporting.take(batch, listed(ledger.url, batch), actor=None)


def test_a_payment_in_the_shop_brings_its_invoice_to_patriot() -> None:
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        quiet, document = factories.sent(), factories.sent()
        assert triggered(connection) == []
        payment = factories.payment(document, amount="50")
        cards, sheet = triggered(connection)
        assert [item.document for item in sheet.items.all()] == [document]
        assert not quiet.sync_items.exists()
        waiting = SyncItem.objects.filter(payment=payment)
        assert not waiting.exclude(state=ItemState.WAITING).exists()
        carried(ledger, cards)
        carried(ledger, sheet)
        assert ContactLink.objects.get().external_id == document.contact.name
        (money,) = triggered(connection)
        assert document.number in bytes(money.content).decode()
        carried(ledger, money)
        assert PaymentLink.objects.get(payment=payment).amount == Decimal(50)
        link = document.ledger_links.get()
        assert (link.status, link.balance) == ("part_paid", document.gross - 50)
        reporting.take(sheet, listed(ledger.url, sheet), actor=None)
        assert document.ledger_links.get().balance == document.gross - 50
        assert triggered(connection) == []
        done = reconciling.run(connection, start=None, end=None)
        assert done.totals["GBP"]["unexplained"] == "0.00"


def test_a_number_that_patriot_gave_is_typed_and_used() -> None:
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        document = factories.sent()
        _, sheet = export(connection, document).batches
        item = sheet.items.get()
        deciding.confirm(sheet, numbers={item.pk: "1001"}, actor=None)
        factories.payment(document)
        (money,) = triggered(connection)
        assert ",1001," in bytes(money.content).decode()


def test_numbers_typed_on_the_page_count_with_all_or_with_those_ticked() -> None:
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        first, second, third = (factories.sent() for _ in range(3))
        _, sheet = export(connection, first, second, third).batches
        items = {item.document: item.pk for item in sheet.items.all()}
        client = base.client_of(base.accountant())
        page = reverse("admin:accounting_links_exportbatch_change", args=(sheet.pk,))
        assert f'name="number_{items[first]}"' in client.get(page).content.decode()
        url = reverse("admin:export_confirm", args=(sheet.pk,))
        typed = {f"number_{pk}": f"100{pk}" for pk in items.values()}
        client.post(url, typed | {"items": items[first]})
        assert not second.ledger_links.exists()
        client.post(url, typed | {"all": "yes"})
        for document in (first, second, third):
            assert document.ledger_links.get().number == f"100{items[document]}"


def test_one_list_settles_all_open_files() -> None:
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        contact = factories.customer(country="US", postcode="44702")
        files = []
        for _ in range(2):
            files += export(connection, factories.sent(contact=contact)).batches
        for batch in files:
            imported(ledger.url, batch)
        *_, last = files
        client = base.client_of(base.accountant())
        page = reverse("admin:connection_lists", args=(connection.pk,))
        assert "for all 3 files" in client.get(page).content.decode()
        upload = SimpleUploadedFile("list.csv", listed(ledger.url, last))
        fields = {"list": "all_open_files", "file": upload}
        shown = client.post(page, fields, follow=True).content.decode()
        # Who has an invoice there is there.
        assert "3 confirmed, 0 refused" in shown
        assert reporting.open_files(connection) == []


def test_what_is_no_list_settles_nothing() -> None:
    connection = books("Keyed in", platform="patriot", foreign_addresses="leave_out")
    with pytest.raises(Refused, match="No file is open"):
        reporting.take_for_all(connection, b"no,list\r\n", actor=None)
    made = export(connection, factories.sent()).batches
    with pytest.raises(Unreadable):
        reporting.take_for_all(connection, b"no,list\r\n", actor=None)
    assert reporting.open_files(connection) == made


def test_a_report_of_one_file_is_never_read_for_all() -> None:
    connection = books("One by one")
    export(connection, factories.sent())
    assert reporting.open_files(connection) == []


@pytest.mark.parametrize("platform", ["patriot", "money_s3"])
def test_what_changed_after_it_went_is_for_a_person(platform: str) -> None:
    connection = books("Changed", platform=platform, foreign_addresses="leave_out")
    document = factories.sent()
    for batch in export(connection, document).batches:
        deciding.confirm(batch, actor=None)
    document.revision += 1
    document.save()
    assert export(connection).batches == []
    item = item_of(document)
    assert (item.operation, item.state) == ("update", ItemState.BLOCKED)
    assert item.status_code == "UNSUPPORTED"
    assert "orrect it" in item.message


def test_a_completed_job_brings_its_invoice_to_accountedge() -> None:
    with serve("accountedge", empty=True) as ledger:
        factories.line()  # the codes that documents have
        connection = connected("accountedge", ledger)
        connection.values = {**connection.values, "longest_number": "20"}
        connection.save()
        for each in lists.offered(connection)[:4]:
            content = list_of(ledger.url, each.name)
            lists.take(connection, each.name, content, actor=None)
        job = factories.job()
        document = factories.sent(job=job, contact=job.contact)
        assert triggered(connection) == []
        jobs.complete_job(job)
        cards, sales = triggered(connection)
        assert document in [item.document for item in sales.items.all()]
        carried(ledger, cards)
        carried(ledger, sales)
        assert item_of(document).state == ItemState.DONE
        factories.payment(document)
        (money,) = triggered(connection)
        carried(ledger, money)
        assert document.ledger_links.get().status == "paid"
        assert triggered(connection) == []
        done = reconciling.run(connection, start=None, end=None)
        assert done.totals["GBP"]["unexplained"] == "0.00"


def test_a_document_that_was_voided_there_is_told_by_a_later_list() -> None:
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        document = factories.sent()
        cards, sheet = export(connection, document).batches
        carried(ledger, cards)
        carried(ledger, sheet)
        (there,) = ledger.face.ledger.documents.table
        ledger.face.ledger.documents.void(there.id)
        reporting.take(sheet, listed(ledger.url, sheet), actor=None)
        link = document.ledger_links.get()
        assert (link.status, link.balance) == ("void", Decimal(0))
        done = reconciling.run(connection, start=None, end=None)
        (row,) = done.rows.all()
        assert row.verdict == "ended_one_side"


def test_an_edit_in_the_program_is_found_by_its_list() -> None:
    """A total that somebody changed there: only a list can tell."""
    with serve("patriot", empty=True) as ledger:
        connection = connected("patriot", ledger)
        document = factories.sent()
        cards, sheet = export(connection, document).batches
        carried(ledger, cards)
        imported(ledger.url, sheet)
        (there,) = ledger.face.ledger.documents.table
        (line,) = there.lines
        dearer = replace(line, given_net=line.net + 1)
        ledger.face.ledger.documents.update(there.id, lines=(dearer,))
        reporting.take(sheet, listed(ledger.url, sheet), actor=None)
        done = reconciling.run(connection, start=None, end=None)
        assert done.verdicts.get("matched", 0) == 0
        (row,) = done.rows.all()
        assert row.verdict == "amount_differs"
        assert row.theirs == document.gross + 1
