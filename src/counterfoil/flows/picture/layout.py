"""Where cards and ways stand: cards one below the other, ways past others in lanes beside them.

Ways to the next card go straight down; those that skip cards go down on the right, those back go up on
the left, the shorter ones further in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.flows.picture.cards import Card, Way

CARD_WIDTH = 380
MARGIN = 16
GAP = 34
LINE = 17
HEAD = 48
"""Down to the first line of a card, under its name and label."""
FOOT = 10
LANE = 14
LETTER = 7
"""Pixels of a letter, generously."""
FIRST_PORT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A card in its place."""

    card: Card
    y: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way as its corners, and where its label begins or, on the left, ends."""

    points: tuple[tuple[int, int], ...]
    label: str
    at: tuple[int, int]
    ends_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything in pixels."""

    width: int
    height: int
    left: int
    """Where the cards begin."""
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(cards: Sequence[Card], ways: Sequence[Way]) -> Layout:
    """The picture's places."""
    straight = [way for way in ways if way.target == way.source + 1]
    right = [way for way in ways if way.target > way.source + 1]
    left = [way for way in ways if way.target <= way.source]
    ports = _Ports(right, left)
    boxes = _boxes(cards, ports)
    begin = MARGIN + _side_width(left)
    lines = [
        *(_down(way, boxes, begin) for way in straight),
        *_beside(right, boxes, ports, edge=begin + CARD_WIDTH, way_out=1),
        *_beside(left, boxes, ports, edge=begin, way_out=-1),
    ]
    return Layout(
        width=begin + CARD_WIDTH + _side_width(right) + MARGIN,
        height=boxes[-1].y + boxes[-1].height + MARGIN,
        left=begin,
        boxes=boxes,
        lines=tuple(lines),
    )


class _Ports:
    """Where ways leave and reach the sides of cards: one below the other."""

    def __init__(self, right: Sequence[Way], left: Sequence[Way]) -> None:
        self._taken: dict[tuple[int, int], list[tuple[Way, bool]]] = defaultdict(list)
        for side, ways in ((1, right), (-1, left)):
            for way in ways:
                self._taken[way.source, side].append((way, False))
                self._taken[way.target, side].append((way, True))

    def count(self, place: int) -> int:
        return max(len(self._taken[place, side]) for side in (1, -1))

    def offset(self, way: Way, side: int, *, reaching: bool) -> int:
        place = way.target if reaching else way.source
        return FIRST_PORT + LINE * self._taken[place, side].index((way, reaching))


def _boxes(cards: Sequence[Card], ports: _Ports) -> tuple[Box, ...]:
    boxes = []
    y = MARGIN
    for place, card in enumerate(cards):
        lines = HEAD + LINE * len(card.lines) + FOOT * bool(card.lines)
        height = max(lines, FIRST_PORT + LINE * ports.count(place))
        boxes.append(Box(card=card, y=y, height=height))
        y += height + GAP
    return tuple(boxes)


def _down(way: Way, boxes: Sequence[Box], begin: int) -> Line:
    x, box, below = begin + 30, boxes[way.source], boxes[way.target]
    top = box.y + box.height
    return Line(points=((x, top), (x, below.y)), label=way.label, at=(x + 12, top + 21), ends_there=False)


def _beside(
    ways: Sequence[Way], boxes: Sequence[Box], ports: _Ports, *, edge: int, way_out: int
) -> list[Line]:
    lines = []
    lanes = _lanes(ways)
    for way in ways:
        x = edge + way_out * (_gutter(ways) + LANE * (lanes[way] + 1))
        start = boxes[way.source].y + ports.offset(way, way_out, reaching=False)
        stop = boxes[way.target].y + ports.offset(way, way_out, reaching=True)
        points = ((edge, start), (x, start), (x, stop), (edge, stop))
        at = (edge + way_out * 8, start - 4)
        lines.append(Line(points=points, label=way.label, at=at, ends_there=way_out < 0))
    return lines


def _lanes(ways: Sequence[Way]) -> dict[Way, int]:
    """Ways that would run into each other have lanes of their own; the short ones stand further in."""
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[Way, int] = {}
    for way in sorted(ways, key=lambda each: (abs(each.target - each.source), each.source)):
        span = (min(way.source, way.target), max(way.source, way.target))
        free = (lane for lane, spans in enumerate(taken) if all(_are_apart(span, other) for other in spans))
        lanes[way] = next(free, len(taken))
        if lanes[way] == len(taken):
            taken.append([])
        taken[lanes[way]].append(span)
    return lanes


def _are_apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] < other[0] or other[1] < one[0]


def _gutter(ways: Sequence[Way]) -> int:
    return max((LETTER * len(way.label) for way in ways), default=0) + LANE


def _side_width(ways: Sequence[Way]) -> int:
    return _gutter(ways) + LANE * (max(_lanes(ways).values()) + 2) if ways else 0
