"""The kinds of trigger, and how a flow's entry is read as one of them."""

from __future__ import annotations

from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.schema_parts import Schema
from counterfoil.flows.triggers.call import CALL
from counterfoil.flows.triggers.event import EVENT
from counterfoil.flows.triggers.manual import MANUAL
from counterfoil.flows.triggers.schedule import SCHEDULE
from counterfoil.flows.triggers.trigger import Trigger

KINDS = (EVENT, SCHEDULE, MANUAL, CALL)
_ENTRIES = tuple(kind.entry for kind in KINDS)


def read_trigger(part: Part) -> Trigger:
    """A flow's trigger, well-formed but not yet validated.

    Raises:
        FlowError: it is none; says the line.
    """
    names = [name for name, _ in part.entries()]
    kind = next((each for each in KINDS if each.entry in names), None)
    if kind is None:
        wrong = quoted(names[0]) if names else "nothing"
        raise part.wrong(f"{wrong} starts no flow{nearest(names[0] if names else '', _ENTRIES)}")
    return kind.read(part.fields((kind.entry, *kind.required), kind.optional), part.line)


def trigger_schema() -> Schema:
    """What a trigger may look like."""
    return {"oneOf": [kind.schema() for kind in KINDS]}
