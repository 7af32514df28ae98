"""Group commit: many callers, one writer, one transaction for all that wait; each is answered after it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import sqlalchemy as sa
import structlog

from counterfoil.ports.errors import CounterfoilError, TransientError
from counterfoil.store.errors import (
    ContentionError,
    EventNotStorableError,
    IntakeClosedError,
    IntakeFullError,
    StoreUnavailableError,
)

log = structlog.get_logger()

Item = TypeVar("Item")
Answer = TypeVar("Answer")

GROUP_MAX = 100
WAITING_MAX = 5_000
TRIES = 3
ANSWER_SECONDS = 30


OWN_FAULTS = (sa.exc.DataError, sa.exc.IntegrityError, ValueError, TypeError)
"""What an item's own content causes; anything else may pass, and the sender must not drop its item for it."""


def refusal(error: Exception) -> CounterfoilError:
    name = type(error).__name__
    if isinstance(error, OWN_FAULTS):
        return EventNotStorableError(f"it cannot be stored as it is: {name}")
    return StoreUnavailableError(f"the database refused it ({name}): send it again")


@dataclass(frozen=True, slots=True)
class Waiter(Generic[Item, Answer]):
    """One caller: what it brought and where it gets its answer."""

    item: Item
    future: Future[Answer] = field(default_factory=Future)


class GroupWriter(Generic[Item, Answer]):
    """Commits what waits in groups; nothing is ever answered before the commit that holds it.

    `commit` stores the items in one transaction or raises; it answers in the order of the items, with an
    error for one that it left out.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Item]], Sequence[Answer | TransientError]],
        *,
        group_max: int = GROUP_MAX,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._name = name
        self._commit = commit
        self._group_max = group_max
        self._waiting: queue.Queue[Waiter[Item, Answer] | None] = queue.Queue(waiting_max)
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Takes nothing new, commits what waits, then ends."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._waiting.put(None)
        self._thread.join()

    def submit(self, item: Item) -> Future[Answer]:
        """Hands an item over; the future is answered after its commit, or with what went wrong.

        Raises:
            IntakeFullError: too much waits already.
            IntakeClosedError: the writer is stopping.
        """
        waiter: Waiter[Item, Answer] = Waiter(item)
        with self._closing:
            if self._closed:
                raise IntakeClosedError("the intake is stopping: send it again")
            try:
                self._waiting.put_nowait(waiter)
            except queue.Full:
                raise IntakeFullError("too much waits for the database: send it again") from None
        return waiter.future

    def write(self, item: Item, *, timeout_seconds: int = ANSWER_SECONDS) -> Answer:
        """Hands an item over and waits for its commit.

        Raises:
            StoreUnavailableError: no answer in time; whether it was stored is not known.
        """
        try:
            return self.submit(item).result(timeout_seconds)
        except TimeoutError:
            raise StoreUnavailableError("the database did not answer in time: send it again") from None

    def _write(self) -> None:
        while (group := self._next_group()) is not None:
            # From here on a caller that gives up can no longer take its item back.
            self._settle([waiter for waiter in group if waiter.future.set_running_or_notify_cancel()])

    def _next_group(self) -> list[Waiter[Item, Answer]] | None:
        """Waits for one item, then takes what else is there; None at the end."""
        first = self._waiting.get()
        if first is None:
            return None
        group = [first]
        while len(group) < self._group_max:
            try:
                waiter = self._waiting.get_nowait()
            except queue.Empty:
                break
            if waiter is None:
                self._waiting.put(None)
                break
            group.append(waiter)
        return group

    def _settle(self, group: list[Waiter[Item, Answer]]) -> None:
        """Commits a group. One item that cannot be stored must not take the others with it."""
        if not group:
            return
        try:
            answers = self._commit_patiently([waiter.item for waiter in group])
        except TransientError as error:
            log.warning(
                "group_commit_failed", writer=self._name, waiting=len(group), error=type(error).__name__
            )
            self._refuse(group, error)
        except Exception as error:  # noqa: BLE001 - the writer must live on, whatever one item holds
            log.warning(
                "group_commit_refused", writer=self._name, items=len(group), error=type(error).__name__
            )
            if len(group) == 1:
                self._refuse(group, refusal(error), error)
                return
            for waiter in group:
                self._settle([waiter])
        else:
            self._answer(group, answers)

    @staticmethod
    def _answer(group: list[Waiter[Item, Answer]], answers: Sequence[Answer | TransientError]) -> None:
        for waiter, answer in zip(group, answers, strict=True):
            if isinstance(answer, TransientError):
                waiter.future.set_exception(answer)
            else:
                waiter.future.set_result(answer)

    def _commit_patiently(self, items: list[Item]) -> Sequence[Answer | TransientError]:
        for _ in range(TRIES - 1):
            try:
                return self._commit(items)
            except ContentionError:
                log.info("group_commit_repeated", writer=self._name, items=len(items))
        return self._commit(items)

    @staticmethod
    def _refuse(group: list[Waiter[Item, Answer]], error: Exception, cause: Exception | None = None) -> None:
        error.__cause__ = cause
        for waiter in group:
            waiter.future.set_exception(error)
