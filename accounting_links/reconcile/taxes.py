"""Net and tax by rate, on both sides, as far as both know it: what a tax return is
checked against."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounting_links.models import Connection, RecordType, RemoteRecord, TaxLink
from accounting_links.reconcile.sides import NO_RATE, ZERO, Ours, TaxParts, Theirs
from accounting_links.reconcile.totals import money
from connectors.records import PartyRole, RemoteDocument, party_role, signed

NOT_TOLD = "not told by rate"


class TaxNames:
    """One name for a tax rate on both sides. Two statements."""

    def __init__(self, connection: Connection) -> None:
        links = TaxLink.objects.filter(connection=connection)
        self.linked: dict[tuple[str, str], str] = {}
        for code, role, external_id in links.order_by("tax_rate__code").values_list(
            "tax_rate__code", "role", "external_id"
        ):
            self.linked.setdefault((role, external_id), code)
        known = RemoteRecord.objects.filter(
            connection=connection, type=RecordType.TAX_CODE
        )
        self.names = dict(known.values_list("external_id", "name"))

    def there(self, role: PartyRole, external_id: str) -> str:
        if not external_id:
            return NO_RATE
        ours = self.linked.get((role.value, external_id))
        return ours or self.names.get(external_id, external_id)

    def of_remote(self, remote: RemoteDocument, tax: Decimal | None) -> TaxParts:
        """Where only the whole tax is told, it stands with the rate if that is one;
        else apart. Signed."""
        if not remote.lines:
            return ()
        role = party_role(remote.kind)
        nets: dict[str, Decimal] = defaultdict(Decimal)
        taxes: dict[str, Decimal] = defaultdict(Decimal)
        for line in remote.lines:
            name = self.there(role, line.tax_code_id)
            nets[name] += signed(remote.kind, line.net)
            if line.tax is not None:
                taxes[name] += signed(remote.kind, line.tax)
        if any(line.tax is None for line in remote.lines):
            only = next(iter(nets)) if len(nets) == 1 else NOT_TOLD
            taxes = defaultdict(Decimal, {only: tax or ZERO})
        return tuple((each, nets[each], taxes[each]) for each in {**nets, **taxes})


@dataclass(slots=True)
class TaxTally:
    ours_net: Decimal = ZERO
    ours_tax: Decimal = ZERO
    theirs_net: Decimal = ZERO
    theirs_tax: Decimal = ZERO


Key = tuple[str, str, str, str]


class TaxTotals:
    """By currency, sales or purchases, month and rate. They add up to the totals of
    both sides: what stands with no rate (rounding, a tax that was set by hand) has a
    line of its own."""

    def __init__(self) -> None:
        self.tallies: dict[Key, TaxTally] = defaultdict(TaxTally)

    def add_ours(self, ours: Ours, amount: Decimal) -> None:
        for key, net, tax in _parts(ours, amount):
            tally = self.tallies[key]
            tally.ours_net += net
            tally.ours_tax += tax

    def add_theirs(self, theirs: Theirs, amount: Decimal) -> None:
        for key, net, tax in _parts(theirs, amount):
            tally = self.tallies[key]
            tally.theirs_net += net
            tally.theirs_tax += tax

    def as_list(self) -> list[dict[str, Any]]:
        return [
            {"currency": currency, "role": role, "month": month, "rate": rate}
            | {
                name: money(getattr(tally, name), currency)
                for name in TaxTally.__dataclass_fields__
            }
            for (currency, role, month, rate), tally in sorted(self.tallies.items())
        ]


def _parts(
    side: Ours | Theirs, amount: Decimal
) -> Iterable[tuple[Key, Decimal, Decimal]]:
    if not amount:
        return
    where = side.currency, party_role(side.kind).value, month_of(side.date)
    left_tax = side.tax or ZERO
    left_net = amount - left_tax
    for rate, net, tax in side.taxes:
        left_net -= net
        left_tax -= tax
        yield (*where, rate), net, tax
    if left_net or left_tax:
        rate = NO_RATE if side.taxes else NOT_TOLD
        yield (*where, rate), left_net, left_tax


def month_of(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


def changed(tallies: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those where the two sides are not the same."""
    return [
        each
        for each in tallies
        if each["ours_net"] != each["theirs_net"]
        or each["ours_tax"] != each["theirs_tax"]
    ]
