"""What every page is told about the installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    return {"practice": settings.FINSYNC_PRACTICE}


def environment_badge(request: HttpRequest) -> list[str] | None:
    return ["PRACTICE", "warning"] if settings.FINSYNC_PRACTICE else None


def title_prefix(request: HttpRequest) -> str | None:
    return "[PRACTICE]" if settings.FINSYNC_PRACTICE else None
