"""The breaker: another system that is away is a state; it is tried later and later, not by everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from typing_extensions import override

from counterfoil.http.client import Answer, Outbound, OutboundClient, Sender, ThrottledError
from counterfoil.ports.errors import TransientError

FAILURES_MAX = 3
FIRST_SECONDS = 1
CAP_SECONDS = 60
_DOUBLINGS_MAX = 10

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class Breaker:
    """Opens after several failures in a row; then one caller at a time tries, later and later.

    What answers is there, whatever it answers; a refusal to take more for a moment counts as neither.
    """

    def __init__(self, name: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._failures = 0
        self._why = ""
        self._closed_at = 0
        """No call before this second; 0 while none waits."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """One call to the other system.

        Raises:
            TransientError: it is away, and nothing was sent.
        """
        self._enter()
        try:
            yield
        except ThrottledError:
            raise
        except TransientError as error:
            self._failed(str(error))
            raise
        else:
            self._answered()

    def _enter(self) -> None:
        with self._guard:
            if self._failures < FAILURES_MAX:
                return
            now = int(self._monotonic())
            left = self._closed_at - now
            if left > 0:
                why = f"{self._name} is away ({self._why}); asked again in {left} s"
                raise TransientError(why, retry_after_seconds=left)
            self._closed_at = now + self._pause()

    def _failed(self, why: str) -> None:
        with self._guard:
            self._failures += 1
            self._why = why
            if self._failures >= FAILURES_MAX:
                self._closed_at = int(self._monotonic()) + self._pause()
                log.warning("breaker_open", other=self._name, failures=self._failures)

    def _answered(self) -> None:
        with self._guard:
            if self._failures >= FAILURES_MAX:
                log.info("breaker_closed", other=self._name)
            self._failures, self._closed_at = 0, 0

    def _pause(self) -> int:
        doublings = min(max(self._failures - FAILURES_MAX, 0), _DOUBLINGS_MAX)
        return min(FIRST_SECONDS << doublings, CAP_SECONDS)


class WatchedClient(Sender):
    """A client behind a breaker."""

    def __init__(self, client: OutboundClient) -> None:
        self._client = client
        self._breaker = Breaker(str(client.pin))

    @override
    def send(self, outbound: Outbound) -> Answer:
        with self._breaker.watching():
            return self._client.send(outbound)

    @override
    def close(self) -> None:
        self._client.close()
