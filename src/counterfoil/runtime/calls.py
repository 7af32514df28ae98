"""The guard before the calls of one connection: its breaker, its limit, and the pauses that it was asked for.

While nothing is amiss, a process looks at the connection's row once a second at most; each call that fails is
written down at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Lock

import structlog
from typing_extensions import override

from counterfoil.http.client import AnswerTooLongError, ThrottledError
from counterfoil.ports.breakers import Breaker, BreakerState, BreakerStore, CallGuard
from counterfoil.ports.errors import CounterfoilError, RestingError, TransientError
from counterfoil.runtime.breaker import (
    Refusal,
    answered,
    asked_to_wait,
    failed,
    hindered,
    let_through,
    refusal,
)
from counterfoil.runtime.call_limit import free_at, spent

LOOK_SECONDS = 1
THROTTLED_SECONDS = 5
"""How long nobody calls after a 429 that does not say how long."""

Step = Callable[[Breaker, datetime], Breaker]

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_LET_IN: ContextVar[set[str] | None] = ContextVar("let_in", default=None)


def _seconds() -> int:
    """Of the machine's monotonic clock."""
    return int(time.monotonic())


@contextmanager
def one_turn() -> Iterator[None]:
    """What is done inside, by this thread, is one turn: a connection's limit lets it in once."""
    token = _LET_IN.set(set())
    try:
        yield
    finally:
        _LET_IN.reset(token)


class ConnectionGuard(CallGuard):
    """Stands before one connection's calls; safe for use by several threads."""

    def __init__(
        self,
        connection: str,
        name: str,
        breakers: BreakerStore,
        seconds: Callable[[], int] = _seconds,
    ) -> None:
        self._connection = connection
        self._name = name
        self._breakers = breakers
        self._seconds = seconds
        self._lock = Lock()
        self._plain_until = 0
        """Until this second nobody needs to look."""

    @override
    @contextmanager
    def calling(self) -> Iterator[None]:
        """One call; a system that is away, throttles or answers is noted for all workers.

        Raises:
            RestingError: the connection rests, and nothing was sent.
        """
        self._enter()
        try:
            yield
        except ThrottledError as error:
            seconds = error.retry_after_seconds or THROTTLED_SECONDS
            error.rests = self._note(lambda breaker, now: asked_to_wait(breaker, now, seconds))
            raise
        except AnswerTooLongError:
            self._answered()
            raise
        except TransientError as error:
            why, seconds = str(error), error.retry_after_seconds or 0
            error.rests = self._note(lambda breaker, now: failed(breaker, now, why, seconds))
            raise
        except CounterfoilError as error:
            why = str(error)
            self._note(lambda breaker, now: hindered(breaker, now, why))
            raise
        else:
            self._answered()

    def _enter(self) -> None:
        if self._is_plain():
            return
        let_in = _LET_IN.get()
        is_new = let_in is not None and self._connection not in let_in

        def refused(breaker: Breaker, now: datetime) -> Refusal | None:
            return refusal(breaker, now) or (_used_up(breaker, now) if is_new else None)

        def step(breaker: Breaker, now: datetime) -> Breaker:
            return breaker if refused(breaker, now) else spent(let_through(breaker, now), now)

        change = self._breakers.change(self._connection, step)
        why_not = refused(change.before, change.at)
        if why_not is not None:
            raise self._resting(why_not, change.at)
        if let_in is not None:
            let_in.add(self._connection)

    def _is_plain(self) -> bool:
        second = self._seconds()
        with self._lock:
            if second < self._plain_until:
                return True
        breaker, _ = self._breakers.find(self._connection)
        with self._lock:
            self._plain_until = second + LOOK_SECONDS if breaker.is_plain else 0
        return breaker.is_plain

    def _answered(self) -> None:
        with self._lock:
            if self._plain_until:
                return
        self._note(answered)

    def _note(self, step: Step) -> str | None:
        """Writes down what became of a call; the connection, where it rests now.

        What became of it counts more than whether it could be written down.
        """
        try:
            change = self._breakers.change(self._connection, step)
        except CounterfoilError as error:
            log.warning("breaker_not_changed", connection=self._connection, error=type(error).__name__)
            return None
        with self._lock:
            self._plain_until = 0
        was_closed, is_closed = (each.state is BreakerState.CLOSED for each in (change.before, change.after))
        if was_closed != is_closed:
            log.info("breaker_changed", connection=self._connection, state=change.after.state.value)
        return self._connection if refusal(change.after, change.at) else None

    def _resting(self, refused: Refusal, now: datetime) -> RestingError:
        what = f"connection {self._name} {refused.why}"
        if refused.until is None:
            why = f"{what}; a person closes its breaker: counterfoil breakers close {self._name}"
            return RestingError(why, rests=self._connection)
        seconds = -((now - refused.until) // timedelta(seconds=1))
        why = f"{what}; asked again in {seconds} s"
        return RestingError(why, rests=self._connection, retry_after_seconds=seconds)


def _used_up(breaker: Breaker, now: datetime) -> Refusal | None:
    free = free_at(breaker, now)
    return Refusal(until=free, why="made as many calls as it may") if free > now else None
