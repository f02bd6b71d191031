from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from finsync_site.conf import environment as env

NAME = "FINSYNC_SOMETHING"
Setting = pytest.MonkeyPatch


def test_a_secret_may_stand_in_a_file(monkeypatch: Setting, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.secret(NAME) == "from the file"


def test_a_secret_given_twice_is_refused(monkeypatch: Setting, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, "value")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="Keep one of the two"):
        env.secret(NAME)


def test_a_secret_file_that_is_not_there_is_named(
    monkeypatch: Setting, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE cannot be read"):
        env.secret(NAME)


@pytest.mark.parametrize(("given", "meant"), [("TRUE", True), ("off", False)])
def test_booleans_are_explicit(monkeypatch: Setting, given: str, meant: bool) -> None:
    monkeypatch.setenv(NAME, given)
    assert env.boolean(NAME, default=not meant) is meant


@pytest.mark.parametrize("given", ["maybe", "2", "truee", "y"])
def test_a_guessed_boolean_is_refused(monkeypatch: Setting, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} .*Say true or false"):
        env.boolean(NAME, default=False)


@pytest.mark.parametrize("given", ["-1", "61", "1.5", "ten", "٣"])
def test_a_number_out_of_range_is_refused(monkeypatch: Setting, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(ImproperlyConfigured, match="whole number from 0 to 60"):
        env.whole_number(NAME, default=5, least=0, most=60)


def test_an_unknown_choice_names_the_choices(monkeypatch: Setting) -> None:
    monkeypatch.setenv(NAME, "demo")
    with pytest.raises(ImproperlyConfigured, match="Use one of: live, practice"):
        env.choice(NAME, ("live", "practice"), default="live")


def test_a_folder_is_made_for_its_owner_alone(
    monkeypatch: Setting, tmp_path: Path
) -> None:
    monkeypatch.setenv(NAME, str(tmp_path / "a" / "b"))
    assert env.folder(NAME, tmp_path).stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_a_file_is_refused(
    monkeypatch: Setting, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(NAME, str(tmp_path / "file"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} cannot be made"):
        env.folder(NAME, tmp_path)


@pytest.mark.parametrize(
    "given", ["finsync.example.com", "ftp://host", "https://host/path", "https://"]
)
def test_a_base_url_has_scheme_and_host_alone(monkeypatch: Setting, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(ImproperlyConfigured, match="is no base address"):
        env.base_url(NAME, "http://127.0.0.1:8000")


@pytest.mark.parametrize("given", ["Mars/Olympus", "../etc/passwd", "/etc/passwd"])
def test_an_unknown_time_zone_is_refused(monkeypatch: Setting, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(ImproperlyConfigured, match="is no time zone"):
        env.time_zone(NAME, "Europe/London")


@pytest.mark.parametrize("given", ["gbp", "GB", "POUND", "£"])
def test_a_currency_is_three_capitals(monkeypatch: Setting, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(ImproperlyConfigured, match="three capital letters"):
        env.currency(NAME, "GBP")


def test_practice_ledgers_are_on_this_machine(monkeypatch: Setting) -> None:
    monkeypatch.setenv(NAME, "one=http://127.0.0.1:8801,two=http://localhost:8802")
    assert list(env.ledgers(NAME)) == ["one", "two"]
    monkeypatch.setenv(NAME, "one=https://books.example.com")
    with pytest.raises(ImproperlyConfigured, match="no ledger of this machine"):
        env.ledgers(NAME)
