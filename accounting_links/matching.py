"""Which account over there is a contact's.

Exact means: exactly one active account has exactly the same name. Names are the same
when they are equal after Unicode normalisation (NFC) and after blanks at both ends are
cut off; capitals, punctuation and blanks inside the name count. Everything else is only
near: shown with its reasons, and never linked by itself.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from accounting_links import remote_records
from accounting_links.models import Connection, RecordType, RemoteRecord, Role
from accounting_links.names import bare_name, exact_name, name_key
from connectors.base import Connector
from connectors.records import Party, PartyRole
from invoicing.models import Contact

AT_ONCE = 500
MOST_NEAR = 5
NAME_CUTOFF = 70
LEAST_SCORE = 82
OTHER_NUMBER = 15
LEAST_WORTH = 20
LEAST_TAIL = 2
# What agrees besides the name, and how much that is worth.
WORTH = {"tax number": 40, "e-mail": 25, "phone": 20, "postcode": 8}


@dataclass(frozen=True, slots=True)
class Near:
    """`score` is out of 100. `reasons` are words for staff, the best first."""

    record: RemoteRecord
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    exact: RemoteRecord | None
    near: tuple[Near, ...]


def exact_records(
    connection: Connection, role: Role, names: Iterable[str]
) -> dict[str, RemoteRecord]:
    """The one active account of exactly that name, by `exact_name`, for the names that
    have one. As the platform was last seen; one statement for every 500 names."""
    wanted = {exact_name(name) for name in names}
    by_name: dict[str, list[RemoteRecord]] = defaultdict(list)
    for keys in _in_parts(sorted({name_key(name) for name in wanted})):
        for record in accounts(connection, role).filter(name_key__in=keys):
            by_name[exact_name(record.name)].append(record)
    return {
        name: by_name[name][0] for name in wanted if len(by_name.get(name, ())) == 1
    }


def suggest(
    connection: Connection,
    contact: Contact,
    role: Role | str,
    *,
    connector: Connector | None = None,
) -> Suggestion:
    """From what the platform was last seen to hold: three statements. With a connector
    the exact name is asked for anew, and what that raises passes through."""
    role = Role(role)
    if connector is None:
        exact = exact_records(connection, role, [contact.name])
        found = exact.get(exact_name(contact.name))
    else:
        found = ask_exact(connector, connection, role, contact.name)
    leave_out = found.external_id if found else ""
    return Suggestion(found, near(connection, contact, role, leave_out=leave_out))


def ask_exact(
    connector: Connector, connection: Connection, role: Role, name: str
) -> RemoteRecord | None:
    """As `exact_records`, asked of the platform itself; what it answers is kept."""
    parties = connector.find_parties(PartyRole(role), [exact_name(name)])
    remote_records.store(connection, RecordType(role), parties)
    same = same_named(parties, name)
    if len(same) != 1:
        return None
    return accounts(connection, role).filter(external_id=same[0].id).first()


def same_named(parties: Iterable[Party], name: str) -> list[Party]:
    """The active ones of exactly that name."""
    wanted = exact_name(name)
    return [each for each in parties if each.active and exact_name(each.name) == wanted]


def near(
    connection: Connection, contact: Contact, role: Role, *, leave_out: str = ""
) -> tuple[Near, ...]:
    """The likeliest accounts, the best first. Two statements."""
    rows = accounts(connection, role).exclude(external_id=leave_out)
    wanted, ours = bare_name(contact.name), _evidence(contact)
    names = {pk: bare_name(name) for pk, name in rows.values_list("pk", "name")}
    found = process.extract(
        wanted, names, scorer=fuzz.token_sort_ratio, score_cutoff=NAME_CUTOFF, limit=50
    )
    alike = {pk: _likeness(wanted, name, score) for name, score, pk in found}
    weighed = [
        _weigh(record, alike.get(record.pk, 0), _shared(ours, record.data), wanted)
        for record in rows.filter(Q(pk__in=alike) | _may_share(ours))
    ]
    likely = [each for each in weighed if each is not None]
    likely.sort(key=lambda each: (-each.score, each.record.pk))
    return tuple(likely[:MOST_NEAR])


class Base:
    """All accounts of a list, held to be compared with many contacts: no statement
    after the first."""

    def __init__(self, records: Iterable[RemoteRecord]) -> None:
        self.records = {record.pk: record for record in records}
        self.names = {pk: bare_name(each.name) for pk, each in self.records.items()}
        self.by_name: dict[str, list[RemoteRecord]] = defaultdict(list)
        self.by_evidence: dict[tuple[str, str], list[int]] = defaultdict(list)
        for pk, record in self.records.items():
            self.by_name[exact_name(record.name)].append(record)
            for kind, value in THEIRS.items():
                if told := value(record.data):
                    self.by_evidence[kind, told].append(pk)

    def exact(self, name: str) -> RemoteRecord | None:
        """The one of exactly that name, if there is one alone."""
        found = self.by_name.get(exact_name(name), [])
        return found[0] if len(found) == 1 else None

    def near(self, contact: Contact) -> tuple[Near, ...]:
        """As `near`."""
        wanted, ours = bare_name(contact.name), _evidence(contact)
        found = process.extract(
            wanted,
            self.names,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=NAME_CUTOFF,
            limit=50,
        )
        alike = {pk: _likeness(wanted, name, score) for name, score, pk in found}
        chosen = dict.fromkeys(alike)
        for kind, value in ours.items():
            chosen |= dict.fromkeys(self.by_evidence.get((kind, value), ()))
        weighed = [
            _weigh(
                self.records[pk],
                alike.get(pk, 0),
                _shared(ours, self.records[pk].data),
                wanted,
            )
            for pk in chosen
        ]
        likely = [each for each in weighed if each is not None]
        likely.sort(key=lambda each: (-each.score, each.record.pk))
        return tuple(likely[:MOST_NEAR])


def _may_share(ours: Mapping[str, str]) -> Q:
    """Far from exact, but spares reading what every account is known by: its last two
    characters are written together, however the rest is."""
    could = Q(pk=None)
    if "e-mail" in ours:
        could |= Q(data__email__iexact=ours["e-mail"])
    if "phone" in ours:
        could |= Q(data__phone__endswith=ours["phone"][-LEAST_TAIL:])
    if "tax number" in ours:
        could |= Q(data__tax_number__iendswith=ours["tax number"][-LEAST_TAIL:])
    return could


def _weigh(
    record: RemoteRecord, likeness: int, shared: Sequence[str], wanted: str
) -> Near | None:
    worth = sum(WORTH[reason] for reason in shared)
    if likeness < LEAST_SCORE and worth < LEAST_WORTH:
        return None
    reasons = [f"same {reason}" for reason in shared]
    if likeness >= LEAST_SCORE:
        reasons.insert(0, _words(wanted, bare_name(record.name)))
    return Near(record, min(99, max(likeness, 50) + worth), tuple(reasons))


def _likeness(wanted: str, name: str, score: float) -> int:
    """Names that differ in a number are of different places, however alike."""
    numbers = [set(re.findall(r"\d+", each)) for each in (wanted, name)]
    return round(score) - (0 if numbers[0] == numbers[1] else OTHER_NUMBER)


def _words(wanted: str, name: str) -> str:
    if wanted == name:
        return "the same name but for capitals, punctuation or legal form"
    return "a similar name"


def _evidence(contact: Contact) -> dict[str, str]:
    """What tells people apart besides their names, in the form that is compared."""
    values = {
        "tax number": _letters_and_digits(contact.tax_number),
        "e-mail": contact.email.strip().casefold(),
        "phone": _subscriber(contact.phone),
        "postcode": _letters_and_digits(contact.postcode),
    }
    return {name: value for name, value in values.items() if value}


# The same of an account's data.
THEIRS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "tax number": lambda data: _letters_and_digits(str(data.get("tax_number") or "")),
    "e-mail": lambda data: str(data.get("email") or "").strip().casefold(),
    "phone": lambda data: _subscriber(str(data.get("phone") or "")),
    "postcode": lambda data: _letters_and_digits(
        str((data.get("address") or {}).get("postcode") or "")
    ),
}


def _shared(ours: Mapping[str, str], data: Mapping[str, Any]) -> list[str]:
    return [name for name, value in ours.items() if THEIRS[name](data) == value]


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _subscriber(phone: str) -> str:
    """The same with and without the country's code."""
    return "".join(filter(str.isdigit, phone))[-9:]


def accounts(connection: Connection, role: Role) -> QuerySet[RemoteRecord]:
    return RemoteRecord.objects.filter(
        connection=connection, type=role, active=True
    ).order_by("external_id")


def _in_parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
