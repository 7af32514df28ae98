"""What happens while a run of a flow test waits: time passes, or a person answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from counterfoil.flows.document import Part
from counterfoil.flows.durations import read_duration
from counterfoil.ports.run_store import Answer

_SOMEBODY = "a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """So much time passes."""

    time: timedelta


Afterwards = Passing | Answer


def read_afterwards(part: Part) -> Afterwards:
    """``{after: 3 days}``, or ``{answer: release, by: Ann, note: ...}``.

    Raises:
        FlowError: it is neither.
    """
    found = part.fields((), ("after", "answer", "by", "note"))
    if "after" in found:
        return Passing(time=read_duration(part.fields(("after",))["after"]))
    fields = part.fields(("answer",), ("by", "note"))
    said = {name: fields[name].text() if name in fields else "" for name in ("by", "note")}
    return Answer(choice=fields["answer"].text(), by=said["by"] or _SOMEBODY, note=said["note"])
