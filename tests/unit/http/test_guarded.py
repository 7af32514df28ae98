"""Real sockets: two servers on two addresses of this machine, and names that lead to either."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from counterfoil.http.address_rules import Address, read_networks
from counterfoil.http.client import Answer, Outbound, OutboundClient, Sends
from counterfoil.http.guarded import GuardedTransport, Resolver
from counterfoil.http.pin import HostPin
from counterfoil.http.tls import client_context
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.security.certificates import issue_server, make_authority

GOOD, INNER = "127.0.0.1", "127.0.0.2"
NOW = datetime.now(UTC)  # noqa: TID251 - certificates are checked against the machine's own clock


class Told(Resolver):
    """Answers one after the other, the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    @override
    def resolve(self, host: str) -> Sequence[Address]:
        self.asked.append(host)
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [ipaddress.ip_address(each) for each in told]


class Heard:
    def __init__(self) -> None:
        self.hosts: list[str] = []


@contextmanager
def listening(address: str, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[tuple[Heard, int]]:
    heard = Heard()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.hosts.append(self.headers["host"])
            moved = self.path == "/moved"
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("location", f"http://{INNER}:{port}/")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((address, port), Door)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield heard, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(address: str, resolver: Resolver, verify: ssl.SSLContext | None = None) -> OutboundClient:
    inner = httpx2.HTTPTransport(trust_env=False, verify=verify or True)
    guarded = GuardedTransport(inner, read_networks(GOOD), resolver)
    return OutboundClient(HostPin.parse(address), transport=guarded)


def get(sender: OutboundClient, path: str = "/") -> Answer:
    return sender.send(Outbound(method="GET", path=path, sends=Sends.READ, headers={}))


def test_the_address_that_was_looked_at_is_called_under_the_name() -> None:
    resolver = Told([GOOD])
    with listening(GOOD) as (heard, port), client(f"http://localhost:{port}", resolver) as sender:
        assert get(sender).status == 200
    assert heard.hosts == [f"localhost:{port}"]
    assert resolver.asked == ["localhost"]


def test_a_name_that_moves_to_an_address_within_is_refused_and_nothing_is_sent() -> None:
    resolver = Told([GOOD], [INNER])
    with (
        listening(GOOD) as (good, port),
        listening(INNER, port) as (inner, _),
        client(f"http://localhost:{port}", resolver) as sender,
    ):
        get(sender)
        with pytest.raises(ConfigurationError, match=r"127\.0\.0\.2 is no public address"):
            get(sender)
    assert (len(good.hosts), inner.hosts) == (1, [])


def test_one_address_within_among_several_refuses_all() -> None:
    with (
        listening(GOOD) as (heard, port),
        client(f"http://localhost:{port}", Told([GOOD, INNER])) as sender,
        pytest.raises(ConfigurationError),
    ):
        get(sender)
    assert heard.hosts == []


def test_an_address_instead_of_a_name_is_looked_at_as_well() -> None:
    resolver = Told([GOOD])
    with (
        listening(INNER) as (heard, port),
        client(f"http://{INNER}:{port}", resolver) as sender,
        pytest.raises(ConfigurationError),
    ):
        get(sender)
    assert (heard.hosts, resolver.asked) == ([], [])


def test_a_redirect_is_not_followed() -> None:
    with (
        listening(GOOD) as (good, port),
        listening(INNER, port) as (inner, _),
        client(f"http://localhost:{port}", Told([GOOD])) as sender,
        pytest.raises(ConfigurationError, match="redirects"),
    ):
        get(sender, "/moved")
    assert (len(good.hosts), inner.hosts) == (1, [])


def test_a_name_without_an_address_is_away() -> None:
    with client("http://localhost:9", Told([])) as sender, pytest.raises(TransientError, match="no address"):
        get(sender)


def test_the_certificate_is_held_against_the_name(tmp_path: Path) -> None:
    authority = make_authority("test", NOW)
    pair = issue_server(authority, ["erp.example"], NOW, 5)
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    paths[0].write_text(pair.certificate, "ascii")
    paths[1].write_text(pair.key.reveal(), "ascii")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*paths)
    verify = client_context(authority.certificate)
    with listening(GOOD, tls=tls) as (heard, port):
        with client(f"https://erp.example:{port}", Told([GOOD]), verify) as sender:
            assert get(sender).status == 200
        with (
            client(f"https://other.example:{port}", Told([GOOD]), verify) as sender,
            pytest.raises(ConfigurationError, match="certificate"),
        ):
            get(sender)
    assert heard.hosts == [f"erp.example:{port}"]
