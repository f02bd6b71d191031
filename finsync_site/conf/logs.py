"""Logs go to files under FINSYNC_STATE, and no secret goes with them."""

import logging
import re
from pathlib import Path
from typing import Any

REDACTED = "[redacted]"
_WORDS = (
    "password|passwd|secret|token|api[_-]?key|private[_-]?key|code_verifier|"
    "authorization|cookie|sessionid|signature"
)
_NAMES = rf"[\w-]*(?:{_WORDS})[\w-]*"
_PATTERNS = (
    # "name": "value", name=value, name: value
    (
        re.compile(
            rf"""(?ix)(["']?\b{_NAMES}["']?\s*[:=]\s*)"""
            r"""(?:(?:Bearer|Basic|OAuth|Token)\s+)?("[^"]*"|'[^']*'|[^\s,;&}]+)"""
        ),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"(?i)\b(Bearer|Basic)\s+[\w.~+/=-]{8,}"), rf"\1 {REDACTED}"),
    # The authorisation code of a consent page's redirect.
    (re.compile(r"(?i)([?&](?:code|state)=)[^&\s\"']+"), rf"\1{REDACTED}"),
    # The address that a platform tells us of changes at.
    (re.compile(r"(/hooks/)[\w-]+"), rf"\1{REDACTED}"),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+@"), rf"\1{REDACTED}@"),
)


def redact(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so tracebacks and arguments are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def logging_config(*, folder: Path, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "finsync_site.conf.logs.RedactingFormatter",
                "format": "{asctime} {levelname} {process} {name}: {message}",
                "style": "{",
            }
        },
        "handlers": {
            # Several processes append to it; the supervisor keeps it small.
            "file": {
                "class": "logging.FileHandler",
                "filename": str(folder / "finsync.log"),
                "formatter": "line",
                "delay": True,
                "encoding": "utf-8",
            },
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "level": "ERROR",
            },
        },
        "root": {"handlers": ["file", "console"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            "django.server": {"level": level, "handlers": [], "propagate": True},
            "django-q": {"level": level, "handlers": [], "propagate": True},
        },
    }
