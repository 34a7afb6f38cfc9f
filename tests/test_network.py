import socket
import urllib.request

import pytest

from tests.network import NetworkUsedError, is_loopback


def test_a_name_of_elsewhere_is_not_looked_up() -> None:
    with pytest.raises(NetworkUsedError, match=r"credit\.example"):
        urllib.request.urlopen("http://credit.example/")


# An address for documentation (RFC 5737): nobody's.
@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_an_address_of_elsewhere_is_not_called(way: str) -> None:
    with socket.socket() as caller, pytest.raises(NetworkUsedError):
        getattr(caller, way)(("192.0.2.1", 80))


def test_nothing_is_sent_elsewhere() -> None:
    kind = socket.SOCK_DGRAM
    with socket.socket(type=kind) as sender, pytest.raises(NetworkUsedError):
        sender.sendto(b"?", ("192.0.2.1", 53))


def test_this_machine_may_be_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", b"localhost", "localhost", "", None])
def test_what_is_this_machine(host: object) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "0.0.0.0", "localhost.example", "2001:db8::1"]
)
def test_what_is_not(host: object) -> None:
    assert not is_loopback(host)
