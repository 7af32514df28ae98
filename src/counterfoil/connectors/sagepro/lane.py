"""The lane of one company: a single thread that writes what waits, in groups."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog

from counterfoil.connectors.sagepro.results import Result
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.errors import CounterfoilError, TransientError

GROUP_MAX = 100
HOLD_MS_MAX = 250
"""How long one group may keep the tables; the next group is made smaller where one took longer."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting:
    fact: Fact
    result: Future[Result] = field(default_factory=Future)


class Lane:
    """Takes facts from any thread, in order.

    Groups hold each payment once, so that a repeat or a reversal sees what was first.
    """

    def __init__(self, post_group: Callable[[Sequence[Fact]], Sequence[Result]]) -> None:
        self._post_group = post_group
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._open = True
        self._writing = False
        self._limit = GROUP_MAX
        self._thread = threading.Thread(target=self._work, name="lane", daemon=True)
        self._thread.start()

    @property
    def waiting_count(self) -> int:
        return len(self._waiting)

    def submit(self, facts: Sequence[Fact]) -> list[Future[Result]]:
        """Queues the facts; each future gets its result.

        Raises:
            TransientError: the lane is closed.
        """
        items = [_Waiting(fact) for fact in facts]
        with self._changed:
            if not self._open:
                raise _closed()
            self._waiting.extend(items)
            self._changed.notify_all()
        return [item.result for item in items]

    def close(self) -> None:
        """Lets the group at work finish, turns away what waits, and ends the thread."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self._thread.join()
        for item in self._waiting:
            item.result.set_exception(_closed())
        self._waiting.clear()

    def _work(self) -> None:
        while group := self._next_group():
            started = time.monotonic_ns()
            self._carry(group)
            self._adapt(len(group), (time.monotonic_ns() - started) // 1_000_000)

    def _next_group(self) -> list[_Waiting]:
        """What is written next; empty when the lane closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or not self._open)
            if not self._open:
                return []
            group: list[_Waiting] = []
            origins = set()
            while self._waiting and len(group) < self._limit:
                origin = self._waiting[0].fact.key.origin
                if origin in origins:
                    break
                origins.add(origin)
                group.append(self._waiting.popleft())
            return group

    def _carry(self, group: Sequence[_Waiting]) -> None:
        """Writes the group; where one of it breaks all, each is tried alone and only that one fails."""
        try:
            results = self._post_group([item.fact for item in group])
        except CounterfoilError as error:
            for item in group:
                item.result.set_exception(error)
        except Exception as error:  # noqa: BLE001 - the worker loop outlives any posting
            _log.exception("posting_failed", postings=[str(item.fact.key) for item in group])
            if len(group) == 1:
                group[0].result.set_exception(error)
                return
            for item in group:
                self._carry([item])
        else:
            for item, result in zip(group, results, strict=True):
                item.result.set_result(result)

    def _adapt(self, count: int, took_ms: int) -> None:
        if took_ms > HOLD_MS_MAX:
            self._limit = max(1, count * HOLD_MS_MAX // took_ms)
        elif count == self._limit and took_ms * 2 < HOLD_MS_MAX:
            self._limit = min(GROUP_MAX, self._limit * 2)


def _closed() -> TransientError:
    return TransientError("the company is paused or its agent stops; nothing was written, try again later")
