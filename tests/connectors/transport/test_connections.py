"""Where connections go, and whom they trust."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import PlatformDown, Reauthorise, Rejected
from connectors.services import MemoryLog, Services
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import ScriptedServer, answer
from tests.connectors.transport.certificates import private_authority

HOST = "api.vendor.example"


def transport(**options: Any) -> HttpTransport:
    config = ConnectionConfig(
        platform="vendor",
        practice_url=options.pop("practice_url", ""),
        allow_private_hosts=options.pop("private", False),
    )
    services = Services(clock=StillClock(), log=options.pop("log", MemoryLog()))
    return HttpTransport(config, services, platform="vendor", hosts=[HOST], **options)


def resolving(*answers: str) -> Callable[..., list[Any]]:
    """The first look-up of the host gets the first answer, and so on."""
    left = list(answers)

    def look_up(host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        address = (left.pop(0) if len(left) > 1 else left[0]) if host == HOST else host
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port))]

    return look_up


@pytest.mark.parametrize("private", [False, True])
def test_a_vendors_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, private: bool
) -> None:
    log = MemoryLog()
    with ScriptedServer(answer(200)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolving("127.0.0.1"))
        with pytest.raises(Rejected) as caught:
            calls = transport(private=private, log=log)
            calls.call("x", "GET", f"https://{HOST}:{server.port}/")
        assert not server.requests
    assert caught.value.status_code == "ADDRESS_REFUSED"
    assert "127.0.0.1" in log.exchanges[0].failure


def test_a_name_that_changes_its_mind_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached: list[Any] = []

    def connect(address: Any, *args: Any, **options: Any) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.215.14", "127.0.0.1"))
    monkeypatch.setattr("connectors.transport.session.create_connection", connect)
    with pytest.raises(PlatformDown):
        transport().call("x", "GET", f"https://{HOST}/", attempts=1)
    assert reached == [("93.184.215.14", 443)]


def test_an_unknown_name_means_the_platform_is_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*args: Any, **options: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PlatformDown):
        transport().call("x", "POST", f"https://{HOST}/", json={}, attempts=1)


def test_an_unknown_authority_is_not_trusted(tmp_path: Path) -> None:
    _, tls = private_authority(tmp_path)
    with ScriptedServer(answer(200), tls=tls) as server:
        with pytest.raises(PlatformDown, match="not trusted"):
            calls = transport(practice_url=server.url)
            calls.call("x", "POST", f"https://{HOST}/", json={}, attempts=1)
        assert not server.requests


def test_a_private_authority_is_trusted_when_it_is_given(tmp_path: Path) -> None:
    pem, tls = private_authority(tmp_path)
    with ScriptedServer(answer(200), tls=tls) as server:
        calls = transport(practice_url=server.url, ca_pem=pem)
        assert calls.call("x", "GET", f"https://{HOST}/").ok
        calls.close()


@pytest.mark.parametrize("pem", ["no certificate", "-----BEGIN CERTIFICATE-----\nx"])
def test_a_certificate_that_cannot_be_read_needs_a_person(pem: str) -> None:
    with pytest.raises(Reauthorise, match="cannot be read"):
        transport(ca_pem=pem)


def test_the_environment_changes_no_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with ScriptedServer(answer(200)) as server:
        calls = transport(practice_url=server.url)
        assert calls.call("x", "GET", f"https://{HOST}/").ok
        calls.close()


def test_it_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with ScriptedServer(answer(200)) as server:
        calls = transport(practice_url=server.url)
        for _ in range(5):
            calls.call("x", "GET", f"https://{HOST}/")
        calls.close()
        watching = [t for t in threading.enumerate() if isinstance(t, threading.Timer)]
        for timer in watching:
            timer.join(2)
    assert threading.active_count() <= before + 1
