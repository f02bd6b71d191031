import pytest

from accounting_links.verb_words import WORDS, words
from accounting_links.verbs import Verb
from invoicing.verbs import Verb as OwnVerb

ALL = sorted({*OwnVerb, *Verb})


@pytest.mark.parametrize("verb", ALL)
def test_each_verb_has_words_for_people(verb: str) -> None:
    assert words(verb) == WORDS[verb]
    assert words(verb)[0].isupper()


def test_no_two_verbs_say_the_same() -> None:
    assert len(set(WORDS.values())) == len(WORDS)


def test_a_verb_of_an_older_release_is_still_told() -> None:
    assert words("item.once_known") == "Item: once known"
