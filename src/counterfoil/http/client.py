"""The outbound HTTP client: one pinned host, explicit limits, errors translated once, no secret logged."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from types import TracebackType
from typing import NoReturn, Protocol, Self

import httpx2
import structlog
from typing_extensions import override

from counterfoil.http.pin import HostPin
from counterfoil.ports.errors import ConfigurationError, DefectError, OutcomeUnknownError, TransientError
from counterfoil.telemetry.tracing import Attribute, Span, span

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_RETRY_AFTER_SECONDS_MAX = 3600
_CERTIFICATE_ALERT = re.compile(r"ALERT_.*(CERTIFICATE|UNKNOWN_CA)")
_STATUS_REDIRECT = range(300, 400)
_STATUS_TIMEOUT = 408
_STATUS_THROTTLED = 429
_STATUS_FAILED = range(500, 600)


class Sends(Enum):
    """What a request does on the other side; decides what a lost answer means."""

    READ = "read"
    """Changes nothing there; a lost answer may be asked for again."""
    WRITE = "write"
    """Moves money or changes a record; a lost answer is an unknown outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundLimits:
    """How long and how much one request may take."""

    connect_seconds: int = 10
    read_seconds: int = 60
    """The longest silence while the answer is awaited or read."""
    total_seconds: int = 180
    """The longest time until the whole answer is there."""
    answer_bytes_max: int = 64 * 1024 * 1024
    least_bytes_max: int = 256 * 1024 * 1024
    """The same for an answer that cannot be asked for in parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One request to the pinned host; the path begins with a slash and carries no secret."""

    method: str
    path: str
    sends: Sends
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    is_least: bool = False
    """Less cannot be asked for, so that the answer may be longer than others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer with a status of 2xx or 4xx; everything else was raised."""

    status: int
    content: bytes = field(repr=False)
    told_at: datetime | None = None
    """The other side's clock, to the second, where the answer carries a `Date`."""


class ThrottledError(TransientError):
    """The other side is there and takes no more for the moment; nothing was done."""


class AnswerTooLongError(TransientError):
    """What was asked for is more than one answer may bring; nothing was written: ask for less."""


class Sender(Protocol):
    """Sends requests to one outside system."""

    @property
    def pin(self) -> HostPin: ...

    def send(self, outbound: Outbound) -> Answer: ...

    def close(self) -> None: ...


class _PinnedTransport(httpx2.BaseTransport):
    """Lets requests to the pinned host pass and refuses every other, whatever made them."""

    def __init__(self, pin: HostPin, inner: httpx2.BaseTransport) -> None:
        self._pin = pin
        self._inner = inner

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if not self._pin.admits(url.scheme, url.host, url.port):
            raise ConfigurationError(f"only {self._pin} may be called from here, not another host")
        if request.headers.get("host") != self._pin.host_header:
            raise ConfigurationError(f"only {self._pin} may be named as host")
        return self._inner.handle_request(request)

    @override
    def close(self) -> None:
        self._inner.close()


