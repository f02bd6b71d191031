"""The vendor's query language, as far as connectors use it.

    select * | count(*) | A, B.C from Entity
    [where A = 'x' and B in ('y', 'z') and C like 'a%' and D >= '2026-11-01']
    [order by A [asc | desc]] [startposition 1] [maxresults 100]

There is no OR. A quote inside a value is written `\\'`. Text compares without case.
"""

import re
from dataclasses import dataclass

from .entities import ENTITIES, Entity
from .refusals import bad_query

DEFAULT_PAGE, LARGEST_PAGE = 100, 1000
TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<word>count\(\*\)|[A-Za-z_][\w.]*)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark><=|>=|!=|[=<>(),*]))""",
    re.IGNORECASE,
)
OPERATORS = {"=", "<", ">", "<=", ">=", "in", "like"}


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Query:
    columns: list[str]
    entity: Entity
    conditions: list[Condition]
    order: str = ""
    descending: bool = False
    start: int = 1
    size: int = DEFAULT_PAGE


class Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def parse(self) -> Query:
        self._expect("select")
        columns = self._columns()
        self._expect("from")
        name = self._next()
        entity = ENTITIES.get(name) or _named(name)
        query = Query(columns, entity, [])
        if self._skip("where"):
            query.conditions.append(self._condition())
            while self._skip("and"):
                query.conditions.append(self._condition())
        self._tail(query)
        if self._at < len(self._tokens):
            raise bad_query(f"Encountered {self._peek()!r}")
        return query

    def _columns(self) -> list[str]:
        columns = [self._next()]
        while self._skip(","):
            columns.append(self._next())
        return columns

    def _condition(self) -> Condition:
        name, operator = self._next(), self._next().lower()
        if operator not in OPERATORS:
            raise bad_query(f"Encountered {operator!r}")
        if operator != "in":
            return Condition(name, operator, (_value(self._next()),))
        self._expect("(")
        values = [_value(self._next())]
        while self._skip(","):
            values.append(_value(self._next()))
        self._expect(")")
        return Condition(name, operator, tuple(values))

    def _tail(self, query: Query) -> None:
        if self._skip("orderby") or (self._skip("order") and self._expect("by")):
            query.order = self._next()
            query.descending = self._skip("desc")
            self._skip("asc")
        if self._skip("startposition"):
            query.start = self._whole()
        if self._skip("maxresults"):
            query.size = self._whole()
        if query.start < 1 or not 0 < query.size <= LARGEST_PAGE:
            raise bad_query("startposition begins at 1, maxresults is 1 to 1000")

    def _whole(self) -> int:
        token = self._next()
        if not token.isdigit():
            raise bad_query(f"Encountered {token!r}")
        return int(token)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise bad_query("Encountered <EOF>")
        self._at += 1
        return token

    def _skip(self, word: str) -> bool:
        if self._peek().lower() != word:
            return False
        self._at += 1
        return True

    def _expect(self, word: str) -> bool:
        if not self._skip(word):
            raise bad_query(f"Encountered {self._peek()!r}, expected {word!r}")
        return True


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise bad_query(f"Encountered {text[at : at + 20]!r}")
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


def _value(token: str) -> str:
    if token.startswith("'"):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    if token.lower() in ("true", "false") or re.fullmatch(r"-?[\d.]+", token):
        return token
    raise bad_query(f"Encountered {token!r}")


def _named(name: str) -> Entity:
    for entity in ENTITIES.values():
        if entity.name.lower() == name.lower():
            return entity
    raise bad_query(f"Entity {name} is not known")
