"""The parts of the PDF beside totals and lists of documents."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether

from accounting_links.models import Bucket, Reconciliation, Role
from accounting_links.reconcile import ageing, digest, pack_sheets
from accounting_links.reconcile.heading import moment
from accounting_links.reconcile.pdf_tables import H2, grouped, table, text
from accounting_links.reconcile.totals import money
from accounting_links.reconcile.wording import ENTRIES, LINE_WORDS, ROLE_WORDS

TWO = (118 * mm, 50 * mm)
AGES = (46 * mm, 16 * mm, *(17.5 * mm for _ in range(6)))
TAXED = (16 * mm, 44 * mm, *(27 * mm for _ in range(4)))
PAID = (30 * mm, 44 * mm, 14 * mm, 26 * mm, 26 * mm, 26 * mm)
LOGGED = (80 * mm, 20 * mm, 34 * mm, 34 * mm)
SIGNED = (26 * mm, 26 * mm, 36 * mm, 80 * mm)
# The XLSX has them all.
MOST_PARTIES = 60


def control(reconciliation: Reconciliation) -> Iterator[Any]:
    for tie in reconciliation.control.get("ties", ()):
        words = ROLE_WORDS[Role(tie["role"])]
        told = tie["control"]
        first = "Control account over there"
        rows = [(first, "not told" if told is None else grouped(told))]
        if told is None:
            rows.append(("Open over there", grouped(tie["theirs"])))
        else:
            rows.append(("Unexplained", grouped(tie["unexplained"])))
            if tie.get("entries"):
                told = f"{ENTRIES}: {tie['reason']} ({tie['person']})"
                rows.append((told, grouped(tie["entries"])))
        for standing, line in LINE_WORDS.items():
            rows.append((line, grouped(tie["lines"][standing.value])))
        rows.append(("Open here", grouped(tie["ours"])))
        heads = ("From the control account to what is open here", tie["currency"])
        yield KeepTogether(
            [
                text(f"{words}, {tie['currency']}", H2),
                table(heads, rows, widths=TWO, amounts=range(1, 2)),
            ]
        )
    for note in reconciliation.control.get("notes", ()):
        yield text(note)


def ageing_of(reconciliation: Reconciliation) -> Iterator[Any]:
    """Two lines a contact: ours and theirs."""
    for grid in ageing.grids(reconciliation):
        yield text(f"Ageing of {ROLE_WORDS[grid.role].lower()}, {grid.currency}", H2)
        heads = ("Contact", "", *(bucket.label for bucket in Bucket), "All")
        rows: list[tuple[str, ...]] = []
        for age in [grid.whole, *grid.parties[:MOST_PARTIES]]:
            rows += _ages(age, grid.currency)
        if len(grid.parties) > MOST_PARTIES:
            yield text(f"The first {MOST_PARTIES} of {len(grid.parties):,} contacts.")
        yield table(heads, rows, widths=AGES, amounts=range(2, 8))


def _ages(age: ageing.PartyAge, currency: str) -> list[tuple[str, ...]]:
    pairs = [*age.buckets.values(), age.whole]

    def told(amounts: list[Decimal]) -> list[str]:
        return [grouped(money(each, currency)) if each else "" for each in amounts]

    return [
        (age.party, "ours", *told([pair.ours for pair in pairs])),
        ("", "theirs", *told([pair.theirs for pair in pairs])),
    ]


def tax(reconciliation: Reconciliation) -> Iterator[Any]:
    if not reconciliation.tax:
        return
    yield text("Tax by rate and month", H2)
    heads = ("Month", "Rate", "Our net", "Their net", "Our tax", "Their tax")
    names = ("ours_net", "theirs_net", "ours_tax", "theirs_tax")
    rows = []
    for each in reconciliation.tax:
        what = "sales" if each["role"] == "customer" else "purchases"
        rate = f"{each['rate']}, {what}, {each['currency']}"
        rows.append((each["month"], rate, *(grouped(each[name]) for name in names)))
    yield table(heads, rows, widths=TAXED, amounts=range(2, 6))


def payments(reconciliation: Reconciliation) -> Iterator[Any]:
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(
        lambda: [Decimal(0), Decimal(0)]
    )
    for row in reconciliation.payment_rows.all():
        key = row.get_kind_display(), row.method or "no method", row.currency
        sums[key][0] += row.ours or 0
        sums[key][1] += row.theirs or 0
    if not sums:
        return
    yield text("Payments by method", H2)
    rows = []
    for (kind, method, currency), (ours, theirs) in sorted(sums.items()):
        amounts = (ours, theirs, theirs - ours)
        told = (grouped(money(each, currency)) for each in amounts)
        rows.append((kind, method, currency, *told))
    heads = ("Kind", "Method", "", "Ours", "Theirs", "Difference")
    yield table(heads, rows, widths=PAID, amounts=range(3, 6))


def log(reconciliation: Reconciliation) -> Iterator[Any]:
    rows = [
        (each.words, f"{each.often:,}", moment(each.first), moment(each.last))
        for each in digest.of_log(reconciliation)
    ]
    if rows:
        yield text("What FinSync did with these books in the period", H2)
        heads = ("What", "How often", "First", "Last")
        yield table(heads, rows, widths=LOGGED, amounts=range(1, 2))


def sign_off(reconciliation: Reconciliation) -> Iterator[Any]:
    yield text("Sign-off", H2)
    yield text(pack_sheets.signature(reconciliation))
    made = getattr(reconciliation, "sign_off", None)
    if made is not None:
        yield text(f"Fingerprint of {made.documents:,} documents: {made.fingerprint}")
        if made.note:
            yield text(made.note)
    rows = []
    for row in digest.accepted_rows(reconciliation):
        if row.accepted is not None:
            person = row.accepted.person
            who = person.get_full_name() or person.get_username()
            told = (row.number, row.get_verdict_display(), who, row.accepted.reason)
            rows.append(told)
    if rows:
        heads = ("Accepted", "Verdict", "By", "Reason")
        yield table(heads, rows, widths=SIGNED, amounts=range(0))
    if made is not None and not made.stands:
        changed = [
            (each["number"], each["side"], each["field"], _change(each))
            for each in made.changes
        ]
        heads = ("Changed since", "Where", "What", "Was signed, is now, by whom")
        yield table(heads, changed, widths=SIGNED, amounts=range(0))


def _change(change: dict[str, Any]) -> str:
    was, now = change["before"] or "-", change["after"] or "-"
    return f"{was}; {now}; {change['who'] or 'not told'}"