class OutboundClient(Sender):
    """Talks to one outside system; safe for use by several threads.

    Environment variables change nothing here: no proxy, no other certificates, no credentials.
    """

    def __init__(
        self,
        pin: HostPin,
        *,
        limits: OutboundLimits | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._pin = pin
        self._limits = limits or OutboundLimits()
        inner = transport or httpx2.HTTPTransport(trust_env=False)
        self._client = httpx2.Client(
            transport=_PinnedTransport(pin, inner),
            base_url=str(pin),
            headers={"user-agent": "counterfoil"},
            timeout=httpx2.Timeout(self._limits.read_seconds, connect=self._limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    @override
    def pin(self) -> HostPin:
        return self._pin

    @override
    def send(self, outbound: Outbound) -> Answer:
        """Sends one request and reads its whole answer.

        Raises:
            TransientError: the other side is away, slow, failing or throttling; nothing was written.
            AnswerTooLongError: asking for less may bring it.
            OutcomeUnknownError: a write was sent, and whether it was done is not known.
            ConfigurationError: the address, its certificate or its redirect must be mended.
        """
        if not outbound.path.startswith("/") or outbound.path.startswith("//"):
            raise DefectError(f"{outbound.path!r} is no path on {self._pin}")
        started = time.monotonic()
        told = {Attribute.HOST: self._pin.host, Attribute.METHOD: outbound.method}
        with span(Span.CALL, told) as opened, _translated(outbound, self._pin):
            answer, retry_after = self._exchange(outbound, started)
            opened.say(Attribute.STATUS, answer.status)
        log.info(
            "outbound_answered",
            host=self._pin.host,
            path=outbound.path,
            status=answer.status,
            milliseconds=int((time.monotonic() - started) * 1000),
            answer_bytes=len(answer.content),
        )
        _refuse_status(answer.status, retry_after, outbound, self._pin)
        return answer

    @override
    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, outbound: Outbound, started: float) -> tuple[Answer, str]:
        with self._client.stream(
            outbound.method, outbound.path, headers=dict(outbound.headers), content=outbound.content
        ) as response:
            content, bytes_max = bytearray(), self._bytes_max(outbound)
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > bytes_max:
                    raise _too_long(outbound, bytes_max)
                if time.monotonic() - started > self._limits.total_seconds:
                    raise httpx2.ReadTimeout(f"the answer took more than {self._limits.total_seconds} s")
            told_at = _read_date(response.headers.get("date", ""))
            answer = Answer(status=response.status_code, content=bytes(content), told_at=told_at)
            return answer, response.headers.get("retry-after", "")

    def _bytes_max(self, outbound: Outbound) -> int:
        return self._limits.least_bytes_max if outbound.is_least else self._limits.answer_bytes_max


@contextmanager
def _translated(outbound: Outbound, pin: HostPin) -> Iterator[None]:
    """Turns the library's errors into ours, by whether anything can have been sent."""
    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        _log_failure(outbound, pin, error)
        if _has_certificate_cause(error):
            raise ConfigurationError(f"{pin}: its certificate cannot be verified ({error})") from error
        if _is_own_certificate_refused(error):
            raise _refused_certificate(pin, error) from error
        raise TransientError(f"{pin} cannot be reached; nothing was sent ({error})") from error
    except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise DefectError(f"{pin}: the request to {outbound.path} cannot be sent") from error
    except httpx2.RequestError as error:
        _log_failure(outbound, pin, error)
        if _is_own_certificate_refused(error):
            raise _refused_certificate(pin, error) from error
        _raise_lost(
            outbound, f"{pin}: no complete answer from {outbound.path} ({type(error).__name__})", error
        )


def _refuse_status(status: int, retry_after: str, outbound: Outbound, pin: HostPin) -> None:
    if status in _STATUS_REDIRECT:
        why = f"{pin} redirects {outbound.path}; enter the address that it redirects to"
        # Also what was done may be answered by telling where to read of it (303 See Other).
        raise OutcomeUnknownError(why) if outbound.sends is Sends.WRITE else ConfigurationError(why)
    if status == _STATUS_THROTTLED:
        raise ThrottledError(f"{pin} throttles", retry_after_seconds=_seconds(retry_after))
    if status in _STATUS_FAILED or status == _STATUS_TIMEOUT:
        why = f"{pin} answered {status} to {outbound.path}"
        _raise_lost(outbound, why, None, retry_after_seconds=_seconds(retry_after))


def _raise_lost(
    outbound: Outbound, why: str, cause: Exception | None, *, retry_after_seconds: int | None = None
) -> NoReturn:
    match outbound.sends:
        case Sends.READ:
            raise TransientError(why, retry_after_seconds=retry_after_seconds) from cause
        case Sends.WRITE:
            raise OutcomeUnknownError(why, retry_after_seconds=retry_after_seconds) from cause


def _read_date(written: str) -> datetime | None:
    """A `Date` header as an instant; what is none tells nothing."""
    try:
        told = parsedate_to_datetime(written)
    except ValueError:
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def _too_long(outbound: Outbound, bytes_max: int) -> TransientError:
    why = f"the answer to {outbound.path} is longer than {bytes_max} bytes"
    match outbound.sends:
        case Sends.READ:
            return AnswerTooLongError(why)
        case Sends.WRITE:
            return OutcomeUnknownError(why)


def _seconds(retry_after: str) -> int | None:
    """The header's seconds, bounded; its date form is not worth a clock and is left out."""
    if not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return min(int(retry_after[:9]), _RETRY_AFTER_SECONDS_MAX)


def _has_certificate_cause(error: BaseException) -> bool:
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def _is_own_certificate_refused(error: BaseException) -> bool:
    """With TLS 1.3 the other side tells so only once a request is on its way; it reads none of it then."""
    words = _CERTIFICATE_ALERT.search
    return any(isinstance(cause, ssl.SSLError) and words(cause.reason or "") for cause in _causes(error))


def _refused_certificate(pin: HostPin, error: Exception) -> ConfigurationError:
    why = "it is missing, too old or of another authority"
    return ConfigurationError(f"{pin} does not take our certificate ({error}): {why}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _log_failure(outbound: Outbound, pin: HostPin, error: Exception) -> None:
    log.warning("outbound_failed", host=pin.host, path=outbound.path, reason=type(error).__name__)
