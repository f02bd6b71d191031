"""Writes what became of a credit note that was set against an invoice: item, link and
event, in one transaction."""

from django.db import transaction
from django.utils import timezone

from accounting_links.engine import retry
from accounting_links.engine.allocation_sending import Act, Setting
from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.sending import Fate
from accounting_links.models import Connection, CreditLink, ItemState, SyncItem
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.errors import ConnectorError
from invoicing.services import events


def record(connection: Connection, setting: Setting, *, owner: str) -> bool:
    """Answers whether it arrived. Nothing is written where the item is no longer
    ours."""
    reached(Point.BEFORE_RECORD)
    with transaction.atomic():
        held = SyncItem.objects.select_for_update().filter(
            pk=setting.item.pk, lease_owner=owner
        )
        if not held.exists():
            return False
        held.update(**_values(setting))
        if _arrived(setting):
            _link(connection, setting)
        _tell(connection, setting)
    reached(Point.AFTER_RECORD)
    return _arrived(setting)


def back(setting: Setting, *, owner: str, error: ConnectorError) -> None:
    """The platform was not told now. What had left before stays in doubt."""
    values: dict[str, object] = {"state": ItemState.IN_DOUBT}
    if not setting.kept:
        values = {"state": ItemState.WAITING, "key": "", "payload": None}
    SyncItem.objects.filter(pk=setting.item.pk, lease_owner=owner).update(
        **values,
        message=str(error)[:500],
        lease_owner="",
        lease_until=None,
        next_attempt_at=retry.next_attempt(setting.item.attempts, error),
    )


def _arrived(setting: Setting) -> bool:
    told = setting.fate in (Fate.SENT, Fate.ADOPTED)
    return told and setting.act is not Act.NOTHING


def _values(setting: Setting) -> dict[str, object]:
    now = timezone.now()
    values: dict[str, object] = {
        "status_code": setting.code,
        "message": setting.message[:500],
        "lease_owner": "",
        "lease_until": None,
        "checked_at": now,
        "next_attempt_at": None,
    }
    if setting.fate in (Fate.SENT, Fate.ADOPTED):
        return values | _done(setting)
    if setting.fate is Fate.BLOCKED:
        # What may have arrived is compared again before it goes once more.
        return values | {
            "state": ItemState.BLOCKED,
            "key": "",
            "payload": setting.kept if setting.unclear else None,
        }
    if setting.fate is Fate.WAITING:
        return values | {"state": ItemState.WAITING, "key": "", "payload": None}
    if setting.item.attempts >= retry.ATTEMPTS:
        return values | {"state": ItemState.FAILED, "status_code": StatusCode.FAILED}
    later = now + max(retry.quiet(), retry.backoff(setting.item.attempts))
    return values | {"state": ItemState.IN_DOUBT, "next_attempt_at": later}


def _done(setting: Setting) -> dict[str, object]:
    """Another amount is laid on anew, once the old one is off."""
    if setting.act is Act.RELEASE and setting.here is not None:
        return {"state": ItemState.WAITING, "key": "", "payload": None}
    return {"state": ItemState.DONE, "finished_at": timezone.now()}


def _link(connection: Connection, setting: Setting) -> None:
    if setting.act is Act.RELEASE:
        CreditLink.objects.filter(
            connection=connection,
            credit_note=setting.item.document_id,
            document=setting.item.settles_id,
            ended_at=None,
        ).update(ended_at=timezone.now())
        return
    settles = setting.item.settles_id
    if setting.credit is None or setting.invoice is None or settles is None:
        raise ValueError("What was set off has both documents there.")
    CreditLink.objects.create(
        connection=connection,
        credit_note_id=setting.item.document_id,
        document_id=settles,
        external_id=setting.remote_id[:100],
        credit_external_id=setting.credit.external_id,
        document_external_id=setting.invoice.external_id,
        amount=setting.amount,
        key=setting.item.key,
    )


def _tell(connection: Connection, setting: Setting) -> None:
    verb, words = _told(setting)
    if verb is None:
        return
    note, amount = setting.item.document, setting.amount
    events.record(
        verb,
        note,
        f"{amount:.2f} {note.currency} of {note} {words} {setting.item.settles} in"
        f" {connection}",
        connection_id=connection.pk,
        actor_name="engine",
        after={"id": setting.remote_id, "amount": str(amount)},
        reason=setting.message,
    )


def _told(setting: Setting) -> tuple[Verb | None, str]:
    released = setting.act is Act.RELEASE
    if setting.act is Act.NOTHING and setting.fate is not Fate.BLOCKED:
        return None, ""
    if setting.fate is Fate.SENT and released:
        return Verb.CREDIT_TAKEN_OFF, "was taken off"
    meant = "taken off" if released else "set against"
    return {
        Fate.SENT: (Verb.CREDIT_SET_OFF, "was set against"),
        Fate.ADOPTED: (Verb.CREDIT_SET_OFF, "had been set against"),
        Fate.BLOCKED: (Verb.ITEM_BLOCKED, f"cannot be {meant}"),
        Fate.IN_DOUBT: (Verb.ITEM_IN_DOUBT, f"may have been {meant}"),
        Fate.WAITING: (None, ""),
    }[setting.fate]
