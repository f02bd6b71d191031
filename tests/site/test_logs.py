import io
import logging

import pytest

from finsync_site.conf.logs import REDACTED, RedactingFormatter, redact


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer hunter2hunter2",
        "authorization: Basic aHVudGVyMg==hunter2",
        '{"access_token": "hunter2", "expires_in": 3600}',
        "{'client_secret': 'hunter2', 'scope': 'accounting'}",
        "refresh_token=hunter2&grant_type=refresh_token",
        "GET /connect/callback?code=hunter2&state=hunter2&realmId=9",
        "postgres://finsync:hunter2@db/finsync",
        "password is wrong: password=hunter2, user=bea",
        "Cookie: finsync_live_session=hunter2",
        "sessionid=hunter2; path=/",
        "X-Api-Key: hunter2",
        "intuit-signature: hunter2=",
    ],
)
def test_no_secret_stays_in_a_line(line: str) -> None:
    assert "hunter2" not in redact(line)
    assert REDACTED in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "Document INV-1042 was sent to the books, total 120.00 GBP",
        "POST /v3/company/9/invoice answered 200 in 0.41 s",
        "The token expired at 14:20",
        "state=waiting for 3 documents",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact(line) == line


def test_arguments_and_tracebacks_are_redacted_too() -> None:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(RedactingFormatter())
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError("refused: access_token=hunter2")
    except ValueError:
        log.exception("called with %s", {"password": "hunter2"})
    assert "hunter2" not in output.getvalue()
    assert "Traceback" in output.getvalue()
