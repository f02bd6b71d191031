"""Decides where a connection may go, by the address that is really connected.

A name is resolved once, all that it resolves to is checked, and the connection is made
to a checked address: a name that answers differently the second time gains nothing.
"""

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit, urlunsplit

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

# Of private look, but served by clouds to their own machines: metadata, secrets.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "169.254.0.0/16",
        "fe80::/10",
        "fd00:ec2::254/128",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
    )
)
_PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    )
)
_NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """The sentence says which address, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGuard:
    """`practice`: loopback alone. `private`: private ranges too, where the
    administrator allowed them; plain HTTP goes nowhere else."""

    hosts: Collection[str] = ()
    practice: bool = False
    private: bool = False

    def check_url(self, url: str) -> None:
        """Raises `AddressRefused`. A host ".x.example" stands for all below it."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and not (
            parts.scheme == "http" and (self.practice or self.private)
        ):
            raise AddressRefused(f"{parts.scheme}://{host} is not an https address.")
        if parts.username or parts.password:
            raise AddressRefused("An address must not hold a user name or password.")
        if not self.practice and not self._known(host):
            raise AddressRefused(f"{host} is not one of this platform's hosts.")

    def resolve(self, host: str, port: int, *, secure: bool) -> list[str]:
        """Addresses that may be connected, in the resolver's order. Raises
        `AddressRefused`, or `socket.gaierror` where the name is unknown."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            self._check_address(host, address, secure=secure)
        return addresses

    def _known(self, host: str) -> bool:
        return any(
            host.endswith(known) if known.startswith(".") else host == known
            for known in (entry.lower() for entry in self.hosts)
        )

    def _check_address(self, host: str, text: str, *, secure: bool) -> None:
        address = _unwrapped(ip_address(text.split("%")[0]))
        if self.practice:
            if not address.is_loopback:
                raise AddressRefused(f"{host} ({address}) is not on this machine.")
            return
        if _within(address, _NEVER):
            raise AddressRefused(f"{host} leads to {address}, which is never called.")
        if _within(address, _PRIVATE):
            if not self.private:
                raise AddressRefused(
                    f"{host} leads to {address}, a private address. An administrator "
                    "can allow private addresses on this connection."
                )
            return
        if not address.is_global or address.is_multicast:
            raise AddressRefused(f"{host} leads to {address}, which is never called.")
        if not secure:
            raise AddressRefused(f"{host} is a public address and needs https.")


def at_practice(url: str, practice_url: str) -> str:
    """The same path and query at the practice ledger."""
    ours, theirs = urlsplit(practice_url), urlsplit(url)
    return urlunsplit((ours.scheme, ours.netloc, theirs.path, theirs.query, ""))


def _unwrapped(address: IpAddress) -> IpAddress:
    """An IPv4 address in IPv6 clothing is judged as IPv4."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _within(address: IpAddress, networks: Collection[IpNetwork]) -> bool:
    return any(address in network for network in networks)
