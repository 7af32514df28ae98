from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx2
import pytest
import structlog
from typing_extensions import override

from counterfoil.http.client import (
    Answer,
    AnswerTooLongError,
    Outbound,
    OutboundClient,
    OutboundLimits,
    Sends,
)
from counterfoil.http.pin import HostPin
from counterfoil.ports.errors import ConfigurationError, DefectError, OutcomeUnknownError, TransientError

PIN = HostPin.parse("https://gateway.example:8443")
Handler = Callable[[httpx2.Request], httpx2.Response]


def outbound(sends: Sends = Sends.READ, path: str = "/v1/things") -> Outbound:
    headers = {"authorization": "Bearer secret-token", "content-type": "application/json"}
    return Outbound(method="POST", path=path, sends=sends, headers=headers, content=b'{"secret":"body"}')


def send(handler: Handler, request: Outbound, limits: OutboundLimits | None = None) -> Answer:
    with OutboundClient(PIN, transport=httpx2.MockTransport(handler), limits=limits) as client:
        return client.send(request)


def raising(error: Exception) -> Handler:
    def handler(_request: httpx2.Request) -> httpx2.Response:
        raise error

    return handler


def answering(status: int, **headers: str) -> Handler:
    return lambda _request: httpx2.Response(status, headers=headers, content=b"{}")


def test_an_answer_comes_back_whole_also_when_it_is_a_refusal() -> None:
    for status in (200, 201, 400, 401, 422):
        assert send(answering(status), outbound()) == Answer(status=status, content=b"{}")


def test_the_request_goes_to_the_pinned_host_as_it_is() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == "https://gateway.example:8443/v1/things"
        assert request.headers["host"] == "gateway.example:8443"
        assert request.read() == b'{"secret":"body"}'
        return httpx2.Response(200)

    assert send(handler, outbound()).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/v1",
        "//evil.example/v1",
        "http://gateway.example:8443/v1",
        "https://gateway.example/v1",
    ],
)
def test_no_other_host_is_reached(path: str) -> None:
    with pytest.raises(DefectError):
        send(raising(AssertionError("sent")), outbound(path=path))


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "http://gateway.example:8443/", "https://gateway.example/"]
)
def test_the_transport_itself_refuses_another_host(url: str) -> None:
    client = OutboundClient(PIN, transport=httpx2.MockTransport(answering(200)))
    with client, pytest.raises(ConfigurationError):
        client._client.get(url)


def test_another_host_header_is_refused() -> None:
    request = Outbound(method="GET", path="/", sends=Sends.READ, headers={"host": "evil.example"})
    with pytest.raises(ConfigurationError):
        send(raising(AssertionError("sent")), request)


@pytest.mark.parametrize("sends", Sends)
@pytest.mark.parametrize(
    "error", [httpx2.ConnectError("x"), httpx2.ConnectTimeout("x"), httpx2.PoolTimeout("x")]
)
def test_nothing_was_sent_when_the_connection_failed(sends: Sends, error: Exception) -> None:
    with pytest.raises(TransientError) as caught:
        send(raising(error), outbound(sends))
    assert not isinstance(caught.value, OutcomeUnknownError)


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ReadTimeout("x"),
        httpx2.WriteTimeout("x"),
        httpx2.ReadError("x"),
        httpx2.WriteError("x"),
        httpx2.CloseError("x"),
        httpx2.RemoteProtocolError("x"),
        httpx2.DecodingError("x"),
    ],
)
def test_a_lost_answer_to_a_write_is_an_unknown_outcome(error: Exception) -> None:
    with pytest.raises(OutcomeUnknownError):
        send(raising(error), outbound(Sends.WRITE))
    with pytest.raises(TransientError) as caught:
        send(raising(error), outbound(Sends.READ))
    assert not isinstance(caught.value, OutcomeUnknownError)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_failing_server_leaves_a_write_unknown(status: int) -> None:
    with pytest.raises(OutcomeUnknownError):
        send(answering(status), outbound(Sends.WRITE))
    with pytest.raises(TransientError):
        send(answering(status), outbound(Sends.READ))


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)]
)
def test_a_throttled_write_was_not_done_and_tells_when_to_come_back(header: str, seconds: int | None) -> None:
    with pytest.raises(TransientError) as caught:
        send(answering(429, **{"retry-after": header}), outbound(Sends.WRITE))
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert caught.value.retry_after_seconds == seconds


