"""What staff read when something went wrong: a plain sentence, and no more."""

import re

from connectors.errors import ConnectorError

# Markup, code, exceptions' names, addresses of the wire: nothing for a bookkeeper.
_RAW = re.compile(r"[<>{}\[\]]|\b\w+(Error|Exception)\b|Traceback|https?://|\.\.|\s$")


def assert_for_staff(error: ConnectorError) -> None:
    """It begins as a sentence does, ends as one, and shows nothing raw."""
    text = str(error)
    assert text[:1].isupper() and text.endswith("."), text
    assert len(text.split()) >= 4 and not _RAW.search(text), text
    assert error.where.platform and error.where.operation, text
