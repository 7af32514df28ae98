"""How often and how patiently a node is tried, where the flow says it for the node itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.durations import DURATION_FORM, read_duration, seconds
from counterfoil.flows.schema_parts import Schema, record

TIMES_MAX = 100
LONGEST_PAUSE = timedelta(days=1)
_DOUBLINGS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Tries in all, and the pauses between them: the first, then twice as long each time, up to a longest."""

    times: int
    first: timedelta
    at_most: timedelta

    @override
    def __str__(self) -> str:
        tries = "once" if self.times == 1 else f"{self.times} times"
        return f"tried {tries}, first after {self.first}, at most after {self.at_most}"

    def content(self) -> dict[str, object]:
        """What counts for the flow's version."""
        return {"times": self.times, "first": seconds(self.first), "at_most": seconds(self.at_most)}

    def pause(self, failed: int) -> timedelta:
        """After so many tries that failed; at least one did."""
        return min(self.first * (1 << min(failed - 1, _DOUBLINGS_MAX)), self.at_most)


def read_retry(part: Part) -> Retry:
    """``{times: 5, first: 30 seconds, at_most: 1 hour}``.

    Raises:
        FlowError: it is not that.
    """
    fields = part.fields(("times", "first", "at_most"))
    retry = Retry(
        times=fields["times"].number(1, TIMES_MAX),
        first=read_duration(fields["first"]),
        at_most=read_duration(fields["at_most"]),
    )
    if not retry.first <= retry.at_most <= LONGEST_PAUSE:
        raise part.wrong(
            f"a pause grows from 'first' to 'at_most', which is {LONGEST_PAUSE.days} day or less"
        )
    return retry


def retry_schema() -> Schema:
    """How it looks in an editor's eyes."""
    length: Schema = {"type": "string", "pattern": f"^{DURATION_FORM}$"}
    times: Mapping[str, object] = {"type": "integer", "minimum": 1, "maximum": TIMES_MAX}
    looks = record({"times": dict(times), "first": length, "at_most": length})
    return looks | {"description": "Tries in all, and the pauses between them, each twice as long."}
