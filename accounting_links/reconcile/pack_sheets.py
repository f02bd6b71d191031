"""The sheets of the pack beside the lists of documents: each knows how to write itself
from what the run kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from accounting_links.models import (
    Bucket,
    OpenItem,
    PaymentVerdict,
    Reconciliation,
    Role,
)
from accounting_links.reconcile import ageing, digest, taxes
from accounting_links.reconcile.accepted import left_over
from accounting_links.reconcile.heading import facts, moment, title
from accounting_links.reconcile.pack_cells import Formula, Pen, sum_of
from accounting_links.reconcile.summary_sheet import Sheet
from accounting_links.reconcile.wording import ENTRIES, LINE_WORDS, ROLE_WORDS

OPEN_HEADS = (
    *("Role", "Standing", "Kind", "Number", "Contact", "Currency"),
    *("Ours", "Theirs", "Difference", "Our due date", "Their due date"),
    *("Our bucket", "Their bucket", "Their id"),
)
NOT_READ = "Open items were not read in this run."


def write_cover(sheet: Sheet, reconciliation: Reconciliation) -> None:
    pen = Pen(sheet, (26, 90))
    pen.title(title(reconciliation))
    for label, value in facts(reconciliation):
        pen.line([label, value])
    pen.blank()
    for label, value in result(reconciliation):
        pen.line([label, value], bold=True)
    pen.blank()
    for name, about in CONTENTS:
        pen.line([name, about])


def result(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    whole = sum(reconciliation.verdicts.values())
    left = left_over(reconciliation)
    return [
        ("Documents compared", f"{whole:,}"),
        ("Open differences", f"{left:,}"),
        ("Accepted with reason", f"{reconciliation.accepted:,}"),
        ("Signature", signature(reconciliation)),
    ]


def signature(reconciliation: Reconciliation) -> str:
    sign_off = getattr(reconciliation, "sign_off", None)
    if sign_off is None:
        return "Not signed"
    who = sign_off.person.get_full_name() or sign_off.person.get_username()
    told = f"Signed by {who} on {moment(sign_off.at)}"
    if sign_off.stands:
        return told
    return f"{told}; broken on {moment(sign_off.broken_at)}"


def write_control(
    sheet: Sheet, reconciliation: Reconciliation, *, items: int, after: int
) -> None:
    """Below row `after`. Each line adds up the list of open items; what the run found
    stands beside."""
    pen = Pen(sheet, ())
    pen.row = after
    for tie in reconciliation.control.get("ties", ()):
        pen.blank()
        words = ROLE_WORDS[Role(tie["role"])]
        pen.heads(f"{words} {tie['currency']}", "", "Amount", "As the run found it")
        _control_lines(pen, tie, items)
    for note in reconciliation.control.get("notes", ()):
        pen.line([note])


def _control_lines(pen: Pen, tie: Mapping[str, Any], items: int) -> None:
    def line(label: str, formula: Any, found: str | None) -> int:
        kept = None if found is None else Decimal(found)
        return pen.line([label, None, formula, kept], currency=tie["currency"])

    control = tie["control"]
    first = line(
        "Control account over there",
        "not told" if control is None else Decimal(control),
        control,
    )
    theirs = _sum_items(tie, items, "H")
    if control is not None:
        entries = Decimal(tie.get("entries", "0"))
        told = f"{ENTRIES}: {tie.get('reason', 'none')}"
        at = line(told, entries, tie.get("entries", "0"))
        rest = Formula(f"={theirs}-C{first}-C{at}")
        line("Unexplained", rest, tie["unexplained"])
    else:
        first = line("Open over there", Formula(f"={theirs}"), tie["theirs"])
    for standing, words in LINE_WORDS.items():
        formula = "-".join(
            _sum_items(tie, items, column, standing.label) for column in "GH"
        )
        line(words, Formula(f"={formula}"), tie["lines"][standing.value])
    last = line("Open here", sum_of("C", first, pen.row), tie["ours"])
    ours = _sum_items(tie, items, "G")
    check = f'=IF(ROUND(C{last}-{ours},4)=0,"ties","does not tie")'
    pen.line(["Check", None, Formula(check)])


def _sum_items(
    tie: Mapping[str, Any], items: int, column: str, standing: str = ""
) -> str:
    last = max(items, 1) + 1

    def of(letter: str) -> str:
        return f"'Open items'!${letter}$2:${letter}${last}"

    tests = [("A", Role(tie["role"]).label), ("F", tie["currency"])]
    tests += [("B", standing)] if standing else []
    parts = ",".join(f'{of(letter)},"{value}"' for letter, value in tests)
    return f"SUMIFS({of(column)},{parts})"


def write_open_items(sheet: Sheet, reconciliation: Reconciliation) -> int:
    pen = Pen(sheet, (10, 20, 16, 18, 34, 9, 14, 14, 14, 12, 12, 13, 13, 18))
    pen.freeze(1)
    pen.heads(*OPEN_HEADS)
    count = 0
    for item in reconciliation.open_items.iterator(chunk_size=2000):
        pen.line(_open_item(item, pen.row + 1), currency=item.currency)
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(OPEN_HEADS))}{count + 1}"
    return count


def _open_item(item: OpenItem, at: int) -> list[Any]:
    return [
        *(item.get_role_display(), item.get_standing_display()),
        *(item.kind.replace("_", " "), item.number, item.party, item.currency),
        *(item.ours, item.theirs, Formula(f"=H{at}-G{at}")),
        *(item.our_due, item.their_due),
        *(item.get_our_bucket_display(), item.get_their_bucket_display()),
        item.external_id,
    ]


def write_ageing(sheet: Sheet, reconciliation: Reconciliation) -> None:
    buckets = list(Bucket)
    pen = Pen(sheet, (34, *(13 for _ in range(3 * len(buckets) + 3))))
    pen.freeze(1)
    names = [*(bucket.label for bucket in buckets), "All"]
    pen.heads(
        "Contact",
        *(f"{name}: {side}" for name in names for side in ("ours", "theirs", "diff.")),
    )
    found = ageing.grids(reconciliation)
    for grid in found:
        pen.line([f"{ROLE_WORDS[grid.role]} {grid.currency}"], bold=True)
        first = pen.row + 1
        for age in grid.parties:
            _age(pen, age, grid.currency)
        last, columns = pen.row, 3 * len(names)
        letters = [get_column_letter(at) for at in range(2, columns + 2)]
        sums = [sum_of(letter, first, last) for letter in letters]
        pen.line(["All", *sums], currency=grid.currency, bold=True)
        pen.blank()
    if not found:
        read = reconciliation.with_balances
        pen.line(["Nothing is open on either side." if read else NOT_READ])


def _age(pen: Pen, age: ageing.PartyAge, currency: str) -> None:
    at, values = pen.row + 1, []
    pairs = list(age.buckets.values())
    for place, pair in enumerate(pairs):
        ours, theirs = (get_column_letter(2 + 3 * place + each) for each in (0, 1))
        values += [pair.ours, pair.theirs, Formula(f"={theirs}{at}-{ours}{at}")]
    for side in range(3):
        letters = [get_column_letter(2 + 3 * n + side) for n in range(len(pairs))]
        values.append(Formula("=" + "+".join(f"{each}{at}" for each in letters)))
    pen.line([age.party, *values], currency=currency)


def write_tax(sheet: Sheet, reconciliation: Reconciliation) -> None:
    pen = Pen(sheet, (10, 12, 10, 30, 14, 14, 14, 14, 14, 14))
    pen.freeze(1)
    pen.heads(
        *("Currency", "Sales or purchases", "Month", "Tax rate"),
        *("Our net", "Their net", "Difference", "Our tax", "Their tax", "Difference"),
    )
    for each in reconciliation.tax:
        at = pen.row + 1
        amounts = {name: Decimal(each[name]) for name in taxes.TaxTally.__slots__}
        kind = "sales" if each["role"] == "customer" else "purchases"
        pen.line(
            [
                *(each["currency"], kind, each["month"], each["rate"]),
                *(amounts["ours_net"], amounts["theirs_net"]),
                Formula(f"=F{at}-E{at}"),
                *(amounts["ours_tax"], amounts["theirs_tax"]),
                Formula(f"=I{at}-H{at}"),
            ],
            currency=each["currency"],
        )
    pen.blank()
    pen.line(["Documents that moved between months"], bold=True)
    for row in digest.moved(reconciliation):
        days = row.our_date, row.their_date
        amounts_of = row.ours, row.theirs
        pen.line([row.number, *days, row.our_party, *amounts_of], currency=row.currency)


def write_payments(
    sheet: Sheet, by_method: Sheet, reconciliation: Reconciliation
) -> None:
    pen = Pen(sheet, (20, 22, 30, 20, 20, 9, 14, 14, 14, 12, 12, 60))
    pen.freeze(1)
    pen.heads(
        *("Kind", "Verdict", "Contact", "Reference", "Method", "Currency"),
        *("Ours", "Theirs", "Difference", "Our date", "Their date", "Cause"),
    )
    groups: dict[tuple[str, str, str], None] = {}
    for row in reconciliation.payment_rows.iterator(chunk_size=2000):
        kind, method = row.get_kind_display(), row.method or "no method"
        groups[kind, method, row.currency] = None
        at = pen.row + 1
        pen.line(
            [
                *(kind, PaymentVerdict(row.verdict).label, row.party, row.reference),
                *(method, row.currency, row.ours, row.theirs),
                Formula(f"=H{at}-G{at}"),
                *(row.our_date, row.their_date, row.cause),
            ],
            currency=row.currency,
        )
    _by_method(Pen(by_method, (22, 24, 9, 16, 16, 16)), list(groups), pen.row)


def _by_method(pen: Pen, groups: list[tuple[str, str, str]], last: int) -> None:
    """The names are cells of this sheet: they need no quoting in the formulas."""
    pen.freeze(1)
    pen.heads("Kind", "Method", "Currency", "Ours", "Theirs", "Difference")
    for kind, method, currency in sorted(groups):
        at = pen.row + 1

        def sums(letter: str, at: int = at) -> Formula:
            tests = (("A", "A"), ("E", "B"), ("F", "C"))
            parts = ",".join(
                f"Payments!${there}$2:${there}${last},{here}{at}"
                for there, here in tests
            )
            return Formula(f"=SUMIFS(Payments!${letter}$2:${letter}${last},{parts})")

        values = (kind, method, currency, sums("G"), sums("H"))
        pen.line([*values, Formula(f"=E{at}-D{at}")], currency=currency)
    if not groups:
        pen.line(["None in the period, or they were not read."])


def write_log(sheet: Sheet, reconciliation: Reconciliation) -> None:
    pen = Pen(sheet, (44, 10, 20, 20))
    pen.freeze(1)
    pen.heads("What happened", "How often", "First", "Last")
    for each in digest.of_log(reconciliation):
        pen.line([each.words, each.often, moment(each.first), moment(each.last)])


def write_sign_off(sheet: Sheet, reconciliation: Reconciliation) -> None:
    pen = Pen(sheet, (24, 20, 20, 26, 26, 60))
    pen.title(signature(reconciliation))
    sign_off = getattr(reconciliation, "sign_off", None)
    if sign_off is not None:
        pen.line(["Fingerprint", sign_off.fingerprint])
        pen.line(["Documents", sign_off.documents])
        pen.line(["Note", sign_off.note])
    pen.blank()
    pen.heads("Accepted", "Verdict", "By", "On", "", "Reason")
    for row in digest.accepted_rows(reconciliation):
        accepted = row.accepted
        if accepted is not None:
            who = accepted.person.get_full_name() or accepted.person.get_username()
            label = row.get_verdict_display()
            on = moment(accepted.at)
            pen.line([row.number, label, who, on, None, accepted.reason])
    if sign_off is not None and not sign_off.stands:
        pen.blank()
        pen.heads("Changed since", "Where", "What", "Was signed", "Is now", "Who")
        names = ("number", "side", "field", "before", "after", "who")
        for change in sign_off.changes:
            pen.line([change.get(name, "") for name in names])


CONTENTS = (
    ("Tie-out", "Totals of both sides, and from the control account to what is open"),
    ("Ageing", "What is owed, by contact and age, on both sides"),
    ("Differences", "Each document that has to be looked into, with reasons"),
    ("Tax", "Net and tax by rate and month, and documents that moved"),
    ("Payments by method", "Payments of both sides in the period"),
    ("Sync log", "What FinSync did with these books in the period"),
    ("Sign-off", "Who signed, what was accepted, what changed since"),
    ("Documents", "Every document of either side, one row each"),
)
