"""Conditions that rows are asked by: comparisons joined by `and`, `or` and `not`."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

Test = Callable[[Mapping[str, Any]], bool]


class Conditions(ABC):
    """One text. `or` binds less than `and`, that less than a comparison.

    A vendor's language says what its tokens are: groups of `token`, of which `word` and
    `mark` are not quoted.
    """

    token: ClassVar[re.Pattern[str]]

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = self.token.match(text, place)
            if match is None or match.lastgroup is None:
                raise self.bad(text[place:].strip())
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()

    @abstractmethod
    def comparison(self) -> Test:
        """Takes its tokens off."""

    @abstractmethod
    def bad(self, what: str) -> Exception:
        """What is raised for a text that is not understood."""

    def whole(self) -> Test:
        """True of all rows where nothing is asked."""
        if not self.tokens:
            return lambda _: True
        test = self._either()
        if self.tokens:
            raise self.bad(self.tokens[0][1])
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self.next_is("or"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.next_is("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self.next_is("("):
            test = self._either()
            self.must(")")
            return test
        if self.next_is("not"):
            inner = self._one()
            return lambda row: not inner(row)
        return self.comparison()

    def next_is(self, word: str) -> bool:
        """Takes it off if it is."""
        if self.tokens and self.tokens[0] in (("word", word), ("mark", word)):
            self.tokens.pop(0)
            return True
        return False

    def must(self, word: str) -> None:
        if not self.next_is(word):
            raise self.bad(f"{word} is missing")

    def take(self) -> tuple[str, str]:
        """Its group, and what it says."""
        if not self.tokens:
            raise self.bad("it ends too early")
        return self.tokens.pop(0)
