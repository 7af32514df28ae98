"""What happens while a run of a flow test waits: time passes, or a person answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from counterfoil.flows.document import Part
from counterfoil.flows.durations import DURATION_FORM, read_duration
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.ports.engine import Outcome, Parked
from counterfoil.ports.run_store import Answer
from counterfoil.runtime.memory.runs import MemoryRunStore

_SOMEBODY = "a person"
_PAUSES_MAX = 100
_COUNT_MAX = 99_999
_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


AFTERWARDS: Schema = {
    "oneOf": [
        record(
            {
                "after": {"type": "string", "pattern": f"^{DURATION_FORM}$"},
                "times": {"type": "integer", "minimum": 1, "maximum": _PAUSES_MAX},
            },
            required=("after",),
        ),
        record({name: {"type": "string"} for name in ("answer", "by", "note")}, required=("answer",)),
    ]
}
"""How it looks in an editor's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """So much time passes."""

    time: timedelta


Afterwards = Passing | Answer


class Recalled:
    """What happened while a recorded run waited: its people's answers, and time."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self.lived: list[Afterwards] = []

    def after(self, store: MemoryRunStore, run: str, outcome: Outcome) -> Afterwards | None:
        """What comes next; None where the run does not wait by its flow, or waits for ever."""
        if not isinstance(outcome, Parked) or outcome.lacks or len(self.lived) >= _PAUSES_MAX:
            return None
        step = store.open_question(run)
        if step is not None and step in self._answers:
            self.lived.append(self._answers[step])
        elif outcome.until is not None:
            self.lived.append(Passing(time=outcome.until - store.clock.now()))
        else:
            return None
        return self.lived[-1]


def tell_afterwards(then: Afterwards) -> dict[str, str]:
    """As a test says it, a little longer where no unit fits; who answered stays out."""
    if isinstance(then, Answer):
        return {"answer": then.choice}
    seconds = ceil(then.time.total_seconds())
    exact = next((word for word, unit in _UNITS.items() if seconds % unit == 0))
    fitting = (word for word, unit in reversed(_UNITS.items()) if seconds <= _COUNT_MAX * unit)
    word = exact if seconds <= _COUNT_MAX * _UNITS[exact] else next(fitting)
    return {"after": f"{ceil(seconds / _UNITS[word])} {word}s"}


def read_afterwards(part: Part) -> list[Afterwards]:
    """``{after: 3 days}``, ``{after: 1 hour, times: 5}``, or ``{answer: release, by: Ann, note: ...}``.

    Raises:
        FlowError: it is neither.
    """
    found = part.fields((), ("after", "times", "answer", "by", "note"))
    if "after" in found:
        time = part.fields(("after",), ("times",))
        times = time["times"].number(1, _PAUSES_MAX) if "times" in time else 1
        return [Passing(time=read_duration(time["after"]))] * times
    fields = part.fields(("answer",), ("by", "note"))
    said = {name: fields[name].text() if name in fields else "" for name in ("by", "note")}
    answer = Answer(choice=fields["answer"].text(), by=said["by"] or _SOMEBODY, note=said["note"])
    return [answer]
