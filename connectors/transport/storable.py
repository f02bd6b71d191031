"""Text that a database can keep. JSON may hold NUL and half characters, written as
escapes; PostgreSQL refuses the one, UTF-8 the other."""

import re

_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
# In this order: an escaped backslash is not the beginning of what follows it.
_ESCAPES = re.compile(
    rb"(?P<kept>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|(?P<nul>\\u0000)"
)
_NO_CHARACTER = rb"\ufffd"


def storable_json(content: bytes) -> bytes:
    """NUL is left out, half a character becomes the sign for an unknown one. All else
    stays as it came, whether it is JSON or not."""
    if not _SUSPECT.search(content):
        return content
    return _ESCAPES.sub(_storable, content)


def storable_text(text: str) -> str:
    return text.replace("\x00", "")


def _storable(match: re.Match[bytes]) -> bytes:
    if match["kept"]:
        return match["kept"]
    return _NO_CHARACTER if match["half"] else b""
