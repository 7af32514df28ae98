"""What left the company's writer and waits for other hands: how much, and for how long."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from counterfoil.connectors.sagepro.journal_files import FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many wait, and since when the oldest does."""

    count: int
    oldest_at: datetime | None
    oldest_seconds: int
    """The age of the oldest; 0 where none waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The moments at which entries of an outbox were handed over that are not settled."""

    waiting: Collection[datetime] = ()
    """For the program that enters them."""
    refused: Collection[datetime] = ()
    """Refused, in conflict or in doubt: for a person."""


def backlog(moments: Collection[datetime], now: datetime) -> Backlog:
    """A clock that was put back makes nothing older than now."""
    oldest = min(moments, default=None)
    seconds = 0 if oldest is None else max(int((now - oldest).total_seconds()), 0)
    return Backlog(count=len(moments), oldest_at=oldest, oldest_seconds=seconds)


def journal_files(folder: Path) -> Collection[datetime]:
    """When the files of journal entries were made that nobody has taken out of the folder yet."""
    return tuple(_made(folder / FOLDER))


def _made(folder: Path) -> Iterator[datetime]:
    for path in folder.glob("*.csv"):
        try:
            yield datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # Somebody took it just now.
            continue
