"""What our codes are over there: rows with lists to choose from, and their saving."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from accounting_links import gateway
from accounting_links.actions.base import require, step
from accounting_links.actions.map_method import map_method
from accounting_links.actions.map_nominal import map_nominal
from accounting_links.actions.map_tax import SIDES, map_tax
from accounting_links.models import Connection, RecordType, RemoteRecord, Role
from accounting_links.permissions import MAP_METHODS, MAP_NOMINALS, MAP_TAXES
from accounting_links.verbs import Verb
from connectors.capabilities import TaxModel
from connectors.records import DocumentKind
from invoicing.models import NominalCode, PaymentMethod, TaxRate
from invoicing.services import events

WITH_TAX_CODES = (TaxModel.CODE_PER_LINE, TaxModel.CODE_PER_DOCUMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of ours, and what it may be over there. `lost` names a choice that is not
    there any more. `save` takes the id that was chosen, `end` makes it unmapped."""

    name: str
    title: str
    records: list[RemoteRecord]
    save: Callable[..., object]
    end: Callable[..., object]
    chosen: str = ""
    lost: str = ""


def save(rows: Iterable[Row], posted: Mapping[str, str], *, actor: User) -> int:
    """How many were changed. Raises `Refused` at the first that cannot be; those before
    it are saved."""
    count = 0
    for row, value in _changed(rows, posted):
        if value:
            row.save(value, actor=actor)
        else:
            row.end(actor=actor)
        count += 1
    return count


def _changed(
    rows: Iterable[Row], posted: Mapping[str, str]
) -> Iterator[tuple[Row, str]]:
    for row in rows:
        value = posted.get(row.name, row.chosen)
        if value != row.chosen:
            yield row, value


def nominal_rows(connection: Connection) -> list[Row]:
    if not gateway.capabilities(connection).nominal_codes:
        return []
    found = _records(connection, RecordType.ACCOUNT)
    links = {link.nominal_id: link for link in connection.nominal_links.all()}
    rows = []
    for nominal in NominalCode.objects.filter(active=True):
        link = links.get(nominal.pk)
        held = (link.account_id, link.account_name) if link else None
        kept = connection.nominal_links.filter(nominal=nominal)
        row = partial(_row, f"nominal-{nominal.pk}", str(nominal), found, held)
        end = partial(_end, connection, kept, MAP_NOMINALS, Verb.NOMINAL_MAPPED)
        rows.append(row(save=partial(_save_nominal, connection, nominal), end=end))
    return rows


def _save_nominal(
    connection: Connection, nominal: NominalCode, value: str, *, actor: User
) -> object:
    return map_nominal(connection, nominal, account_id=value, actor=actor)


def tax_rows(connection: Connection) -> list[Row]:
    if gateway.capabilities(connection).tax_model not in WITH_TAX_CODES:
        return []
    found = _records(connection, RecordType.TAX_CODE)
    links = {(link.tax_rate_id, link.role): link for link in connection.tax_links.all()}
    rows = []
    for rate in TaxRate.objects.filter(active=True):
        for role in _roles(connection):
            link = links.get((rate.pk, role))
            held = (link.external_id, link.external_name) if link else None
            fitting = [each for each in found if each.data.get(SIDES[role], True)]
            title = f"{rate}, {SIDES[role]}"
            name = f"tax-{rate.pk}-{role.value}"
            row = partial(_row, name, title, fitting, held)
            kept = connection.tax_links.filter(tax_rate=rate, role=role)
            end = partial(_end, connection, kept, MAP_TAXES, Verb.TAX_MAPPED)
            rows.append(row(save=partial(_save_tax, connection, rate, role), end=end))
    return rows


def _save_tax(
    connection: Connection, rate: TaxRate, role: Role, value: str, *, actor: User
) -> object:
    return map_tax(connection, rate, role, external_id=value, actor=actor)


def _roles(connection: Connection) -> list[Role]:
    """Suppliers' taxes matter only where their invoices go."""
    kinds = gateway.capabilities(connection).kinds
    has_purchases = DocumentKind.SUPPLIER_INVOICE in kinds
    return [Role.CUSTOMER, *([Role.SUPPLIER] if has_purchases else [])]


def method_rows(connection: Connection) -> list[Row]:
    if not gateway.capabilities(connection).payments:
        return []
    found = _records(connection, RecordType.BANK)
    links = {link.method_id: link for link in connection.method_links.all()}
    methods: list[PaymentMethod | None] = [
        None,
        *PaymentMethod.objects.filter(active=True),
    ]
    rows = []
    for method in methods:
        link = links.get(method.pk if method else None)
        held = (link.account_id, link.account_name) if link else None
        title = str(method) if method else "All that have none of their own"
        name = f"method-{method.pk if method else 0}"
        row = partial(_row, name, title, found, held)
        kept = connection.method_links.filter(method=method)
        end = partial(_end, connection, kept, MAP_METHODS, Verb.METHOD_MAPPED)
        rows.append(row(save=partial(_save_method, connection, method), end=end))
    return rows


def _save_method(
    connection: Connection, method: PaymentMethod | None, value: str, *, actor: User
) -> object:
    return map_method(connection, method, account_id=value, actor=actor)


def _records(connection: Connection, type_: RecordType) -> list[RemoteRecord]:
    return list(connection.remote_records.filter(type=type_, active=True))


def _row(
    name: str,
    title: str,
    found: list[RemoteRecord],
    held: tuple[str, str] | None,
    *,
    save: Callable[..., object],
    end: Callable[..., object],
) -> Row:
    chosen, chosen_name = held or ("", "")
    is_there = not chosen or any(each.external_id == chosen for each in found)
    return Row(
        name=name,
        title=title,
        records=found,
        save=save,
        end=partial(end, title),
        chosen=chosen,
        lost="" if is_there else chosen_name or chosen,
    )


def _end(
    connection: Connection,
    links: QuerySet[Any],
    permission: str,
    verb: Verb,
    title: str,
    *,
    actor: User,
) -> None:
    require(actor, permission)
    with step(connection, actor=actor) as current:
        links.delete()
        current.events.append(
            events.build(
                verb,
                connection,
                f"{title} is not mapped any more in {connection}",
                actor=actor,
                connection_id=connection.pk,
            )
        )
