"""A month with faults planted by hand, against the practice QuickBooks: each is found,
by command, as a script would do it."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.practice.runner import serve
from invoicing.models import Document, Lifecycle
from invoicing.services import lifecycle
from tests.scenarios.shop import TIMEOUT, Shop, invoices

pytestmark = pytest.mark.django_db
MONTH = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture(params=["empty", "with a life of its own"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Connected; what has been sent is the caller's."""
    with serve("quickbooks_online", empty=request.param == "empty") as ledger:
        made = Shop(ledger.url)
        made.command(
            "connect", "quickbooks_online", "--practice", ledger.url, name=True
        )
        yield made


def send(shop: Shop, count: int) -> list[Document]:
    documents = invoices(count)
    shop.link()
    assert shop.sync("--batch", "30")["sent"] == count
    return documents


def there(shop: Shop, document: Document) -> dict[str, Any]:
    return next(row for row in shop.books() if row["number"] == document.number)


def address(shop: Shop, document: Document) -> str:
    return f"{shop.url}/__practice__/documents/{there(shop, document)['id']}"


def reconcile(shop: Shop, tmp_path: Path) -> tuple[dict[str, Any], list[Any]]:
    """The report, and the lines of the CSV."""
    out = tmp_path / "r.csv"
    report = shop.command("reconcile", *MONTH, "--out", str(out))
    with open(out, newline="", encoding="utf-8") as file:
        return report, list(csv.DictReader(file))


def books_total(shop: Shop) -> Decimal:
    return sum(
        (
            Decimal(row["gross"])
            for row in shop.books()
            if row["status"] != "void" and "2026-11-01" <= row["date"] <= "2026-11-30"
        ),
        Decimal(0),
    )


def test_what_was_sent_is_matched(shop: Shop, tmp_path: Path) -> None:
    send(shop, 4)
    report, lines = reconcile(shop, tmp_path)
    assert report["verdicts"]["matched"] == 4
    assert report["rows"] == len(lines) == 4 + report["verdicts"]["posted_outside"]
    assert Decimal(report["theirs"]["GBP"]) == books_total(shop)
    assert (report["unexplained"], shop.exit_code) == ({"GBP": "0.00"}, 0)


FAULTS: dict[str, dict[str, Any]] = {
    "amount_differs": {"gross": "1.00"},
    "ended_one_side": {"status": "void"},
    "customer_differs": {"party": "Somebody else"},
    "date_differs": {"date": "2026-12-24"},
}


def test_each_edit_over_there_is_found(shop: Shop, tmp_path: Path) -> None:
    documents = send(shop, 8)
    planted = dict(zip(FAULTS, documents, strict=False))
    for verdict, document in planted.items():
        shop.edit(there(shop, document)["id"], **FAULTS[verdict])
    deleted = documents[5]
    requests.delete(address(shop, deleted), timeout=TIMEOUT)
    report, lines = reconcile(shop, tmp_path)
    found = {line["number"]: line["verdict"] for line in lines}
    spared = [each for each in documents[4:] if each != deleted]
    assert {found[each.number] for each in spared} == {"matched"}
    assert [found[each.number] for each in planted.values()] == list(planted)
    assert found[deleted.number] == "ended_one_side"
    assert Decimal(report["theirs"]["GBP"]) == books_total(shop)
    assert (report["unexplained"]["GBP"], shop.exit_code) == ("0.00", 1)


def test_each_further_copy_has_its_own_line(shop: Shop, tmp_path: Path) -> None:
    document = send(shop, 2)[0]
    copy = {k: v for k, v in there(shop, document).items() if k != "id"}
    for _ in range(2):
        url = f"{shop.url}/__practice__/documents"
        answer = requests.post(url, json=copy, timeout=TIMEOUT)
        assert answer.ok, answer.text
    report, lines = reconcile(shop, tmp_path)
    own = [line for line in lines if line["number"] == document.number]
    assert sorted((line["verdict"], line["ours"]) for line in own) == [
        ("duplicate_in_books", ""),
        ("duplicate_in_books", ""),
        ("matched", "120.00"),
    ]
    assert Decimal(report["theirs"]["GBP"]) == books_total(shop)


def test_what_another_made_is_posted_outside(shop: Shop, tmp_path: Path) -> None:
    waiting = invoices(1)[0]
    shop.link()
    # Its number, before FinSync came to send it.
    entry = {
        "kind": "sales_invoice",
        "number": waiting.number,
        "party": "Somebody else",
        "date": "2026-11-05",
        "currency": "GBP",
        "gross": "10.00",
        "status": "open",
    }
    answer = requests.post(
        f"{shop.url}/__practice__/documents", json=entry, timeout=TIMEOUT
    )
    assert answer.ok, answer.text
    shop.sync()
    _, lines = reconcile(shop, tmp_path)
    own = {line["verdict"]: line for line in lines if line["number"] == waiting.number}
    assert set(own) == {"missing_in_books", "posted_outside"}
    assert own["missing_in_books"]["status_code"] == "DUPLICATE_NUMBER"


def test_a_document_voided_here_and_not_there_is_found(
    shop: Shop, tmp_path: Path
) -> None:
    document = send(shop, 1)[0]
    lifecycle.void(document, reason="Wrong customer")
    assert document.lifecycle == Lifecycle.VOID
    report, lines = reconcile(shop, tmp_path)
    (line,) = [line for line in lines if line["number"] == document.number]
    assert [line[name] for name in ("verdict", "ours", "theirs")] == [
        *("ended_one_side", "0.00", "120.00")
    ]
    assert report["explained"]["GBP"] == report["theirs"]["GBP"]


def test_what_we_lost_is_missing_in_crm(shop: Shop, tmp_path: Path) -> None:
    document, kept = send(shop, 2)
    document.ledger_links.all().delete()
    for each in (document.sync_items, document.events, document.lines):
        each.all().delete()
    Document.objects.filter(pk=document.pk).delete()
    report, lines = reconcile(shop, tmp_path)
    found = {line["number"]: line["verdict"] for line in lines}
    assert found[document.number] == "missing_in_crm"
    assert found[kept.number] == "matched"
    assert report["unexplained"]["GBP"] == "0.00"


def test_nothing_over_there_is_changed(shop: Shop, tmp_path: Path) -> None:
    send(shop, 3)
    before = shop.books()
    report, _ = reconcile(shop, tmp_path)
    assert shop.books() == before
    assert report["http_requests"] <= 6


def test_a_poll_beforehand_changes_no_verdict(shop: Shop, tmp_path: Path) -> None:
    document = send(shop, 2)[0]
    shop.edit(there(shop, document)["id"], gross="1.00")
    shop.command("poll")
    shop.edit(there(shop, document)["id"], gross="2.00")
    _, lines = reconcile(shop, tmp_path)
    (line,) = [line for line in lines if line["number"] == document.number]
    assert (line["verdict"], line["theirs"]) == ("amount_differs", "2.00")
