import os
import socket
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import override_settings

from finsync_site.demo import environment
from finsync_site.demo.login import make_user
from finsync_site.management.commands.up import own_address, refuse_busy_port

NAMES = (
    "FINSYNC_MODE",
    "FINSYNC_STATE",
    "FINSYNC_BASE_URL",
    "FINSYNC_PRACTICE_LEDGERS",
)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set is put back afterwards."""
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("bare")
def test_a_demo_is_a_practice_installation_of_its_own(tmp_path: Path) -> None:
    environment.prepare(tmp_path, ["--port", "8765"])
    assert os.environ["FINSYNC_MODE"] == "practice"
    assert os.environ["FINSYNC_STATE"] == str(tmp_path / "var" / "demo")
    assert os.environ["FINSYNC_BASE_URL"] == "http://127.0.0.1:8765"


@pytest.mark.usefixtures("bare")
def test_what_was_given_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINSYNC_STATE", str(tmp_path))
    monkeypatch.setenv("FINSYNC_MODE", "live")
    environment.prepare(Path("/nowhere"), [])
    assert os.environ["FINSYNC_MODE"] == "live"
    assert os.environ["FINSYNC_STATE"] == str(tmp_path)


def test_a_ledger_keeps_its_port(tmp_path: Path) -> None:
    assert environment.ledgers(tmp_path) == environment.ledgers(tmp_path)


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not environment.is_free(port)
        assert environment.free_port(port) > port


def test_a_busy_port_is_refused_with_its_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(CommandError, match="another --port") as refused:
            refuse_busy_port("127.0.0.1", taken.getsockname()[1])
    assert refused.value.returncode == 2


def test_the_address_is_one_that_a_browser_can_open() -> None:
    assert own_address("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert own_address("::1", 8000) == "http://[::1]:8000"


@pytest.mark.django_db
def test_the_password_holds_from_start_to_start(tmp_path: Path) -> None:
    password = make_user(tmp_path)
    assert make_user(tmp_path) == password
    assert User.objects.get(username="demo").check_password(password)
    assert (tmp_path / "demo_password").stat().st_mode & 0o777 == 0o600


@override_settings(FINSYNC_PRACTICE=False)
def test_a_live_installation_is_not_filled_with_sample_data() -> None:
    with pytest.raises(CommandError, match="FINSYNC_MODE is live") as refused:
        call_command("demo")
    assert refused.value.returncode == 2
