from typing import TypedDict

from django.contrib.auth.models import User


class Who(TypedDict, total=False):
    """Who or what changes something, and why: each service passes it to its event.
    `actor_name` is for what is no person ("poller", "import")."""

    actor: User | None
    actor_name: str
    reason: str
