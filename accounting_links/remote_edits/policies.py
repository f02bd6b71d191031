"""Decides edits by the connection's policy, as soon as a poll has seen them."""

from collections.abc import Callable

from accounting_links.actions.edit_base import BY_POLICY
from accounting_links.actions.edit_leave import leave
from accounting_links.actions.edit_ours import keep_ours
from accounting_links.actions.edit_theirs import take_theirs
from accounting_links.models import Connection, EditPolicy, EditState, RemoteEdit
from connectors.base import Connector
from invoicing.errors import Refused

AT_ONCE = 200


def apply(connection: Connection, connector: Connector) -> int:
    """How many were decided. What the policy cannot decide stays open, with the reason,
    and is not tried again until it changes."""
    if connection.edit_policy == EditPolicy.ASK:
        return 0
    waiting = RemoteEdit.objects.filter(
        connection=connection, state=EditState.OPEN, choice="", reason=""
    ).select_related("connection", "document", "link")
    decide = _decision(EditPolicy(connection.edit_policy), connector)
    return sum(_decided(edit, decide) for edit in waiting.order_by("pk")[:AT_ONCE])


def _decision(policy: EditPolicy, connector: Connector) -> Callable[[RemoteEdit], str]:
    if policy == EditPolicy.OURS:
        return lambda edit: keep_ours(edit, reason=BY_POLICY)
    if policy == EditPolicy.THEIRS:
        return lambda edit: take_theirs(edit, reason=BY_POLICY, connector=connector)
    return lambda edit: leave(edit, reason=BY_POLICY)


def _decided(edit: RemoteEdit, decide: Callable[[RemoteEdit], str]) -> bool:
    try:
        decide(edit)
    except Refused as refusal:
        RemoteEdit.objects.filter(pk=edit.pk, state=EditState.OPEN).update(
            reason=str(refusal)[:500]
        )
        return False
    return True
