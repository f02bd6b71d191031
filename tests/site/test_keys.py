import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from finsync_site.conf import keys

NAME = "FINSYNC_FIELD_KEYS"


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = keys.field_keys(NAME, tmp_path / "keys")
    assert keys.field_keys(NAME, tmp_path / "keys") == first
    assert Fernet(first[0]).encrypt(b"x")


def test_a_kept_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    keys.secret_key("FINSYNC_SECRET_KEY", tmp_path / "keys")
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    keys.secret_key("FINSYNC_SECRET_KEY", tmp_path)
    os.chmod(tmp_path / "secret_key", 0o644)
    with pytest.raises(ImproperlyConfigured, match="FINSYNC_SECRET_KEY.*chmod 600"):
        keys.secret_key("FINSYNC_SECRET_KEY", tmp_path)


def test_an_emptied_key_is_not_replaced_in_silence(tmp_path: Path) -> None:
    keys.field_keys(NAME, tmp_path)
    (tmp_path / "field_keys").write_text("")
    with pytest.raises(ImproperlyConfigured, match="Restore"):
        keys.field_keys(NAME, tmp_path)


def test_keys_are_rotated_by_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv(NAME, f"{new}, {old}")
    assert keys.field_keys(NAME, tmp_path) == [new, old]
    assert not (tmp_path / "field_keys").exists()


def test_a_bad_key_is_named_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, f"{Fernet.generate_key().decode()},not-a-key")
    with pytest.raises(ImproperlyConfigured, match="no Fernet key at 2") as refused:
        keys.field_keys(NAME, tmp_path)
    assert "not-a-key" not in str(refused.value)


def test_a_short_secret_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINSYNC_SECRET_KEY", "secret")
    with pytest.raises(ImproperlyConfigured, match="too short"):
        keys.secret_key("FINSYNC_SECRET_KEY", tmp_path)
