"""What a check is, and what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from accounting_links.preflight.batch import Batch
from accounting_links.status_codes import StatusCode


class Fix(StrEnum):
    """What staff can do about a finding. Screens make buttons of them."""

    APPROVE = "approve"
    MARK_SENT = "mark_sent"
    LINK_CONTACT = "link_contact"
    CREATE_CONTACT = "create_contact"
    TYPE_ACCSID = "type_accsid"
    ADOPT = "adopt"
    RENUMBER = "renumber"
    MAP_NOMINAL = "map_nominal"
    USE_DEFAULT_NOMINAL = "use_default_nominal"
    MAP_TAX = "map_tax"
    MAP_METHOD = "map_method"
    EDIT_DOCUMENT = "edit_document"
    REDATE = "redate"
    WIN_ORDER = "win_order"
    CHANGE_POLICY = "change_policy"
    TAKE_OFF = "take_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that stands against a document.

    `fix` is the one to offer first, `fixes` are all. `subject` names the record that a
    fix works on: a contact by its primary key ("contact:7"), nominal codes and tax
    rates by their code ("nominal:4000", "tax:STD"). `data` is JSON: what the
    screen shows side by side.
    """

    code: StatusCode
    sentence: str
    hint: str = ""
    fixes: tuple[Fix, ...] = ()
    subject: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def fix(self) -> Fix | None:
        return self.fixes[0] if self.fixes else None

    def as_dict(self) -> dict[str, Any]:
        """As `SyncItem.findings` keeps it: JSON."""
        return {
            "code": self.code.value,
            "sentence": self.sentence,
            "hint": self.hint,
            "fix": self.fix.value if self.fix else "",
            "fixes": [fix.value for fix in self.fixes],
            "subject": self.subject,
            "data": self.data,
        }


class Check:
    """Looks at a whole batch at once, and changes nothing.

    Its number of SQL statements does not depend on the number of documents or lines.
    `codes` are those that it may answer.
    """

    codes: ClassVar[tuple[StatusCode, ...]]

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        """Pairs of a document's primary key and what stands against it."""
        raise NotImplementedError
