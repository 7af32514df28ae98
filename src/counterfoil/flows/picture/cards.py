"""What a picture shows of a flow: cards, and the ways between them; no coordinates yet."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.flows.routes import ENDS
from counterfoil.ports.catalogue import Catalogue

LINE_MAX = 50
"""Characters of a line on a card."""
LABEL_MAX = 54
WAY_MAX = 44
CONDITION = "condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line on a card; `kind` is an end, ``condition``, or empty where an end's line goes on."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A node."""

    name: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a run may go from one card to another, by their places in the order; a way back goes up."""

    source: int
    target: int
    label: str


def cards_of(flow: Flow, catalogue: Catalogue) -> tuple[Card, ...]:
    """The nodes in the order of a run: each after those that lead to it, ways back aside.

    The first says what starts the flow.
    """
    around = flow.around(catalogue)
    first, *others = (_card(flow.nodes[name], around) for name in _order(flow))
    starts = tuple(_lines(CONDITION, f"starts {flow.trigger.words}"))
    return (replace(first, lines=(*starts, *first.lines)), *others)


def ways_of(flow: Flow) -> tuple[Way, ...]:
    """The ways between nodes; outcomes that go the same way share one."""
    places = {name: place for place, name in enumerate(_order(flow))}
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name, place in places.items():
        for outcome, target in _targets(flow.nodes[name]):
            if target in places:
                found[place, places[target]].append(outcome)
    return tuple(
        Way(source=source, target=target, label=_short(", ".join(outcomes), WAY_MAX))
        for (source, target), outcomes in sorted(found.items())
    )


def _order(flow: Flow) -> list[str]:
    """Depth first, turned round: the first route's node comes next."""
    done: dict[str, None] = {}
    seen = {flow.start}
    path = [(flow.start, _onward(flow, flow.start))]
    while path:
        name, onward = path[-1]
        following = next((each for each in onward if each not in seen), None)
        if following is None:
            done[name] = None
            path.pop()
        else:
            seen.add(following)
            path.append((following, _onward(flow, following)))
    unreached = [name for name in flow.nodes if name not in seen]
    return [*reversed(done), *unreached]


def _onward(flow: Flow, name: str) -> Iterator[str]:
    targets = [target for _, target in _targets(flow.nodes[name]) if target in flow.nodes]
    return iter(reversed(targets))


def _targets(node: Node) -> Iterator[tuple[str, str]]:
    """Outcome, as a picture says it, and where it leads."""
    for outcome, route in node.ways.items():
        bounded = route.otherwise is not None
        yield outcome + (f" (at most {route.at_most} times)" if bounded else ""), route.to
        if route.otherwise is not None:
            yield f"{outcome} after that", route.otherwise


def _card(node: Node, around: Around) -> Card:
    spec = around.spec_of(node)
    label = spec.label if spec is not None else node.deed.words
    texts = [*node.deed.lines(), *([str(node.retry)] if node.retry else [])]
    said = [line for text in texts for line in _lines(CONDITION, text)]
    return Card(name=node.name, label=_short(label, LABEL_MAX), lines=(*said, *_ends(node)))


def _ends(node: Node) -> Iterator[Line]:
    found: dict[str, list[str]] = defaultdict(list)
    for outcome, target in _targets(node):
        if target in ENDS:
            found[target].append(outcome)
    for end in ENDS:
        if end in found:
            yield from _lines(end, f"{end}: {', '.join(found[end])}")


def _lines(kind: str, text: str) -> Iterator[Line]:
    first, *more = textwrap.wrap(text, LINE_MAX) or [""]
    yield Line(kind=kind, text=first)
    rest = kind if kind == CONDITION else ""
    yield from (Line(kind=rest, text=line) for line in more)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
