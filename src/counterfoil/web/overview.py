"""What the pages and the API read, as a protocol; the values carry the attributes that the answers name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from counterfoil.web.models import (
    ConnectionAnswer,
    EventAnswer,
    HealthAnswer,
    ReceiptAnswer,
    ReviewTaskAnswer,
    RunAnswer,
    RunDetailAnswer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs to list, newest first; empty text matches all."""

    transaction: str = ""
    status: str = ""
    limit: int = 50


class Overview(Protocol):
    """Reads what happened; never changes anything."""

    def runs(self, wanted: RunFilter) -> Sequence[RunAnswer]: ...

    def run(self, run_id: str) -> RunDetailAnswer | None: ...

    def receipts(self, limit: int) -> Sequence[ReceiptAnswer]: ...

    def review_tasks(self, limit: int) -> Sequence[ReviewTaskAnswer]: ...

    def events(self, limit: int, *, without_runs: bool = False) -> Sequence[EventAnswer]: ...

    def connections(self) -> Sequence[ConnectionAnswer]: ...

    def health(self) -> HealthAnswer: ...
