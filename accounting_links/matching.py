"""Which account over there is a contact's.

Exact means: exactly one active account has exactly the same name. Names are the same
when they are equal after Unicode normalisation (NFC) and after blanks at both ends are
cut off; capitals, punctuation and blanks inside the name count. Everything else is only
near: shown with its reasons, and never linked by itself.
"""

import unicodedata

KEY_LENGTH = 300


def exact_name(name: str) -> str:
    """What is compared where names must be exactly the same."""
    return unicodedata.normalize("NFC", name).strip()


def name_key(name: str) -> str:
    """What `RemoteRecord.name_key` holds: exactly equal names have equal keys, but not
    the other way round, so that a match by key is compared by `exact_name` still."""
    return exact_name(name).casefold()[:KEY_LENGTH]