def test_redirects_are_not_followed() -> None:
    with pytest.raises(ConfigurationError, match="redirects"):
        send(answering(302, location="https://evil.example/"), outbound())


def test_a_write_that_is_answered_by_a_redirect_may_have_been_done() -> None:
    with pytest.raises(OutcomeUnknownError, match="redirects"):
        send(answering(303, location="https://gateway.example:8443/done"), outbound(Sends.WRITE))


def test_a_certificate_that_cannot_be_verified_is_a_matter_of_configuration() -> None:
    error = httpx2.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError(1, "self-signed certificate")
    with pytest.raises(ConfigurationError, match="certificate"):
        send(raising(error), outbound())


class Endless(httpx2.SyncByteStream):
    @override
    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 1024


def endless(_request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, stream=Endless())


def test_an_endless_answer_is_cut_off() -> None:
    short = OutboundLimits(answer_bytes_max=10_000)
    with pytest.raises(AnswerTooLongError):
        send(endless, outbound(), short)
    with pytest.raises(OutcomeUnknownError):
        send(endless, outbound(Sends.WRITE), short)
    with pytest.raises(OutcomeUnknownError):
        send(endless, outbound(Sends.WRITE), OutboundLimits(total_seconds=0))


def test_an_answer_that_cannot_be_asked_for_in_parts_may_be_longer_and_is_bounded_too() -> None:
    limits = OutboundLimits(answer_bytes_max=10, least_bytes_max=20)
    least = replace(outbound(), is_least=True)
    assert send(lambda _: httpx2.Response(200, content=b"x" * 20), least, limits).content == b"x" * 20
    with pytest.raises(AnswerTooLongError):
        send(lambda _: httpx2.Response(200, content=b"x" * 21), least, limits)


def test_logs_tell_what_happened_and_carry_no_body_header_or_credential() -> None:
    with structlog.testing.capture_logs() as logs:
        send(answering(200), outbound())
        with pytest.raises(TransientError):
            send(raising(httpx2.ReadTimeout("x")), outbound())
    assert [entry["event"] for entry in logs] == ["outbound_answered", "outbound_failed"]
    assert logs[0]["host"] == "gateway.example"
    assert "secret" not in repr(logs)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://api.example.com", "https://api.example.com"),
        (" https://API.example.com:443/ ", "https://api.example.com"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
        ("http://[::1]:8123", "http://[::1]:8123"),
        ("http://localhost", "http://localhost"),
        ("https://10.0.0.7:9000", "https://10.0.0.7:9000"),
    ],
)
def test_addresses_that_may_be_called(address: str, written: str) -> None:
    assert str(HostPin.parse(address)) == written


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.example.com",
        "ftp://api.example.com",
        "http://api.example.com",
        "https://user:password@api.example.com",
        "https://api.example.com/v1",
        "https://api.example.com?x=1",
        "https://api.example.com:99999",
        "https://169.254.169.254",
        "https://[::ffff:169.254.169.254]",
        "https://0.0.0.0",
        "https://a b",
        "https://ex\u00e4mple.com",
    ],
)
def test_addresses_that_may_not_be_called(address: str) -> None:
    with pytest.raises(ConfigurationError):
        HostPin.parse(address)


def test_a_pinned_loopback_address_of_version_six_is_reached() -> None:
    pin = HostPin.parse("http://[::1]:8123")
    with OutboundClient(pin, transport=httpx2.MockTransport(answering(200))) as client:
        assert client.send(outbound()).status == 200


def test_neither_a_request_nor_an_answer_shows_what_it_carries() -> None:
    sent = Outbound(
        method="POST",
        path="/oauth/token",
        sends=Sends.READ,
        headers={"authorization": "Bearer hidden-1"},
        content=b"password=hidden-2",
    )
    assert "hidden" not in repr(sent)
    assert "hidden" not in repr(Answer(status=200, content=b"hidden-3"))


def test_the_other_side_s_clock_comes_with_its_answer() -> None:
    told = send(answering(200, date="Tue, 03 Nov 2026 12:00:00 GMT"), outbound()).told_at
    assert told == datetime(2026, 11, 3, 12, tzinfo=UTC)
    for odd in ("", "yesterday"):
        assert send(answering(200, date=odd), outbound()).told_at is None
