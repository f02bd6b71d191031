"""Columns that are encrypted at rest, with keys that can be rotated."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    JSONText = models.TextField[Any, dict[str, Any]]
else:
    JSONText = models.TextField


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def box() -> MultiFernet:
    """Encrypts with the first of FINSYNC_FIELD_KEYS, decrypts with any."""
    return _box(tuple(settings.FINSYNC_FIELD_KEYS))


class EncryptedJSONField(JSONText):
    """A dict of text, stored as one encrypted token; empty stays empty. It cannot be
    searched. Raises `ImproperlyConfigured` when no key opens it."""

    def from_db_value(self, value: str | None, *args: object) -> dict[str, Any]:
        if not value:
            return {}
        try:
            plain = box().decrypt(value.encode())
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "No key in FINSYNC_FIELD_KEYS opens a stored secret: put the key that "
                "it was written with back at the end of the list."
            ) from error
        found: dict[str, Any] = json.loads(plain)
        return found

    def get_prep_value(self, value: object) -> str:
        if not value:
            return ""
        return box().encrypt(json.dumps(value).encode()).decode()

    def to_python(self, value: object) -> object:
        return {} if value in (None, "") else value

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))
