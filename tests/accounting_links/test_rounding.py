"""The connection's rounding policy, from the check to what the books hold."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest

from accounting_links.engine import passes
from accounting_links.engine.tally import PassResult
from accounting_links.faults.office import Office
from accounting_links.models import (
    Connection,
    Operation,
    RecordType,
    RemoteRecord,
    RoundingPolicy,
    SyncItem,
)
from accounting_links.outbox import mark
from connectors.practice import edits
from connectors.practice.runner import serve
from invoicing.models import Document, Event, SentHow
from invoicing.services import documents, lifecycle, sending
from invoicing.services.drafts import DocumentDraft, LineDraft
from tests.accounting_links import factories
from tests.factories import tax_rate

D = Decimal
# One that rounds by each rule, and what it can be told.
PLATFORMS = [
    ("freeagent", RoundingPolicy.ADJUST),
    ("acumatica", RoundingPolicy.ADJUST),
    ("quickbooks_online", RoundingPolicy.ADJUST),
    ("quickbooks_online", RoundingPolicy.OVERRIDE),
]


@pytest.fixture
def open_office(db: None) -> Iterator[Callable[[str], Office]]:
    with ExitStack() as stack:

        def made(platform: str) -> Office:
            server = stack.enter_context(serve(platform, empty=True))
            return Office(server, random.Random(1))

        yield made


def awkward(office: Office, number: str, prices: list[str]) -> Document:
    """Prices with tax inside, which no rule rounds as we do."""
    like = office.document("sales_invoice")
    line = like.lines.get()
    draft = DocumentDraft(
        kind="sales_invoice",
        contact=like.contact,
        date=like.date,
        number=number,
        prices_include_tax=True,
        lines=[
            LineDraft(
                text="Part",
                unit_price=D(price),
                nominal=line.nominal,
                tax_rate=line.tax_rate,
            )
            for price in prices
        ],
    )
    made = documents.create(draft)
    lifecycle.approve(made)
    sending.mark_sent(made, SentHow.EMAILED)
    return made


AWKWARD = [["0.03", "10.00"], ["7.77", "3.33", "9.99"]]
OpenOffice = Callable[[str], Office]


def with_zero_rate(office: Office) -> None:
    """Mapped, so that a line for the rounding can be added."""
    codes = RemoteRecord.objects.filter(type=RecordType.TAX_CODE, data__sales=True)
    none = [code for code in codes if D(code.data["rate"] or 1) == 0]
    factories.tax_link(
        office.connection,
        tax_rate(zero=True),
        external_id=none[0].external_id,
    )


def send(office: Office, policy: RoundingPolicy, *made: Document) -> PassResult:
    mark([each.pk for each in made], connection=office.connection)
    Connection.objects.update(rounding_policy=policy)
    return passes.run_pass(Connection.objects.get())


@pytest.mark.parametrize(("platform", "policy"), PLATFORMS)
def test_what_the_books_hold_is_ours_to_the_cent(
    open_office: OpenOffice, platform: str, policy: RoundingPolicy
) -> None:
    office = open_office(platform)
    with_zero_rate(office)
    made = [awkward(office, f"R-{at}", prices) for at, prices in enumerate(AWKWARD)]
    assert send(office, policy, *made).sent == 2
    there = [D(row["gross"]) for row in edits.entries(office.ledger)]
    assert sorted(there) == sorted(document.gross for document in made)
    for document in made:
        link = document.ledger_links.get()
        assert (link.gross, link.warning) == (document.gross, "")


def test_it_is_told_on_the_timeline_and_in_the_link(open_office: OpenOffice) -> None:
    office = open_office("freeagent")
    document = awkward(office, "R-1", AWKWARD[0])
    send(office, RoundingPolicy.ADJUST, document)
    [event] = Event.objects.filter(verb="document.rounding_adjusted")
    assert event.document_id == document.pk
    assert event.reason == document.ledger_links.get().note
    assert event.reason == (
        "Adjusted on its way, so that the total there is ours: line 2 is 8.34 there and"
        " 8.33 here. There the net is 8.36 and the tax 1.67, here 8.35 and 1.68."
    )


def test_our_own_document_stays_as_it_is(open_office: OpenOffice) -> None:
    office = open_office("freeagent")
    document = awkward(office, "R-1", AWKWARD[0])
    before = list(document.lines.values())
    send(office, RoundingPolicy.ADJUST, document)
    assert list(document.lines.values()) == before
    assert Document.objects.get(pk=document.pk).revision == document.revision


def test_what_totals_the_same_is_not_touched(open_office: OpenOffice) -> None:
    office = open_office("freeagent")
    plain = office.document("sales_invoice")
    assert send(office, RoundingPolicy.ADJUST, plain).sent == 1
    assert plain.ledger_links.get().note == ""


REFUSED = [
    (RoundingPolicy.BLOCK, ["0.03", "10.00"], "Correct a line"),
    (
        RoundingPolicy.OVERRIDE,
        ["0.03", "10.00"],
        "FreeAgent computes the tax itself and cannot be told another one.",
    ),
    (
        RoundingPolicy.ADJUST,
        ["0.03"] * 6,
        "That is more than the 0.05 that a line may be adjusted by.",
    ),
]


@pytest.mark.parametrize(("policy", "prices", "why"), REFUSED)
def test_where_the_policy_cannot_help_it_says_why(
    open_office: OpenOffice, policy: RoundingPolicy, prices: list[str], why: str
) -> None:
    office = open_office("freeagent")
    document = awkward(office, "R-1", prices)
    result = send(office, policy, document)
    assert result.by_status_code == {"TOTALS": 1}
    [finding] = SyncItem.objects.get(document=document).findings
    assert finding["hint"].startswith(why)


def test_a_change_is_adjusted_as_a_new_document_is(open_office: OpenOffice) -> None:
    office = open_office("quickbooks_online")
    with_zero_rate(office)
    document = office.document("sales_invoice")
    send(office, RoundingPolicy.ADJUST, document)
    line = document.lines.get()
    drafts = [
        LineDraft(
            text="Part",
            unit_price=D(price),
            nominal=line.nominal,
            tax_rate=line.tax_rate,
        )
        for price in AWKWARD[1]
    ]
    documents.change(document, {"prices_include_tax": True}, lines=drafts)
    mark([document.pk], connection=office.connection, operation=Operation.UPDATE)
    assert passes.run_pass(Connection.objects.get()).updated == 1
    link = document.ledger_links.get()
    document.refresh_from_db()
    assert (link.gross, link.warning) == (document.gross, "")
    assert link.note.startswith("Adjusted on its way")
