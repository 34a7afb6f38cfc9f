"""No test talks to anything but this machine."""

import ipaddress
import socket
from typing import Any

import pytest

NAMES = frozenset({"localhost", "", None})


class NetworkUsedError(RuntimeError):
    """A test reached for a host that is not this machine."""


def is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in NAMES:
        return True
    try:
        return ipaddress.ip_address(f"{name}").is_loopback
    except ValueError:
        return False


def guard(patch: pytest.MonkeyPatch) -> None:
    """From here on connecting to, sending to or looking up another host raises."""
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded_method(name))
    for name in ("getaddrinfo", "gethostbyname"):
        patch.setattr(socket, name, guarded_lookup(name))


def guarded_method(name: str) -> Any:
    original = getattr(socket.socket, name)

    def method(self: socket.socket, *arguments: Any) -> Any:
        # The address is last in all three; one of a Unix socket is a path.
        if isinstance(address := arguments[-1], tuple):
            refuse(address[0])
        return original(self, *arguments)

    return method


def guarded_lookup(name: str) -> Any:
    original = getattr(socket, name)

    def lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse(host)
        return original(host, *arguments, **options)

    return lookup


def refuse(host: object) -> None:
    if not is_loopback(host):
        raise NetworkUsedError(f"tests do not use the network, this one wanted {host!r}")
