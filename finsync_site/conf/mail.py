"""Outgoing mail: by FINSYNC_EMAIL_URL, else into files under FINSYNC_STATE."""

from pathlib import Path
from typing import Any

import environ

from finsync_site.conf.environment import refuse

FILES = "django.core.mail.backends.filebased.EmailBackend"


def config(url: str, *, state: Path) -> dict[str, Any]:
    if not url:
        return {"EMAIL_BACKEND": FILES, "EMAIL_FILE_PATH": str(state / "mail")}
    try:
        found: dict[str, Any] = environ.Env.email_url_config(url)
    except (KeyError, ValueError, environ.ImproperlyConfigured):
        # Not chained: the address may hold a password.
        remedy = "Use smtp+tls://user:password@host:587"
        raise refuse("FINSYNC_EMAIL_URL", "is no mail address", remedy) from None
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}
