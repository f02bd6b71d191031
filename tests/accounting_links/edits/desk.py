"""What a person does over there, and what stands here of it."""

from decimal import Decimal
from typing import Any

from accounting_links import polling
from accounting_links.models import Connection, EditState, RemoteEdit
from connectors.records import RemoteLine
from invoicing.models import Document
from tests.accounting_links.engine import office
from tests.accounting_links.fake_connector import Books

# Of the fake platform's own, as the links of `ready` name ours.
D = Decimal


def edited(
    connection: Connection, books: Books, document: Document, **fields: Any
) -> RemoteEdit:
    books.edit(office.link(document).external_id, **fields)
    polling.poll(connection)
    return RemoteEdit.objects.get(document=document, state=EditState.OPEN)


def shown(edit: RemoteEdit) -> dict[str, tuple[str, str, str]]:
    """By name: agreed, ours, theirs."""
    edit.refresh_from_db()
    return {
        each["name"]: (each["agreed"], each["ours"], each["theirs"])
        for each in edit.fields
    }


def lines(
    connection: Connection, *nets: str, tax: str = "20"
) -> tuple[RemoteLine, ...]:
    """Booked where our own lines are, each at a fifth of tax unless told otherwise."""
    nominal, rate = connection.nominal_links.get(), connection.tax_links.get()
    return tuple(
        RemoteLine(
            text=f"Line {at}",
            net=D(net),
            tax=D(net) * D(tax) / 100,
            quantity=D(1),
            unit_price=D(net),
            account_id=nominal.account_id,
            tax_code_id=rate.external_id,
        )
        for at, net in enumerate(nets, start=1)
    )
