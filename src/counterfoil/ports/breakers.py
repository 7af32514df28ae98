"""Breakers: whether another system may be called now, told to all workers by one row per connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from typing_extensions import override


class BreakerState(Enum):
    """Whether calls go through."""

    CLOSED = "closed"
    """Every call goes through."""
    OPEN = "open"
    """None does until it is time for a probe."""
    PROBING = "probing"
    """One call is on its way and finds out; the others wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many calls a connection may make."""

    per_minute: int
    burst: int
    """So many at once, where none were made for a while."""

    @property
    def interval(self) -> timedelta:
        """Between two calls, in the long run."""
        return timedelta(minutes=1) / self.per_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How calls to one connection stand; the instants are the database's."""

    connection: str
    state: BreakerState = BreakerState.CLOSED
    since: datetime | None = None
    """When it last opened or closed; None where it never did."""
    failures: int = 0
    """Calls in a row that failed; while it is open, failed probes count on."""
    why: str = ""
    next_at: datetime | None = None
    """When a probe may be made: while one is on its way, when it counts as lost; None until a person acts."""
    quiet_until: datetime | None = None
    """The other system asked for no calls before."""
    limit: Limit | None = None
    spent_until: datetime | None = None
    """The calls made so far use up the limit until then."""

    @property
    def is_plain(self) -> bool:
        """Whether calls go through without another look at the row."""
        return (
            self.state is BreakerState.CLOSED
            and not self.failures
            and self.quiet_until is None
            and self.limit is None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerChange:
    """What a breaker was and became, and when, by the database's clock."""

    before: Breaker
    after: Breaker
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A person's act on a breaker, for the log."""

    by: str
    why: str


class BreakerStore(Protocol):
    """The breakers of all connections; one that nobody changed yet is closed."""

    def find(self, connection: str) -> tuple[Breaker, datetime]:
        """How it stands, and the time now."""
        ...

    def change(
        self, connection: str, step: Callable[[Breaker, datetime], Breaker], hand: Hand | None = None
    ) -> BreakerChange:
        """Takes one step while nobody else does; openings, closings and what people do are logged."""
        ...

    def all(self) -> Sequence[Breaker]:
        """Those that were ever changed."""
        ...


class AwaitingRuns(Protocol):
    """The runs that wait for connections."""

    def awaited(self) -> dict[str, int]:
        """How many wait, by connection."""
        ...

    def release(self, connection: str, count: int, *, probe: bool) -> int:
        """Lets so many go on, the oldest first; as a probe, those that were not tried for longest."""
        ...


class CallGuard(Protocol):
    """Stands before every call to one connection."""

    def calling(self) -> AbstractContextManager[None]:
        """One call, whose end it looks at.

        Raises:
            RestingError: the connection rests, and nothing was sent.
        """
        ...


class NoGuard(CallGuard):
    """Lets every call through; where no hub is, and in tests."""

    @override
    def calling(self) -> AbstractContextManager[None]:
        return nullcontext()
