"""The picture as SVG: no scripts, no fonts from elsewhere, every word of the flow escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from counterfoil.flows.definition import Flow
from counterfoil.flows.picture.cards import CONDITION, Card, Way, cards_of, ways_of
from counterfoil.flows.picture.layout import CARD_WIDTH, HEAD, LINE, Box, Layout, lay_out
from counterfoil.flows.picture.layout import Line as Stroke
from counterfoil.flows.routes import ENDS
from counterfoil.ports.catalogue import Catalogue

_STYLE = """
svg { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; font-size: 12px }
.paper { fill: #ffffff } .card { fill: #f6f8fa; stroke: #57606a } .first { stroke: #0550ae; stroke-width: 2 }
text { fill: #1f2328 } .name { font-weight: 600; font-size: 14px } .label, .condition { fill: #57606a }
.way { fill: none; stroke: #57606a; stroke-width: 1.3 }
.head { fill: #57606a } .back { stroke-dasharray: 5 3 }
.done { fill: #116329 } .review { fill: #953800 } .retry { fill: #0550ae } .wait { fill: #6639ba }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117 } .card { fill: #161b22; stroke: #8b949e } .first { stroke: #79c0ff }
text { fill: #e6edf3 } .label, .condition { fill: #9ea7b3 } .way { stroke: #9ea7b3 } .head { fill: #9ea7b3 }
.done { fill: #7ee787 } .review { fill: #ffa657 } .retry { fill: #79c0ff } .wait { fill: #d2a8ff }
}
"""
_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
    ' orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>'
)


def draw_flow(flow: Flow, catalogue: Catalogue) -> str:
    """The picture of a flow that is well-formed."""
    cards, ways = cards_of(flow, catalogue), ways_of(flow)
    layout = lay_out(cards, ways)
    width, height = f"{layout.width}", f"{layout.height}"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" {size}>',
        f'<title id="title">{escape(flow.title)}</title>',
        f'<desc id="desc">{escape(" ".join(_told(cards, ways)))}</desc>',
        f"<style>{_STYLE}</style>{_HEAD}",
        '<rect class="paper" width="100%" height="100%"/>',
        *(part for line in layout.lines for part in _way(line)),
        *(part for box in layout.boxes for part in _card(box, layout)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _told(cards: Sequence[Card], ways: Sequence[Way]) -> Iterator[str]:
    """The picture in words, for those who do not see it."""
    for place, card in enumerate(cards):
        yield f"{card.name}: {card.label}."
        for way in ways:
            if way.source == place:
                yield f"On {way.label} to {cards[way.target].name}."
        for line in card.lines:
            yield f"{line.text}."


def _way(line: Stroke) -> Iterator[str]:
    corners = " ".join(f"{x},{y}" for x, y in line.points)
    back = " back" if line.ends_there else ""
    yield f'<polyline class="way{back}" points="{corners}" marker-end="url(#head)"/>'
    anchor = ' text-anchor="end"' if line.ends_there else ""
    yield f'<text x="{line.at[0]}" y="{line.at[1]}"{anchor}>{escape(line.label)}</text>'


def _card(box: Box, layout: Layout) -> Iterator[str]:
    left, first = layout.left, " first" if box is layout.boxes[0] else ""
    yield (
        f'<rect class="card{first}" x="{left}" y="{box.y}" width="{CARD_WIDTH}"'
        f' height="{box.height}" rx="8"/>'
    )
    yield _text(left + 14, box.y + 21, "name", box.card.name)
    yield _text(left + 14, box.y + 38, "label", box.card.label)
    for number, line in enumerate(box.card.lines):
        y = box.y + HEAD + 11 + LINE * number
        if line.kind in ENDS:
            yield f'<circle class="{line.kind}" cx="{left + 20}" cy="{y - 4}" r="4"/>'
        yield _text(left + 32, y, CONDITION if line.kind == CONDITION else "end", line.text)


def _text(x: int, y: int, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'
