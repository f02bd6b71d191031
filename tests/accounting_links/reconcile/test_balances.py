"""What is open on both sides, how old it is, and how the control account ties to it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounting_links.actions.base import Refused
from accounting_links.actions.explain_control import explain
from accounting_links.actions.sign_off import sign
from accounting_links.models import (
    Bucket,
    Connection,
    ItemStanding,
    ItemState,
    OpenItem,
    PaymentLink,
    Reconciliation,
    Role,
)
from accounting_links.reconcile import ageing, control, service
from accounting_links.reconcile.ageing import Pair, bucket
from connectors.records import (
    Allocation,
    ControlBalance,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemotePayment,
    RemoteStatus,
)
from invoicing.services import settling
from tests import base, factories
from tests.accounting_links.factories import contact_link, sync_item
from tests.accounting_links.reconcile.books import Books, foreign
from tests.accounting_links.reconcile.month import END, START, sent

INVOICE = DocumentKind.SALES_INVOICE
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def telling(monkeypatch: pytest.MonkeyPatch) -> None:
    able = replace(Books.capabilities, control_balances=True)
    monkeypatch.setattr(Books, "capabilities", able)


def run(link: Connection, *, month: bool = True) -> Reconciliation:
    start, end = (START, END) if month else (None, None)
    done = service.run(link, start=start, end=end, balances=True)
    assert done.state == "done", done.message
    return done


def standings(done: Reconciliation) -> dict[str, tuple[str, float, float]]:
    """Pounds without pence."""
    return {
        each.number: (each.standing, float(each.ours), float(each.theirs))
        for each in done.open_items.all()
    }


def owed(books: Books, amount: str, currency: str = "GBP") -> None:
    books.balances.append(
        ControlBalance(
            role=PartyRole.CUSTOMER,
            account_id="AR",
            currency=currency,
            amount=Decimal(amount),
        )
    )


def received(id: str, amount: str, *shares: tuple[str, str]) -> RemotePayment:
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=id,
        date=dt.date(2026, 11, 6),
        amount=Decimal(amount),
        currency="GBP",
        allocations=tuple(
            Allocation(document_id=document, kind=INVOICE, amount=Decimal(part))
            for document, part in shares
        ),
    )


def test_what_is_open_alike_is_agreed(link: Connection, books: Books) -> None:
    sent(link, books, "A-1", balance=Decimal(120))
    sent(link, books, "PAID", status=RemoteStatus.PAID)
    assert standings(run(link))["A-1"] == ("agreed", 120, 120)


def test_each_reason_has_its_standing(link: Connection, books: Books) -> None:
    sent(link, books, "DIFF", balance=Decimal(20))
    sent(link, books, "GONE")
    books.documents.pop()
    factories.approved(number="WAIT")
    doubted = factories.approved(number="DOUBT")
    sync_item(link, doubted, state=ItemState.IN_DOUBT, key="k")
    books.documents.append(foreign("OWN"))
    found = standings(run(link))
    assert {number: each[0] for number, each in found.items()} == {
        "DIFF": "differs",
        "GONE": "differs",
        "WAIT": "not_sent",
        "DOUBT": "in_transit",
        "OWN": "outside",
    }


def test_what_is_open_of_earlier_months_is_there_too(
    link: Connection, books: Books
) -> None:
    early = {"date": dt.date(2026, 3, 1)}
    sent(link, books, "OLD", here=early)
    done = run(link)
    assert done.rows.count() == 0
    assert standings(done)["OLD"] == ("agreed", 120, 120)


def test_no_document_is_read_twice(link: Connection, books: Books) -> None:
    sent(link, books, "A-1")
    run(link)
    spans = [call[2:] for call in books.calls if call[:2] == ("list", "sales_invoice")]
    assert len(spans) == len(set(spans)) == 3
    books.calls.clear()
    run(link, month=False)
    assert books.calls.count(("list", "sales_invoice", None, None)) == 1


def test_credit_notes_lower_what_is_owed(link: Connection, books: Books) -> None:
    sent(link, books, "C-1", of_kind=DocumentKind.CREDIT_NOTE)
    assert standings(run(link))["C-1"] == ("agreed", -120, -120)


def test_money_on_account_lowers_it_too(link: Connection, books: Books) -> None:
    document, remote = sent(link, books, "A-1")
    contact_link(link, document.contact)
    factories.payment(
        contact=document.contact, amount="30", currency="GBP", reference="ACC"
    )
    books.payments = [received("P1", "50.00", (remote.id, "10.00"))]
    found = standings(run(link))
    wanted = {"ACC": ("not_sent", -30, 0), "P1": ("outside", 0, -40)}
    assert {name: found[name] for name in wanted} == wanted


def test_the_control_account_ties_to_what_is_open_here(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    sent(link, books, "DIFF", balance=Decimal(20))
    factories.approved(number="WAIT")
    books.documents.append(foreign("OWN"))
    owed(books, "190.00")
    (tie,) = run(link).control["ties"]
    assert tie["control"] == "190.00"
    assert tie["lines"] == {
        "outside": "-50.00",
        "in_transit": "0.00",
        "not_sent": "120.00",
        "differs": "100.00",
    }
    assert (tie["unexplained"], tie["ours"]) == ("0.00", "360.00")


def test_what_no_document_accounts_for_is_unexplained_and_not_signed(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    owed(books, "120.01")
    done = run(link)
    assert done.control["ties"][0]["unexplained"] == "-0.01"
    with pytest.raises(Refused, match="-0.01 GBP of receivables there"):
        sign(done, actor=base.accountant())


def test_a_person_explains_entries_that_are_no_documents(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    owed(books, "1120.00")
    done = run(link)
    anna = base.accountant()
    asked: dict[str, Any] = {"role": Role.CUSTOMER, "currency": "GBP"}
    with pytest.raises(Refused, match="Say which"):
        explain(done, **asked, amount="-1000.00", actor=anna, reason=" ")
    with pytest.raises(Refused, match="not unexplained any more"):
        explain(done, **asked, amount="-999.00", actor=anna, reason="Opening")
    explain(done, **asked, amount="-1000.00", actor=anna, reason="Opening balances")
    (tie,) = Reconciliation.objects.get().control["ties"]
    assert (tie["unexplained"], tie["entries"]) == ("0.00", "-1000.00")
    assert tie["person"] == "Anna Accountant"
    assert sign(done, actor=anna).stands
    with pytest.raises(Refused, match="signed"):
        explain(done, **asked, amount="-1000.00", actor=anna, reason="Opening")


def test_explaining_is_pressed_by_who_may_sign(link: Connection, books: Books) -> None:
    sent(link, books, "A-1")
    owed(books, "1120.00")
    done = run(link)
    url = reverse("admin:reconciliation_explain", args=(done.pk,))
    asked = {"role": "customer", "currency": "GBP", "amount": "-1000.00", "reason": "J"}
    assert base.client_of(base.stranger()).post(url, asked).status_code == 403
    client = base.client_of(base.accountant())
    assert client.get(url).status_code == 405
    text = client.post(url, asked, follow=True).content.decode()
    assert "Entries there that are no documents: J" in text


def test_a_platform_that_tells_no_control_account_says_so(
    link: Connection, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = {"control_balances": "Books tells none."}
    able = replace(Books.capabilities, control_balances=False, reasons=reasons)
    monkeypatch.setattr(Books, "capabilities", able)
    sent(link, books, "A-1")
    done = run(link)
    assert done.control["ties"][0]["unexplained"] is None
    assert "Books tells none." in done.control["notes"]
    assert sign(done, actor=base.accountant()).stands


def test_an_earlier_month_says_of_which_day_the_balances_are(
    link: Connection, books: Books
) -> None:
    done = service.run(
        link, start=dt.date(2026, 3, 1), end=dt.date(2026, 3, 31), balances=True
    )
    (note,) = done.control["notes"]
    assert "31 March 2026" in note
    assert done.control["as_of"] == timezone.localdate().isoformat()


def test_part_paid_without_a_balance_is_told(link: Connection, books: Books) -> None:
    sent(link, books, "A-1", status=RemoteStatus.PART_PAID)
    assert "Of 1 part-paid" in run(link, month=False).control["notes"][0]


def test_without_being_asked_nothing_more_is_read(
    link: Connection, books: Books
) -> None:
    sent(link, books, "A-1")
    done = service.run(link, start=START, end=END)
    assert not OpenItem.objects.exists()
    assert done.control == {}
    assert {call[0] for call in books.calls} <= {"list", "find"}


@pytest.mark.parametrize(
    ("late", "name"),
    [
        (-5, Bucket.CURRENT),
        (0, Bucket.CURRENT),
        (1, Bucket.TO_30),
        (30, Bucket.TO_30),
        (31, Bucket.TO_60),
        (90, Bucket.TO_90),
        (91, Bucket.OVER_90),
    ],
)
def test_a_bucket_begins_the_day_after(late: int, name: Bucket) -> None:
    on = dt.date(2026, 11, 30)
    assert bucket(on - dt.timedelta(days=late), on) is name


def test_the_grid_has_both_sides_of_each_customer(
    link: Connection, books: Books
) -> None:
    today = timezone.localdate()
    old, fresh = today - dt.timedelta(days=40), today
    acme = factories.customer(name="Acme")
    here: dict[str, Any] = {"contact": acme, "due_date": old}
    sent(link, books, "A-1", here=here, due_date=fresh)
    contact_link(link, acme, external_id="P7")
    books.documents.append(foreign("OWN", party_id="P7", due_date=fresh))
    (grid,) = ageing.grids(run(link, month=False))
    (age,) = grid.parties
    assert (age.party, grid.role, grid.currency) == ("Acme", "customer", "GBP")
    late = age.buckets[Bucket.TO_60]
    assert (float(late.ours), float(late.theirs)) == (
        120,
        0,
    )
    assert age.buckets[Bucket.CURRENT].theirs == 170
    assert [float(age.whole.difference), float(grid.whole.whole.theirs)] == [50, 170]


PENCE = st.integers(-99_999, 99_999).map(lambda pence: Decimal(pence) / 100)
KEYS = st.tuples(
    st.sampled_from(("customer", "supplier")),
    st.sampled_from(("GBP", "EUR", "JPY")),
    st.sampled_from(ItemStanding.values),
)


@given(
    st.dictionaries(KEYS, st.tuples(PENCE, PENCE)),
    st.lists(st.tuples(st.sampled_from(PartyRole), PENCE)),
)
def test_the_control_account_ties_on_random_books(
    sums: dict[tuple[str, str, str], tuple[Decimal, Decimal]],
    told: list[tuple[PartyRole, Decimal]],
) -> None:
    """Agreed items are the same on both sides by their meaning."""
    pairs = {
        key: Pair(ours, ours if key[2] == "agreed" else theirs)
        for key, (ours, theirs) in sums.items()
    }
    balances = [
        ControlBalance(role=role, account_id="1", currency="GBP", amount=amount)
        for role, amount in told
    ]
    for tie in control.ties(pairs, balances, list(Role)):
        assert tie.theirs + sum(tie.lines.values()) == tie.ours
        if tie.control is not None:
            left = tie.unexplained
            assert left is not None
            assert tie.control + left + sum(tie.lines.values()) == tie.ours


def payments(done: Reconciliation) -> list[tuple[str, str]]:
    return [(each.verdict, each.cause) for each in done.payment_rows.all()]


def paid_both(link: Connection, books: Books, **there: Any) -> None:
    """One payment of ours of 120.00, and what the books hold of it."""
    document, remote = sent(link, books, "A-1")
    own = factories.payment(document, date=dt.date(2026, 11, 6))
    PaymentLink.objects.create(
        connection=link, payment=own, external_id="P1", amount=own.amount
    )
    books.payments = [replace(received("P1", "120", (remote.id, "120")), **there)]


def test_the_same_payment_is_matched(link: Connection, books: Books) -> None:
    paid_both(link, books)
    assert payments(run(link)) == [("matched", "")]


@pytest.mark.parametrize(
    ("there", "verdict", "cause"),
    [
        ({"amount": Decimal(121)}, "amount_differs", "120.00 here, 121.00 there."),
        (
            {"allocations": ()},
            "paid_differently",
            "It settles other documents or amounts there (1 differ)",
        ),
        ({"date": dt.date(2026, 11, 7)}, "date_differs", "07 Nov 2026 there"),
    ],
)
def test_a_payment_that_differs_says_how(
    link: Connection, books: Books, there: dict[str, Any], verdict: str, cause: str
) -> None:
    paid_both(link, books, **there)
    ((found, told),) = payments(run(link))
    assert found == verdict
    assert cause in told


def test_payments_of_one_side_alone_are_told(link: Connection, books: Books) -> None:
    document, _ = sent(link, books, "A-1")
    factories.payment(document)
    books.payments = [
        received("P9", "5.00"),
        replace(received("P8", "5.00"), date=dt.date(2026, 12, 1)),
    ]
    assert [verdict for verdict, _ in payments(run(link))] == ["not_sent", "outside"]


def test_credit_set_off_differently_is_told(link: Connection, books: Books) -> None:
    acme = {"contact": factories.customer()}
    invoice, theirs = sent(link, books, "A-1", here=acme)
    note, their_note = sent(
        link, books, "C-1", of_kind=DocumentKind.CREDIT_NOTE, here=acme
    )
    settling.apply_credit(note, invoice, Decimal(100), actor_name="test")
    allocations = (
        Allocation(document_id=theirs.id, kind=INVOICE, amount=Decimal(70)),
        Allocation(
            document_id=their_note.id,
            kind=DocumentKind.CREDIT_NOTE,
            amount=Decimal(70),
        ),
    )
    books.payments = [replace(received("P1", "0"), allocations=allocations)]
    (row,) = run(link).payment_rows.all()
    assert (row.kind, row.verdict) == ("credit", "paid_differently")
    assert row.cause == "100.00 of it is set against invoices here, 70.00 there."
