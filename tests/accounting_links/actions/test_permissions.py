"""Every verb asks for its own permission before it does anything."""

from collections.abc import Callable
from typing import Any

import pytest

from accounting_links import permissions as may
from accounting_links.actions import (
    accept,
    adopt,
    create_contact,
    create_many,
    link_contact,
    link_exact,
    map_method,
    map_nominal,
    map_tax,
    mark_for_sync,
    mark_sent,
    renumber,
    retry_item,
    type_accsid,
)
from accounting_links.actions.base import NotAllowed, require
from accounting_links.models import Connection, SyncItem
from invoicing.models import Document, Event
from tests import base, factories
from tests.accounting_links import factories as links

Call = Callable[[Connection, Document, Any], object]

VERBS: list[tuple[str, Call]] = [
    (
        may.LINK,
        lambda c, d, who: link_contact.link(
            c, d.contact, "customer", external_id="58", actor=who
        ),
    ),
    (
        may.LINK,
        lambda c, d, who: create_contact.create(c, d.contact, "customer", actor=who),
    ),
    (may.LINK, lambda c, d, who: link_exact.apply(c, "customer", actor=who)),
    (may.LINK, lambda c, d, who: create_many.apply(c, "customer", actor=who)),
    (
        may.UNLOCK,
        lambda c, d, who: type_accsid.set_accsid(
            c, d.contact, "customer", external_id="58", actor=who
        ),
    ),
    (
        may.UNLOCK,
        lambda c, d, who: type_accsid.clear_accsid(c, d.contact, "customer", actor=who),
    ),
    (
        may.MAP_NOMINALS,
        lambda c, d, who: map_nominal.map_nominal(
            c, factories.nominal(), account_id="1", actor=who
        ),
    ),
    (
        may.CHANGE_CONNECTION,
        lambda c, d, who: map_nominal.use_default_nominal(
            c, factories.nominal(), actor=who
        ),
    ),
    (
        may.MAP_TAXES,
        lambda c, d, who: map_tax.map_tax(
            c, factories.tax_rate(), "customer", external_id="1", actor=who
        ),
    ),
    (
        may.MAP_METHODS,
        lambda c, d, who: map_method.map_method(c, None, account_id="1", actor=who),
    ),
    (may.ADOPT, lambda c, d, who: adopt.adopt(c, d, external_id="B1", actor=who)),
    (may.CHANGE_DOCUMENT, lambda c, d, who: renumber.renumber(d, actor=who)),
    (
        may.CHANGE_NUMBERING,
        lambda c, d, who: renumber.move_on(factories.incrementor(), 9, actor=who),
    ),
    (may.MARK_SENT, lambda c, d, who: mark_sent.mark_sent([d], "emailed", actor=who)),
    (may.SYNC, lambda c, d, who: mark_for_sync.mark_for_sync([d.pk], actor=who)),
    (
        may.SYNC,
        lambda c, d, who: mark_for_sync.take_off(SyncItem.objects.all(), actor=who),
    ),
    (
        may.SYNC,
        lambda c, d, who: retry_item.retry(SyncItem.objects.all(), actor=who),
    ),
    (
        may.ADOPT,
        lambda c, d, who: accept.accept_difference(
            links.document_link(c, d), reason="seen", actor=who
        ),
    ),
    (
        may.ADOPT,
        lambda c, d, who: accept.accept_deletion(
            links.document_link(c, d), reason="seen", actor=who
        ),
    ),
]


@pytest.mark.parametrize(("permission", "verb"), VERBS)
def test_nobody_acts_without_the_permission(
    connection: Connection, permission: str, verb: Call
) -> None:
    document = factories.approved()
    events = Event.objects.count()
    with pytest.raises(NotAllowed, match="You do not have the permission"):
        verb(connection, document, base.stranger())
    assert Event.objects.count() == events


@pytest.mark.parametrize("permission", sorted({name for name, _ in VERBS}))
def test_the_permission_is_one_that_can_be_given(db: None, permission: str) -> None:
    with pytest.raises(NotAllowed, match="“Can "):
        require(base.stranger(), permission)
    require(base.grant(base.stranger(), permission), permission)


def test_the_system_needs_no_permission() -> None:
    require(None, may.LINK)
