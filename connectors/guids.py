"""Ids of platforms that name their records by GUIDs."""

import re

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_guid(text: str) -> bool:
    """Looked at before the call: platforms fail in odd ways over an id that is none."""
    return bool(_GUID.fullmatch(text))
