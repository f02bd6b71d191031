"""A day at the office, by commands alone, against the practice QuickBooks."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounting_links.models import Connection, DocumentLink
from connectors.practice.server import PracticeServer
from invoicing.models import Payment
from tests import factories
from tests.scenarios.shop import Shop, invoices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_quiet_time(settings: Any) -> None:
    settings.FINSYNC_IN_DOUBT_QUIET = 0


def test_connect_says_to_whom(shop: Shop, ledger: PracticeServer) -> None:
    report = shop.command(
        "connect", "quickbooks_online", "--practice", ledger.url, name=True
    )
    assert (report["connection"], report["state"]) == ("Books", "connected")
    assert report["organisation"] == "Practice Repairs Ltd"
    assert Connection.objects.count() == 1


def test_a_month_goes_there_once(shop: Shop) -> None:
    documents = invoices(12)
    note = factories.credit_note(contact=documents[0].contact)
    bill = factories.supplier_invoice()
    assert shop.link()["created"] == 4
    report = shop.sync("--batch", "30")
    assert (report["sent"], shop.exit_code) == (14, 0), report
    numbers = [document.number for document in (*documents, note, bill)]
    assert shop.numbers() == Counter(numbers)
    again = shop.sync("--batch", "30")
    assert (again["sent"], again["http_requests"]) == (0, 0)


def test_totals_agree_to_the_cent(shop: Shop) -> None:
    lines = [factories.line("3.33", quantity="3"), factories.line("0.99")]
    [document] = invoices(1, lines=lines)
    shop.link()
    report = shop.sync()
    [row] = shop.books()
    assert Decimal(str(row["gross"])) == document.gross
    assert report["amount_sent"] == {
        "GBP": str(document.gross.quantize(Decimal("1.00")))
    }


def test_what_cannot_go_stands_there_with_a_code(shop: Shop) -> None:
    invoices(1)
    factories.approved(contact=factories.customer())
    report = shop.sync()
    assert (report["sent"], report["blocked"], shop.exit_code) == (0, 2, 1)
    assert report["by_status_code"] == {"NO_ACCOUNT": 1, "NOT_SENT": 1}


def test_linking_releases_what_waited_for_it(shop: Shop) -> None:
    invoices(3)
    assert shop.sync()["by_status_code"] == {"NO_ACCOUNT": 3}
    shop.link()
    assert shop.sync()["sent"] == 3


@pytest.mark.parametrize("batch", ["1", "5", "30"])
@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "truncated", "html"])
def test_every_tenth_answer_is_lost(shop: Shop, kind: str, batch: str) -> None:
    documents = invoices(24)
    shop.link()
    shop.fault(kind=kind, every=3 if batch == "30" else 10)
    shop.sync_until_done("--batch", batch)
    assert shop.numbers() == Counter(document.number for document in documents)
    assert DocumentLink.objects.count() == 24


@pytest.mark.parametrize("items", [1, 7, 29])
def test_a_batch_is_cut_inside(shop: Shop, items: int) -> None:
    documents = invoices(30)
    shop.link()
    shop.fault(kind="cut_inside", path="/batch", items=items, count=3)
    shop.sync_until_done("--batch", "30")
    assert shop.fired() >= 1
    assert shop.numbers() == Counter(document.number for document in documents)


def test_tokens_that_expire_meanwhile_are_renewed(shop: Shop) -> None:
    invoices(8)
    shop.link()
    shop.fault(kind="expired_token", every=3)
    report = shop.sync("--batch", "2")
    assert (report["sent"], report["failed"]) == (8, 0)
    assert shop.connection.state == "connected"


def test_a_token_endpoint_out_of_order_costs_no_connection(shop: Shop) -> None:
    documents = invoices(4)
    shop.link()
    shop.fault(kind="expired_token", nth=1)
    shop.fault(kind="token_error", count=5)
    shop.sync_until_done("--batch", "2")
    assert shop.connection.state == "connected"
    assert shop.numbers() == Counter(document.number for document in documents)


def test_a_revoked_grant_is_told_and_loses_nothing(
    shop: Shop, ledger: PracticeServer
) -> None:
    invoices(4)
    shop.link()
    shop.fault(kind="revoked_grant", nth=1)
    report = shop.sync()
    assert (report["sent"], report["waiting"]) == (0, 4)
    assert shop.connection.state == "attention"
    shop.command("connect", "quickbooks_online", "--practice", ledger.url, name=True)
    assert shop.sync_until_done() and len(shop.books()) == 4


def test_a_change_and_a_status_travel(shop: Shop) -> None:
    [document] = invoices(1)
    shop.link()
    shop.sync()
    [row] = shop.books()
    shop.edit(row["id"], status="paid")
    report = shop.command("poll")
    assert report["changed"] == 1
    assert DocumentLink.objects.get(document=document).status == "paid"
    assert shop.command("poll")["changed"] == 0


def test_a_payment_goes_with_its_document(shop: Shop) -> None:
    [document] = invoices(1)
    payment = factories.payment(document)
    shop.link()
    report = shop.sync()
    assert (report["sent"], report["payments"]) == (1, 1)
    shop.command("poll")
    assert list(Payment.objects.all()) == [payment]
    assert DocumentLink.objects.get(document=document).status == "paid"


def test_check_only_sends_nothing(shop: Shop) -> None:
    invoices(2)
    shop.link()
    report = shop.sync("--check-only")
    assert (report["sent"], report["waiting"]) == (0, 2)
    assert shop.books() == []


def test_a_limit_is_kept(shop: Shop) -> None:
    invoices(4)
    shop.link()
    assert shop.sync("--limit", "3")["sent"] == 3
    assert len(shop.books()) == 3


def test_costs_stay_within_bounds_at_batches_of_30(shop: Shop) -> None:
    invoices(240)
    shop.link()
    report = shop.sync("--batch", "30")
    assert report["sent"] == 240
    assert report["http_requests"] / 240 <= 0.05
    assert report["sql_statements"] / 240 <= 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sync", "--connection", "Nobody"), "no connection 'Nobody'"),
        (("poll", "--connection", "Nobody"), "no connection 'Nobody'"),
        (("connect", "abacus", "--name", "X"), "no platform 'abacus'"),
        (("connect", "quickbooks_online", "--name", "X"), "Give --practice"),
        (
            ("connect", "quickbooks_online", "--name", "X", "--practice", "ftp:x"),
            "is no address",
        ),
        (
            ("connect", "quickbooks_online", "--name", "X", "--credentials", "/no"),
            "cannot be read",
        ),
        (("export_documents", "--connection", "Books"), "not by files"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    shop: Shop, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        call_command(*words)
    assert caught.value.returncode == 2


def test_a_practice_ledger_that_does_not_answer_is_told(db: None) -> None:
    url = "http://127.0.0.1:9"
    words = ("connect", "quickbooks_online", "--name", "X", "--practice", url)
    with pytest.raises(CommandError, match="No practice ledger answers"):
        call_command(*words)
    assert not Connection.objects.exists()
