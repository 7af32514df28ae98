"""A flow: a trigger and nodes, each an operation whose outcome decides where the run goes next."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase

from typing_extensions import override

from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import nearest, quoted

NAME_FORM = r"[a-z][a-z0-9_]{0,39}"
EVENT_FORM = r"[a-z][a-z0-9_.]{0,59}\*?"
TITLE_MAX = 200
NODES_MAX = 500
VISITS_MAX = 20
ORDER_KEYS = ("lineage",)
DECIDE, OTHERWISE = "decide", "otherwise"
"""The entry with conditions, and the outcome where none of them holds."""
CONDITIONS_MAX = 20

UNNAMEABLE = ("constructor", "prototype")
"""Words that mean something in every object of a browser: the console draws flows by these names."""

_NAME = re.compile(NAME_FORM)
_EVENT = re.compile(EVENT_FORM)
_EVENTS_MAX = 10
_EVENT_GAP = ", "


class End(Enum):
    """Where a route may lead instead of to a node."""

    DONE = "done"
    """The run ends; its summary is the node's result."""
    REVIEW = "review"
    """The run ends held, with a review task made of the node's result."""
    RETRY = "retry"
    """The node is tried again after a short wait."""
    WAIT = "wait"
    """The run is parked at the node until something wakes it."""


ENDS = {end.value: end for end in End}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where an outcome leads; a bounded route is taken so often, then leads elsewhere."""

    to: str
    at_most: int | None = None
    otherwise: str | None = None
    line: int = field(default=0, compare=False)

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.to,) if self.otherwise is None else (self.to, self.otherwise)


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as it is written, not checked yet."""

    text: str
    line: int = field(default=0, compare=False)

    @override
    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One operation, or conditions, with the results it takes and the routes of its outcomes."""

    name: str
    operation: str
    inputs: Mapping[str, str]
    """Input name to the node whose result it is."""
    routes: Mapping[str, Route]
    conditions: Mapping[str, Written] = field(default_factory=dict)
    """Of a node that decides: outcome to condition, of which the first that holds is taken."""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A designed process; immutable, named by the hash of its content."""

    name: str
    title: str
    event: str
    """The kinds of event that start it: names, or beginnings with ``*``, with commas between them."""
    order_key: str
    start: str
    nodes: Mapping[str, Node]

    @property
    def version(self) -> str:
        """SHA-256 of the content; comments, order of entries and layout do not change it."""
        return hashlib.sha256(_canonical(self).encode()).hexdigest()

    def is_started_by(self, kind: str) -> bool:
        return starts(self.event, kind)


def starts(trigger: str, kind: str) -> bool:
    """Whether an event of the kind starts flows with the trigger."""
    return any(fnmatchcase(kind, pattern) for pattern in triggers(trigger))


def triggers(event: str) -> list[str]:
    """The kinds of event, or beginnings with ``*``, of a flow."""
    return event.split(_EVENT_GAP)


def parse_flow(text: str) -> Flow:
    """A flow from its text, well-formed but not yet validated.

    Raises:
        FlowError: the text is not a flow; says the line.
    """
    fields = read_document(text).fields(("flow", "title", "trigger", "order_key", "start", "nodes"))
    nodes = [_node(name, part) for name, part in fields["nodes"].entries()]
    if not nodes or len(nodes) > NODES_MAX:
        raise fields["nodes"].wrong(f"a flow has 1 to {NODES_MAX} nodes, not {len(nodes)}")
    return Flow(
        name=_name(fields["flow"]),
        title=_title(fields["title"]),
        event=_event(fields["trigger"].fields(("event",))["event"]),
        order_key=_choice(fields["order_key"], ORDER_KEYS),
        start=_name(fields["start"]),
        nodes={node.name: node for node in nodes},
    )


def _node(name: str, part: Part) -> Node:
    if not _is_name(name) or name in ENDS:
        raise part.wrong(
            f"{quoted(name)} cannot name a node: lower-case letters, digits, _, and none of {_TAKEN}"
        )
    fields = part.fields(("then",), ("do", DECIDE, "with"))
    if ("do" in fields) is (DECIDE in fields):
        raise part.wrong(f"a node has either an operation under 'do' or conditions under {DECIDE!r}")
    inputs = dict(fields["with"].entries()) if "with" in fields else {}
    if DECIDE in fields and (strange := [key for key in inputs if not _is_name(key)]):
        raise fields["with"].wrong(f"{quoted(strange[0])} cannot name what conditions ask")
    return Node(
        name=name,
        operation=fields["do"].text() if "do" in fields else DECIDE,
        inputs={key: source.text() for key, source in inputs.items()},
        routes={outcome: _route(target) for outcome, target in fields["then"].entries()},
        conditions=_conditions(fields[DECIDE]) if DECIDE in fields else {},
        line=part.line,
    )


def _conditions(part: Part) -> Mapping[str, Written]:
    conditions = {}
    for outcome, each in part.entries():
        if not _is_name(outcome) or outcome == OTHERWISE:
            raise each.wrong(f"{quoted(outcome)} cannot name an outcome of a condition")
        conditions[outcome] = Written(each.text(), each.line)
    if not conditions or len(conditions) > CONDITIONS_MAX:
        raise part.wrong(f"a node has 1 to {CONDITIONS_MAX} conditions, not {len(conditions)}")
    return conditions


def _route(part: Part) -> Route:
    if part.is_text():
        return Route(to=part.text(), line=part.line)
    fields = part.fields(("to", "at_most", "else"))
    return Route(
        to=fields["to"].text(),
        at_most=fields["at_most"].number(1, VISITS_MAX),
        otherwise=fields["else"].text(),
        line=part.line,
    )


_TAKEN = ", ".join((*ENDS, *UNNAMEABLE))


def _name(part: Part) -> str:
    name = part.text()
    if not _is_name(name):
        raise part.wrong(f"{quoted(name)} is not a name: lower-case letters, digits and _, at most 40")
    return name


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in UNNAMEABLE


def _title(part: Part) -> str:
    title = part.text()
    if len(title) > TITLE_MAX or not title.isprintable():
        raise part.wrong(f"a title is one line of at most {TITLE_MAX} characters")
    return title


def _event(part: Part) -> str:
    events = [event.strip() for event in part.text().split(",")]
    for event in events:
        if not _EVENT.fullmatch(event):
            raise part.wrong(f"{quoted(event)} is not a kind of event, such as payment.captured or payment.*")
    if len(events) > _EVENTS_MAX:
        raise part.wrong(f"a flow has at most {_EVENTS_MAX} kinds of event")
    return _EVENT_GAP.join(events)


def _choice(part: Part, known: tuple[str, ...]) -> str:
    choice = part.text()
    if choice not in known:
        raise part.wrong(f"{quoted(choice)} is not known{nearest(choice, known)}")
    return choice


def _canonical(flow: Flow) -> str:
    content = {
        "flow": flow.name,
        "title": flow.title,
        "trigger": {"event": flow.event},
        "order_key": flow.order_key,
        "start": flow.start,
        "nodes": {name: _canonical_node(node) for name, node in flow.nodes.items()},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _canonical_node(node: Node) -> dict[str, object]:
    what: dict[str, object] = {"do": node.operation}
    if node.conditions:
        what = {
            DECIDE: [[outcome, each.text] for outcome, each in node.conditions.items()]
        }  # their order counts
    return what | {
        "with": dict(node.inputs),
        "then": {
            outcome: [route.to, route.at_most, route.otherwise] for outcome, route in node.routes.items()
        },
    }
