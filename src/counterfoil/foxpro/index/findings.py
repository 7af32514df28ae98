"""What a check finds: faults to be mended, and notes that ask for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from typing_extensions import override


class Severity(StrEnum):
    """Whether something is wrong, or only worth knowing."""

    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, in words; `tag` is the index tag that it is about, if it is about one."""

    text: str
    severity: Severity = Severity.FAULT
    tag: str = ""

    @override
    def __str__(self) -> str:
        return f"tag {self.tag}: {self.text}" if self.tag else self.text

    @property
    def is_fault(self) -> bool:
        return self.severity is Severity.FAULT


class Advance(Protocol):
    """Is told how far a long work is: what is being done, how much of it, of how much."""

    def __call__(self, what: str, done: int, total: int, /) -> None: ...


def no_progress(_what: str, _done: int, _total: int, /) -> None:
    """Tells nobody."""
