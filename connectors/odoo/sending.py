"""From values to posted documents: create, post, read back.

Creating is one transaction for the whole batch, and so is posting: where Odoo refuses
one, it did nothing, and each is tried alone. A draft that Odoo will not post is taken
away again; where the fate of a step is not known, the document is in doubt, and the
draft, where there is one, is found by its reference and finished then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connectors.errors import ConnectorError, InDoubt, Rejected
from connectors.odoo.api import Database, Row
from connectors.odoo.reading import MOVE_FIELDS
from connectors.records import RemoteDocument

MOVE = "account.move"
Outcome = RemoteDocument | ConnectorError
MakeDocument = Callable[[Row], RemoteDocument]


class Sender:
    def __init__(self, db: Database, document: MakeDocument) -> None:
        self._db = db
        self._document = document

    def send(self, batch: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        """`is_move_sent` among the values is written after posting. Raises only while
        nothing was done."""
        outcomes = self._db.create_each("push", MOVE, [_created(v) for v in batch])
        made = {at: id for at, id in enumerate(outcomes) if isinstance(id, int)}
        marked = [id for at, id in made.items() if batch[at].get("is_move_sent")]
        finished = self._finished([*made.values()], marked) if made else []
        there = dict(zip(made, finished, strict=True))
        return [
            outcome if isinstance(outcome, ConnectorError) else there[at]
            for at, outcome in enumerate(outcomes)
        ]

    def post(self, operation: str, ids: Sequence[int]) -> None:
        """Answers False where it went well."""
        self._db.call(operation, MOVE, "action_post", ids=ids)

    def _finished(self, ids: Sequence[int], marked: Sequence[int]) -> list[Outcome]:
        try:
            self.post("push", ids)
        except Rejected as error:
            if len(ids) > 1:
                each = (
                    self._finished([id], [id] if id in marked else []) for id in ids
                )
                return [outcome for some in each for outcome in some]
            return [self._withdrawn(ids[0], error)]
        except ConnectorError as error:
            return [_unfinished(error)] * len(ids)
        try:
            self.mark(marked)
            return self._read(ids)
        except ConnectorError as error:
            return [_unfinished(error)] * len(ids)

    def mark(self, ids: Iterable[int]) -> None:
        """As sent. Where Odoo does not let it be written, it stays unmarked."""
        chosen = list(ids)
        if not chosen:
            return
        values = {"is_move_sent": True}
        try:
            self._db.call("mark_sent", MOVE, "write", ids=chosen, args={"vals": values})
        except Rejected:
            return

    def _read(self, ids: Sequence[int]) -> list[Outcome]:
        rows = self._db.read("push", MOVE, ids, MOVE_FIELDS)
        found = {int(row["id"]): row for row in rows}
        lost = InDoubt("Odoo made the document, and does not show it.")
        return [self._document(found[id]) if id in found else lost for id in ids]

    def _withdrawn(self, id: int, refusal: Rejected) -> ConnectorError:
        try:
            self._db.call("push", MOVE, "unlink", ids=[id])
        except ConnectorError as error:
            return _unfinished(error)
        return refusal


def _created(values: Mapping[str, Any]) -> Row:
    return {name: value for name, value in values.items() if name != "is_move_sent"}


def _unfinished(error: ConnectorError) -> InDoubt:
    doubt = InDoubt(
        f"It arrived in Odoo and is not finished: {error}", where=error.where
    )
    doubt.__cause__ = error
    return doubt
