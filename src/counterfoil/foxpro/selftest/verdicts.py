"""What each proof says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """A warning is no failure, but somebody should read it."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was tried, what came of it, and what was measured."""

    name: str
    verdict: Verdict
    detail: str
    figures: Mapping[str, int] = field(default_factory=dict)


def judged(name: str, faults: Iterable[str], good: str, figures: Mapping[str, int] | None = None) -> Proof:
    """Passed where there are no faults."""
    found = list(faults)
    verdict = Verdict.FAIL if found else Verdict.PASS
    return Proof(name, verdict, "; ".join(found) or good, figures or {})
