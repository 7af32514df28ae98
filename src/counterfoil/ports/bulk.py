"""Works in many parts that people ask for: progress is kept; they are paused, resumed and cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class BulkStatus(StrEnum):
    """How a work stands."""

    GOING = "going"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWork:
    """One work."""

    id: int
    kind: str
    connection: str
    arguments: Mapping[str, str]
    status: BulkStatus
    parts: int
    """How many parts there are."""
    reached: int
    """How many of them are done."""
    read: int
    new: int
    """What was read, and what of it was not known before."""
    why: str
    trouble: str
    """What stood in the next part's way at the last try; empty: nothing."""
    asked_by: str
    asked_at: datetime
    changed_by: str
    changed_at: datetime


class BulkStore(Protocol):
    """Works as rows."""

    def going(self) -> Sequence[BulkWork]:
        """Those that go on, oldest first."""
        ...

    def reach(self, work: BulkWork, *, read: int, new: int) -> bool:
        """The next part is done; False where another process was ahead, or the work does not go on."""
        ...

    def hinder(self, work: BulkWork, trouble: str) -> None:
        """The next part could not be done; it is tried again."""
        ...
