"""What the three choices about an edit over there share."""

from contextlib import AbstractContextManager

from django.contrib.auth.models import User

from accounting_links.actions.base import Refused, Step, require, step
from accounting_links.models import (
    Connection,
    EditPolicy,
    ItemState,
    Operation,
    RemoteEdit,
    SyncItem,
)
from accounting_links.permissions import CHANGE_CONNECTION
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

BY_POLICY = "By the connection's policy"
# What still waits to change the document there, and has not left.
AT_REST = (ItemState.WAITING, ItemState.BLOCKED, ItemState.FAILED)


def held(edit: RemoteEdit) -> RemoteEdit:
    """Locked, and still to be decided; in the caller's transaction."""
    found = (
        RemoteEdit.objects.select_for_update(of=("self",))
        .select_related("connection", "document", "link")
        .get(pk=edit.pk)
    )
    if not found.is_open:
        raise Refused(f"The edit of {edit.document} is settled already.")
    if found.link.ended_at is not None:
        raise Refused(f"{edit.document} is not linked any more.")
    return found


def choosing(edit: RemoteEdit, *, actor: User | None) -> AbstractContextManager[Step]:
    return step(edit.connection, actor=actor)


def told(
    verb: Verb,
    edit: RemoteEdit,
    sentence: str,
    *,
    actor: User | None,
    reason: str = "",
) -> Event:
    return events.build(
        verb,
        edit.document,
        sentence,
        actor=actor,
        actor_name="" if actor else "poller",
        connection_id=edit.connection_id,
        before={each["name"]: each["ours"] for each in edit.fields},
        after={each["name"]: each["theirs"] for each in edit.fields},
        reason=reason,
    )


def take_off_changes(edit: RemoteEdit) -> None:
    """A change of ours that waited for this decision has nothing left to do."""
    SyncItem.objects.filter(
        connection=edit.connection,
        document=edit.document,
        operation=Operation.UPDATE,
        state__in=AT_REST,
        key="",
    ).update(state=ItemState.CANCELLED)


def from_now_on(
    connection: Connection, policy: EditPolicy, *, actor: User | None
) -> None:
    """The choice becomes the connection's policy. Raises `NotAllowed`."""
    require(actor, CHANGE_CONNECTION)
    with step(connection, actor=actor) as current:
        before = Connection.objects.select_for_update().get(pk=connection.pk)
        Connection.objects.filter(pk=connection.pk).update(edit_policy=policy)
        current.events.append(
            events.build(
                Verb.EDIT_POLICY_SET,
                connection,
                f"Edits in {connection} from now on: {policy.label.lower()}",
                actor=actor,
                connection_id=connection.pk,
                before={"edit_policy": before.edit_policy},
                after={"edit_policy": policy.value},
            )
        )
