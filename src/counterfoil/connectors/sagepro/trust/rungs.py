"""The rungs of the ladder, and the moves that people take on it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Mode(Enum):
    """Whether a company keeps real books."""

    LIVE = "live"
    TEST = "test"


class Rung(Enum):
    """What may be done to a company's books, from the least to the most."""

    READ_ONLY = "read-only"
    """Nothing; the books are read."""
    SHADOW = "shadow"
    """Nothing; plans are kept, to be compared with what clerks key."""
    OUTBOX = "outbox"
    """Postings are handed over to a program that enters them from within FoxPro."""
    DIRECT = "direct"
    """Postings are written."""

    @property
    def height(self) -> int:
        return tuple(Rung).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of the company's files, as a person named it."""

    path: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move on the ladder; it is added to the record and never changed."""

    rung: Rung
    person: str
    reason: str
    at: datetime
    mode: Mode
    kinds: tuple[str, ...] = ()
    """The posting kinds that may be written or handed over, as far as they were asked for."""
    is_calibrated: bool = False
    """False for a test company that a person put there without calibration: it may write every kind."""
    backup: Backup | None = None
    program: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a company stands now."""

    rung: Rung
    move: Move | None = None
    """The move that led here; None for a company that nobody has moved yet."""
    why: str = ""
    """Why it stands lower than its last move says; empty where it does not."""

    @property
    def writes_all(self) -> bool:
        """Whether a named person let a test company be written to whatever was proven."""
        return self.move is not None and self.move.mode is Mode.TEST and not self.move.is_calibrated

    def refuses(self, kind: str) -> str:
        """Why a posting of the kind is neither written nor handed over; empty where it is."""
        if self.rung.height <= Rung.SHADOW.height or self.move is None:
            return self.why or f"the company stands on {self.rung.value}"
        if kind in self.move.kinds or self.writes_all:
            return ""
        lacked = "calibrated" if self.rung is Rung.DIRECT else "proven or vouched for"
        return f"{kind} was not {lacked} when the company was raised to {self.rung.value}"


def standing_of(moves: Sequence[Move], mode: Mode) -> Standing:
    """Where the moves lead; a company that became live has nothing of what a test company was given."""
    if not moves:
        return Standing(rung=Rung.READ_ONLY)
    last = moves[-1]
    if last.rung.height > Rung.SHADOW.height and last.mode is Mode.TEST and mode is Mode.LIVE:
        why = f"it was raised to {last.rung.value} as a test company and is live now: raise it again"
        return Standing(rung=Rung.READ_ONLY, move=last, why=why)
    return Standing(rung=last.rung, move=last)
