"""How much the agent takes at once and in a second; whoever exceeds it is told when to ask again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from counterfoil.http.problem import Problem, RequestRefusedError

_NOBODY = None
RETRY_AFTER = {"retry-after": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one agent."""

    in_hand_max: int = 32
    """Requests worked on at once; fewer than the threads there are, so that pause always finds one."""
    waiting_max: int = 256
    """Requests that wait for their turn."""
    wait_seconds: int = 5
    per_second_max: int = 1000
    """Requests of one caller, with twice as many in a burst."""
    refused_per_second_max: int = 20
    """The same for all together whose token admits nobody; so much of them is logged."""
    body_seconds: int = 30
    """How long a body may take to come."""


class InHand:
    """Bounds the requests that are worked on at once; those of the operator pass whatever else waits."""

    def __init__(self, app: ASGIApp, limits: Limits, always: Collection[str]) -> None:
        self._app = app
        self._limits = limits
        self._always = always
        self._turns = asyncio.Semaphore(limits.in_hand_max)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._always:
            await self._app(scope, receive, send)
        elif await self._has_turn():
            try:
                await self._app(scope, receive, send)
            finally:
                self._turns.release()
        else:
            await _refused("too many requests at once").as_response()(scope, receive, send)

    async def _has_turn(self) -> bool:
        if self._waiting >= self._limits.waiting_max:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                return await self._turns.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1


class Pace:
    """Bounds the requests per second of each caller; for the event loop's thread alone."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._seen: dict[str | None, tuple[float, float]] = {}
        """For each caller, how many requests were left and when that was."""

    def count(self, caller: str) -> None:
        """Counts a request of a caller who was admitted.

        Raises:
            RequestRefusedError: it is one too many (429).
        """
        self._count(caller, self._limits.per_second_max)

    def count_refused(self) -> None:
        """Counts a request whose token admits nobody.

        Raises:
            RequestRefusedError: it is one too many (429).
        """
        self._count(_NOBODY, self._limits.refused_per_second_max)

    def _count(self, caller: str | None, per_second: int) -> None:
        now, burst = self._monotonic(), 2 * per_second
        left, since = self._seen.get(caller, (burst, now))
        left = min(burst, left + (now - since) * per_second)
        if left < 1:
            problem = _refused("more requests per second than the agent takes")
            raise RequestRefusedError(problem.status, problem.detail, problem.headers)
        self._seen[caller] = (left - 1, now)


def _refused(why: str) -> Problem:
    detail = f"{why}: nothing was done, ask again later"
    return Problem(status=HTTPStatus.TOO_MANY_REQUESTS, detail=detail, headers=RETRY_AFTER)
