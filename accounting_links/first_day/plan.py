"""Two customer bases that existed before FinSync: who there may be whom of ours."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, TextChoices

from accounting_links import matching
from accounting_links.models import Connection, ContactLink, RemoteRecord, Role
from accounting_links.names import bare_name, exact_name
from invoicing.models import Contact

SURE = 90
PROOF = "same tax number"


class Grade(TextChoices):
    EXACT = "exact", "Exact"
    LIKELY = "likely", "Likely"
    WEAK = "weak", "Weak"
    NONE = "none", "None"


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is out of 100; `reasons` are words for staff."""

    contact: Contact
    grade: Grade
    record: RemoteRecord | None = None
    score: int = 0
    reasons: tuple[str, ...] = ()


def unmatched(connection: Connection, role: Role) -> QuerySet[Contact]:
    """Active contacts of that role without an account there, billed or not."""
    links = ContactLink.objects.filter(
        connection=connection, role=role, contact=OuterRef("pk"), ended_at=None
    )
    is_role = {"is_supplier" if role == Role.SUPPLIER else "is_customer": True}
    return Contact.objects.filter(~Exists(links), active=True, **is_role).order_by(
        "code"
    )


def plan(connection: Connection, role: Role) -> list[Match]:
    """One for each contact, in the order of their codes. Three statements; nothing is
    written. An account that is somebody's already is proposed to nobody."""
    contacts = list(unmatched(connection, role))
    taken = ContactLink.objects.filter(
        connection=connection, role=role, ended_at=None
    ).values("external_id")
    free = matching.accounts(connection, role).exclude(external_id__in=taken)
    base = matching.Base(free)
    shared = Counter(exact_name(contact.name) for contact in contacts)
    return [
        _match(contact, base, is_one=shared[exact_name(contact.name)] == 1)
        for contact in contacts
    ]


def _match(contact: Contact, base: matching.Base, *, is_one: bool) -> Match:
    exact = base.exact(contact.name)
    if exact is not None and is_one:
        return Match(contact, Grade.EXACT, exact, 100, ("exactly the same name",))
    near = base.near(contact)
    if not near:
        return Match(contact, Grade.NONE)
    best = near[0]
    alone = len(near) == 1 or near[1].score < best.score
    sure = best.score >= SURE or PROOF in best.reasons
    grade = Grade.LIKELY if sure and alone and is_one else Grade.WEAK
    return Match(contact, grade, best.record, best.score, best.reasons)


def counts(matches: Iterable[Match]) -> dict[Grade, int]:
    found = Counter(match.grade for match in matches)
    return {grade: found[grade] for grade in Grade}


@dataclass(frozen=True, slots=True)
class Twins:
    """Accounts over there that look like one customer entered several times."""

    why: str
    records: tuple[RemoteRecord, ...]


def twins(connection: Connection, role: Role) -> list[Twins]:
    """For a person to merge over there: FinSync merges nothing. One statement."""
    groups: dict[tuple[str, str], list[RemoteRecord]] = defaultdict(list)
    for record in matching.accounts(connection, role):
        for key in _marks(record):
            groups[key].append(record)
    found: dict[tuple[int, ...], Twins] = {}
    for (why, _), records in groups.items():
        if len(records) > 1:
            ids = tuple(sorted(record.pk for record in records))
            found.setdefault(ids, Twins(why, tuple(records)))
    return list(found.values())


def _marks(record: RemoteRecord) -> Iterator[tuple[str, str]]:
    if name := bare_name(record.name):
        yield "the same name but for capitals, punctuation or legal form", name
    for why in ("tax number", "e-mail"):
        if value := matching.THEIRS[why](record.data):
            yield f"the same {why}", value
