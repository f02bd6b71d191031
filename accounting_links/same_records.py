"""Maps what is the same on both sides: nominal codes by code, taxes by rate, and the
one bank account. Nothing that somebody has mapped is changed."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from accounting_links.models import (
    Connection,
    MethodLink,
    NominalLink,
    RecordType,
    RemoteRecord,
    Role,
    TaxLink,
)
from accounting_links.names import name_key
from accounting_links.verbs import Verb
from connectors.records import AccountType
from invoicing.models import NominalCode, TaxRate
from invoicing.services import events

SIDES = {Role.CUSTOMER: "sales", Role.SUPPLIER: "purchases"}


@transaction.atomic
def map_same(connection: Connection) -> dict[str, int]:
    """Counts of what was mapped now, by kind of mapping."""
    lock_mappings(connection)
    counts = {
        "nominals": _map_nominals(connection),
        "taxes": _map_taxes(connection),
        "banks": _map_bank(connection),
    }
    if any(counts.values()):
        events.record(
            Verb.RECORDS_MAPPED,
            connection,
            f"Mapped for {connection}: {counts['nominals']} nominal codes,"
            f" {counts['taxes']} taxes, {counts['banks']} bank accounts",
            connection_id=connection.pk,
            after=counts,
            actor_name="connect",
        )
    return counts


def lock_mappings(connection: Connection) -> None:
    """In a transaction: nobody else maps for the connection till its end, so that two
    who map the same thing for the first time do not both make it."""
    held = Connection.objects.select_for_update(no_key=True).filter(pk=connection.pk)
    list(held.values("pk"))


def _active(connection: Connection, type: RecordType) -> list[RemoteRecord]:
    rows = RemoteRecord.objects.filter(connection=connection, type=type, active=True)
    return list(rows.order_by("code", "external_id"))


def _map_nominals(connection: Connection) -> int:
    by_code = {row.code: row for row in _active(connection, RecordType.ACCOUNT)}
    by_code.pop("", None)
    free = NominalCode.objects.filter(active=True).exclude(
        pk__in=NominalLink.objects.filter(connection=connection).values("nominal")
    )
    links = [
        NominalLink(
            connection=connection,
            nominal=nominal,
            account_id=by_code[nominal.code].external_id,
            account_name=by_code[nominal.code].name,
        )
        for nominal in free
        if nominal.code in by_code
    ]
    return len(NominalLink.objects.bulk_create(links))


def _map_taxes(connection: Connection) -> int:
    codes = _active(connection, RecordType.TAX_CODE)
    mapped = set(
        TaxLink.objects.filter(connection=connection).values_list("tax_rate", "role")
    )
    links = []
    for rate in TaxRate.objects.filter(active=True):
        for role, side in SIDES.items():
            code = _same_tax(rate, [row for row in codes if _is_for(row, side)])
            if code is not None and (rate.pk, role.value) not in mapped:
                links.append(
                    TaxLink(
                        connection=connection,
                        tax_rate=rate,
                        role=role,
                        external_id=code.external_id,
                        external_name=code.name,
                    )
                )
    return len(TaxLink.objects.bulk_create(links))


def _is_for(code: RemoteRecord, side: str) -> bool:
    return bool(code.data.get(side, True))


def _same_tax(rate: TaxRate, codes: Sequence[RemoteRecord]) -> RemoteRecord | None:
    """Of several codes of the same rate, the one of the same code or name; else the
    plain one: words like exempt, reverse charge or EC change what a rate means."""
    same = [row for row in codes if _rate_of(row) == rate.rate]
    for attribute in ("code", "name"):
        key = name_key(getattr(rate, attribute))
        named = [row for row in same if name_key(getattr(row, attribute)) == key]
        if len(named) == 1:
            return named[0]
    ordinary = [row for row in same if not _SPECIAL & _words(row.name)]
    return min(ordinary, key=lambda row: (len(row.name), row.pk), default=None)


_SPECIAL = {
    *("exempt", "outside", "scope", "no", "ec", "eu", "reverse", "charge", "import"),
    *("postponed", "pva", "rc", "margin", "goods", "services", "cis", "moss", "oss"),
}


def _words(name: str) -> set[str]:
    return set(name_key(name).replace(".", " ").replace("%", " ").split())


def _rate_of(code: RemoteRecord) -> Decimal | None:
    text = code.data.get("rate")
    return Decimal(str(text)) if text not in (None, "") else None


def _map_bank(connection: Connection) -> int:
    """The default for all methods, where the choice is plain: the only account, or the
    first by code of the real bank accounts."""
    if MethodLink.objects.filter(connection=connection, method=None).exists():
        return 0
    banks = _active(connection, RecordType.BANK)
    real = [b for b in banks if b.data.get("type") == AccountType.BANK] or banks
    if not real:
        return 0
    MethodLink.objects.create(
        connection=connection,
        account_id=real[0].external_id,
        account_name=real[0].name,
    )
    return 1
