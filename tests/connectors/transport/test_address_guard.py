import socket
from typing import Any

import pytest

from connectors.transport.address_guard import (
    AddressGuard,
    AddressRefused,
    at_practice,
)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(*args: Any, **kwargs: Any) -> list[Any]:
        return [(0, 0, 0, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


LIVE = AddressGuard(hosts=["api.vendor.example"])
PRIVATE = AddressGuard(hosts=["erp.local"], private=True)
PRACTICE = AddressGuard(practice=True)


def test_it_lets_a_public_address_through(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert len(LIVE.resolve("api.vendor.example", 443, secure=True)) == 2


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "192.168.1.5",
        "172.16.0.1",
        "100.64.0.1",
        "fd12::1",
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_it_refuses_inner_addresses(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolving(monkeypatch, "93.184.215.14", address)
    with pytest.raises(AddressRefused):
        LIVE.resolve("api.vendor.example", 443, secure=True)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.1.5", "fd12::1"])
def test_private_addresses_need_the_word_of_an_administrator(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolving(monkeypatch, address)
    assert PRIVATE.resolve("erp.local", 8069, secure=False) == [address]


@pytest.mark.parametrize("address", ["169.254.169.254", "127.0.0.1", "fe80::1"])
def test_that_word_opens_neither_metadata_nor_loopback(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolving(monkeypatch, address)
    with pytest.raises(AddressRefused):
        PRIVATE.resolve("erp.local", 8069, secure=False)


def test_plain_http_goes_to_no_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.215.14")
    with pytest.raises(AddressRefused):
        PRIVATE.resolve("erp.local", 80, secure=False)


def test_a_practice_ledger_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "10.0.0.1")
    with pytest.raises(AddressRefused):
        PRACTICE.resolve("practice", 80, secure=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.vendor.example/",
        "https://other.example/",
        "https://api.vendor.example.evil.example/",
        "https://api.vendor.example@evil.example/",
        "https://user:pass@api.vendor.example/",
        "file:///etc/passwd",
        "ftp://api.vendor.example/",
    ],
)
def test_it_refuses_odd_addresses(url: str) -> None:
    with pytest.raises(AddressRefused):
        LIVE.check_url(url)


def test_a_leading_dot_stands_for_all_names_below() -> None:
    guard = AddressGuard(hosts=[".intacct.example"])
    guard.check_url("https://na12.intacct.example/gate")
    with pytest.raises(AddressRefused):
        guard.check_url("https://evilintacct.example/")


def test_practice_keeps_path_and_query() -> None:
    url = at_practice("https://api.vendor.example/a/b?c=d", "http://localhost:81")
    assert url == "http://localhost:81/a/b?c=d"
