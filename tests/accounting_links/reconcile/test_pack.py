"""The pack: sheets, PDF, large files, the monthly mail, and what changed since."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounting_links import tasks
from accounting_links.actions.accept_row import accept
from accounting_links.actions.sign_off import sign
from accounting_links.models import (
    Connection,
    ConnectionState,
    MonthEnd,
    Reconciliation,
    ReconciliationState,
)
from accounting_links.reconcile import export, month_ends, service, stored
from accounting_links.reconcile.since import since
from accounting_links.reconcile.workbook import SHEETS
from connectors.errors import PlatformDown
from connectors.records import (
    ControlBalance,
    PartyRole,
    RemoteLine,
    RemoteStatus,
)
from tests import base, factories
from tests.accounting_links.factories import tax_link
from tests.accounting_links.reconcile.books import Books, foreign
from tests.accounting_links.reconcile.month import END, START, november, row, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return base.accountant()


@pytest.fixture
def whole(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> Reconciliation:
    """A month with something for each sheet."""
    able = replace(Books.capabilities, control_balances=True)
    monkeypatch.setattr(Books, "capabilities", able)
    tax_link(link, factories.tax_rate(), external_id="T20")
    line = RemoteLine(
        text="Repair", net=Decimal(100), tax=Decimal(20), tax_code_id="T20"
    )
    document, _ = sent(link, books, "A-1", lines=(line,))
    factories.payment(document, amount="20", reference="=EVIL()")
    sent(link, books, "A-2", gross=Decimal(130), balance=Decimal(130))
    sent(link, books, "A-3", date=dt.date(2026, 12, 3))
    factories.approved(number="WAIT")
    books.documents.append(foreign("OWN"))
    books.balances = [
        ControlBalance(
            role=PartyRole.CUSTOMER,
            account_id="1",
            currency="GBP",
            amount=Decimal(420),
        )
    ]
    done = service.run(link, start=START, end=END, balances=True)
    assert done.state == "done", done.message
    return done


def sheets(done: Reconciliation, tmp_path: Path) -> Any:
    path = tmp_path / "pack.xlsx"
    export.write(done, path)
    return load_workbook(path)


def cells(sheet: Any) -> list[Any]:
    return [cell.value for line in sheet.iter_rows() for cell in line if cell.value]


def test_the_pack_has_its_sheets_in_order(
    whole: Reconciliation, tmp_path: Path
) -> None:
    assert sheets(whole, tmp_path).sheetnames == list(SHEETS)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Cover", "Reconciliation with Practice Company"),
        ("Cover", "Not signed"),
        ("Tie-out", "Control account over there"),
        ("Ageing", "Receivables GBP"),
        ("Differences", "A-2"),
        ("Tax", "2026-11"),
        ("Tax", "A-3"),
        ("Payments by method", "Card"),
        ("Payments", "'=EVIL()"),
        ("Sync log", "How often"),
        ("Sign-off", "Not signed"),
        ("Open items", "Not yet sent"),
    ],
)
def test_each_sheet_tells_its_part(
    whole: Reconciliation, tmp_path: Path, name: str, wanted: str
) -> None:
    found = cells(sheets(whole, tmp_path)[name])
    assert [each for each in found if wanted in str(each)]


def test_no_text_becomes_a_formula(whole: Reconciliation, tmp_path: Path) -> None:
    whole.open_items.update(party="=HYPERLINK(1)", number="+1")
    whole.payment_rows.update(method="@x", cause="-1")
    book = sheets(whole, tmp_path)
    for name in ("Ageing", "Open items", "Payments", "Payments by method"):
        formulas = [each for each in cells(book[name]) if str(each).startswith("=")]
        assert not [each for each in formulas if "HYPERLINK" in each]
        assert not [each for each in cells(book[name]) if str(each)[0] in "+@-"]


def test_the_signature_and_reasons_stand_in_the_pack(
    whole: Reconciliation, anna: User, tmp_path: Path
) -> None:
    for each in whole.rows.exclude(ours=None).exclude(theirs=None):
        accept(each, actor=anna, reason="Known since May")
    accept(row(whole, "WAIT"), actor=anna, reason="Goes in December")
    whole.refresh_from_db()
    sign(whole, actor=anna, note="Closed")
    book = sheets(Reconciliation.objects.get(), tmp_path)
    found = cells(book["Sign-off"])
    assert found[0].startswith("Signed by Anna Accountant on")
    assert {"Known since May", "Goes in December", "Closed"} <= set(found)
    assert "Known since May" in cells(book["Differences"])


def test_the_tax_of_both_sides_stands_by_rate(whole: Reconciliation) -> None:
    told = {(each["month"], each["rate"]): each for each in whole.tax}
    assert told["2026-11", "S"]["ours_net"] == "400.00"
    assert told["2026-11", "S"]["theirs_tax"] == "20.00"
    assert told["2026-11", "not told by rate"]["theirs_net"] == "160.00"


def test_the_pdf_has_all_parts(
    whole: Reconciliation, anna: User, tmp_path: Path
) -> None:
    accept(row(whole, "A-2"), actor=anna, reason="Known")
    path = tmp_path / "pack.pdf"
    export.write(whole, path)
    assert path.read_bytes().startswith(b"%PDF")
    assert path.stat().st_size > 10_000


def test_a_large_file_is_made_by_the_cluster(
    whole: Reconciliation,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    anna: User,
) -> None:
    settings.FINSYNC_STATE = tmp_path
    monkeypatch.setattr(stored, "MOST_AT_ONCE", 2)
    client = base.client_of(anna)
    url = reverse("admin:reconciliation_file", args=(whole.pk, "xlsx"))
    assert "is being made" in client.get(url, follow=True).content.decode()
    assert "is still being made" in client.get(url, follow=True).content.decode()
    tasks.store_reconciliation(whole.pk, ".xlsx")
    answer = client.get(url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # a FileResponse


def test_what_is_accepted_later_makes_another_file(
    whole: Reconciliation, settings: Any, tmp_path: Path, anna: User
) -> None:
    settings.FINSYNC_STATE = tmp_path
    before = stored.path_of(whole, ".xlsx")
    accept(row(whole, "A-2"), actor=anna, reason="Known")
    whole.refresh_from_db()
    assert stored.path_of(whole, ".xlsx") != before


@pytest.fixture
def monthly(link: Connection, books: Books, anna: User) -> MonthEnd:
    made = MonthEnd.objects.create(connection=link, day=1)
    made.recipients.add(anna, base.stranger())
    return made


def ended(monthly: MonthEnd) -> Reconciliation:
    """As the cluster carries it out."""
    assert tasks.month_end() == 1
    started = Reconciliation.objects.get()
    tasks.reconcile(started.pk)
    started.refresh_from_db()
    return started


def test_the_month_before_is_run_once_and_mailed(
    monthly: MonthEnd, settings: Any, tmp_path: Path
) -> None:
    settings.FINSYNC_STATE = tmp_path
    done = ended(monthly)
    assert (done.state, done.with_balances) == (ReconciliationState.DONE, True)
    assert done.start is not None
    assert done.start.day == 1
    (message,) = mail.outbox
    assert set(message.to) == {
        "anna.accountant@example.com",
        "sam.stranger@example.com",
    }
    assert [name.rsplit(".", 1)[1] for name, _, _ in message.attachments] == [
        "xlsx",
        "pdf",
    ]
    assert tasks.month_end() == 0
    assert len(mail.outbox) == 1


def test_a_run_that_failed_is_mailed_without_a_pack(
    monthly: MonthEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: Books, *args: object) -> Any:
        raise PlatformDown("Books is down.")

    monkeypatch.setattr(Books, "list_documents", down)
    assert ended(monthly).state == ReconciliationState.FAILED
    (message,) = mail.outbox
    assert "Books is down." in message.body
    assert not message.attachments


def test_mail_that_cannot_go_is_tried_again(
    monthly: MonthEnd, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.FINSYNC_STATE = tmp_path

    def refused(self: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refused)
        assert ended(monthly).mailed_at is None
    assert month_ends.mail_due() == 1
    assert len(mail.outbox) == 1


def test_a_month_end_waits_for_its_day_and_its_connection(
    monthly: MonthEnd, link: Connection
) -> None:
    MonthEnd.objects.update(active=False)
    assert tasks.month_end() == 0
    MonthEnd.objects.update(active=True)
    link.state = ConnectionState.ATTENTION
    link.save()
    assert tasks.month_end() == 0


def test_the_first_run_has_nothing_before_it(link: Connection, books: Books) -> None:
    assert since(november(link)) is None


def test_what_changed_since_the_run_before(link: Connection, books: Books) -> None:
    sent(link, books, "A-1", gross=Decimal(130))
    sent(link, books, "A-2")
    november(link)
    books.documents[0] = replace(books.documents[0], gross=Decimal(120))
    books.documents[1] = replace(books.documents[1], status=RemoteStatus.VOID)
    books.documents.append(foreign("OWN"))
    found = since(november(link))
    assert found is not None
    assert (found.settled, found.fresh, found.more) == (1, 1, False)
    told = {(each.snapshot.number, each.field) for each in found.changes}
    assert {("A-1", "total"), ("A-2", "status"), ("OWN", "document")} <= told


def test_the_page_tells_what_changed(
    link: Connection, books: Books, anna: User
) -> None:
    sent(link, books, "A-1")
    november(link)
    books.documents[0] = replace(books.documents[0], gross=Decimal(130))
    page = reverse(
        "admin:accounting_links_reconciliation_change", args=(november(link).pk,)
    )
    text = base.client_of(anna).get(page).content.decode()
    assert "0 settled, 1 new" in text
    assert "Amount differs: 0, now 1" in text


@pytest.fixture
def client(anna: User) -> Client:
    return base.client_of(anna)


def test_the_books_page_leads_down_to_documents(
    client: Client, whole: Reconciliation
) -> None:
    url = reverse("admin:reconciliation_books", args=(whole.pk,))
    text = client.get(url).content.decode()
    for wanted in (
        "Control account over there",
        "Ageing of Receivables, GBP",
        "Tax by rate and month",
        "0 of 1 are the same on both sides",
        "In another month there: A-3",
    ):
        assert wanted in text
    item = whole.open_items.get(number="A-2")
    query = {"role": "customer", "currency": "GBP", "party": item.party}
    text = client.get(url, query).content.decode()
    assert f"What is open with {item.party}" in text
    assert f"/salesinvoice/{item.document_id}/change/" in text


def test_the_books_page_says_when_nothing_was_read(
    client: Client, link: Connection, books: Books
) -> None:
    url = reverse("admin:reconciliation_books", args=(november(link).pk,))
    assert "were not read in this run" in client.get(url).content.decode()


def test_the_books_page_asks_for_its_permission(
    whole: Reconciliation,
) -> None:
    url = reverse("admin:reconciliation_books", args=(whole.pk,))
    assert base.client_of(base.stranger()).get(url).status_code == 403
