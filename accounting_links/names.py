"""When two names are the same, and which words of a name tell it from others."""

import re
import unicodedata
from functools import lru_cache

KEY_LENGTH = 300
SUFFIXES = frozenset(
    "ltd limited llp plc llc inc incorporated corp corporation co company lp pty pte"
    " gmbh ag kg ug ohg sa sas sarl srl spa bv nv ab as aps oy sro".split()
)
WRITTEN_WITH_DOTS = re.compile(r"\b(?:\w\.\s*){2,}")
NO_WORD = re.compile(r"[^\w\s]|_")


def exact_name(name: str) -> str:
    """What is compared where names must be exactly the same."""
    return unicodedata.normalize("NFC", name).strip()


def name_key(name: str) -> str:
    """What `RemoteRecord.name_key` holds: exactly equal names have equal keys, but not
    the other way round, so that a match by key is compared by `exact_name` still."""
    return exact_name(name).casefold()[:KEY_LENGTH]


@lru_cache(maxsize=65_536)
def bare_name(name: str) -> str:
    """The words that tell names apart: without capitals, accents, punctuation and what
    says only that it is a company, unless nothing else is left."""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    joined = WRITTEN_WITH_DOTS.sub(_joined, plain)
    words = NO_WORD.sub(" ", joined.replace("'", "")).split()
    kept = words[1:] if words[:1] == ["the"] else words
    while kept and kept[-1] in SUFFIXES:
        kept = kept[:-1]
    return " ".join(kept or words)


def _joined(dotted: re.Match[str]) -> str:
    """ "s.r.o." and "S. A." are one word each."""
    return re.sub(r"[.\s]", "", dotted[0]) + " "
