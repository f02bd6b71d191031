"""The one user of a demo, and a password that only this machine knows."""

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import User

NAME = "demo"


def make_user(keys: Path) -> str:
    """The password; what was printed at an earlier start still holds."""
    path = keys / "demo_password"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(9) + "\n")
    password = path.read_text(encoding="ascii").strip()
    user, _ = User.objects.get_or_create(
        username=NAME,
        defaults={"is_staff": True, "is_superuser": True, "first_name": "Demo"},
    )
    # Setting it anew would end the sessions of an earlier start.
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=("password",))
    return password
