from __future__ import annotations

import time
from itertools import combinations
from typing import Any
from xml.dom import minidom

import pytest

from counterfoil.flows.definition import Flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, SHIPPED, read_library_flow
from counterfoil.flows.picture.cards import cards_of, ways_of
from counterfoil.flows.picture.layout import CARD_WIDTH, Layout, lay_out
from counterfoil.flows.picture.svg import draw_flow
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

CATALOGUE = shipped_catalogue()
TURNS = """\
flow: turns
title: "Ways & <turns> \\"here\\""
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read: { do: payment.normalise, then: { payment: size } }
  size:
    decide:
      large: payment.vendor_status == "</text><script>alert(1)</script>"
      bank: payment.tender == "ach"
    with: { payment: read }
    then: { large: review, bank: match, otherwise: look }
  look:
    do: receipt.find_posting
    with: { payment: read }
    then:
      absent: match
      in_the_books: done
      superseded: done
      contradicted: { to: look, at_most: 3, else: last }
  match:
    do: cash_application.match
    with: { payment: read }
    then: { money: last, no_money: { to: read, at_most: 2, else: review }, hold: review }
  last: { do: run.record, then: { done: done, review: review } }
"""


def flow(text: str) -> Flow:
    return read_flow(text, CATALOGUE)


def layout(text: str) -> Layout:
    return lay_out(cards_of(flow(text), CATALOGUE), ways_of(flow(text)))


def texts(svg: str) -> list[str]:
    return [content(each) for each in elements(svg, "text")]


def elements(svg: str, name: str) -> list[Any]:
    return list(minidom.parseString(svg).getElementsByTagName(name))  # noqa: S318 - a picture of our own


def content(element: Any) -> str:
    return "".join(child.data for child in element.childNodes)


def wide(nodes: int) -> str:
    """A flow each of whose nodes has a way past the next and a way back."""
    lines = []
    for number in range(1, nodes):
        on, past = (f"n{min(number + step, nodes - 1)}" if number < nodes - 1 else "done" for step in (1, 2))
        lines.append(
            f"  n{number}: {{ do: cash_application.match, with: {{ payment: n0 }},"
            f" then: {{ money: {on}, no_money: {past}, hold: {{ to: n0, at_most: 3, else: review }} }} }}"
        )
    head = TURNS[: TURNS.index("start:")] + "start: n0\nnodes:\n"
    return head + "  n0: { do: payment.normalise, then: { payment: n1 } }\n" + "\n".join(lines) + "\n"


def test_a_picture_shows_every_node_outcome_and_end() -> None:
    said = " ".join(texts(draw_flow(flow(TURNS), CATALOGUE)))
    for node in flow(TURNS).nodes.values():
        assert node.name in said
        for outcome in node.routes:
            assert outcome in said, (node.name, outcome)
    assert "contradicted (at most 3 times)" in said
    assert "contradicted after that" in said


def test_cards_stand_in_the_order_of_a_run() -> None:
    assert [card.name for card in cards_of(flow(TURNS), CATALOGUE)] == [
        "read",
        "size",
        "look",
        "match",
        "last",
    ]


def test_the_picture_is_told_in_words_too() -> None:
    svg = draw_flow(flow(TURNS), CATALOGUE)
    (title,), (told,) = elements(svg, "title"), elements(svg, "desc")
    assert content(title) == 'Ways & <turns> "here"'
    assert "On payment to size." in content(told)
    assert "review: no_money after that, hold." in content(told)


def test_what_a_flow_says_is_text_and_never_markup() -> None:
    svg = draw_flow(flow(TURNS), CATALOGUE)
    assert "<script" not in svg
    assert {each.tagName for each in elements(svg, "*")} == {
        *("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "polyline", "text", "circle")
    }
    assert any("<script>" in each for each in texts(svg))


@pytest.mark.parametrize("text", [TURNS, wide(40), *(read_library_flow(name) for name in SHIPPED)])
def test_nothing_overlaps(text: str) -> None:
    """Cards stand apart, ways beside cards stay beside them, and no two run along each other."""
    drawn = layout(text)
    for above, below in combinations(drawn.boxes, 2):
        assert above.y + above.height < below.y
    upright = [
        (line.points[1][0], *sorted((line.points[1][1], line.points[2][1])))
        for line in drawn.lines
        if len(line.points) == 4
    ]
    for x, _, _ in upright:
        assert 0 < x < drawn.left or drawn.left + CARD_WIDTH < x < drawn.width
    for (x, top, bottom), (other, begin, end) in combinations(upright, 2):
        assert x != other or bottom < begin or end < top
    ends = [
        point for line in drawn.lines for point in (line.points[0], line.points[-1]) if len(line.points) == 4
    ]
    assert len(set(ends)) == len(ends)


def test_ports_lie_on_their_cards() -> None:
    drawn = layout(wide(40))
    for line in drawn.lines:
        for _, y in (line.points[0], line.points[-1]):
            assert any(box.y <= y <= box.y + box.height for box in drawn.boxes)


def test_a_flow_is_drawn_the_same_however_often() -> None:
    text = read_library_flow(PAYMENT_TO_RECEIPT)
    assert draw_flow(flow(text), CATALOGUE) == draw_flow(flow(text), CATALOGUE)


def test_a_flow_of_200_nodes_is_drawn_in_no_time() -> None:
    large = flow(wide(200))
    began = time.process_time()
    assert draw_flow(large, CATALOGUE).count("<rect") == 201
    assert time.process_time() - began < 5


def test_the_first_card_says_what_starts_the_flow() -> None:
    scheduled = TURNS.replace("event: payment.*", 'schedule: "0 7 * * *", zone: UTC')
    assert scheduled != TURNS
    for text, told in ((TURNS, "starts on payment.*"), (scheduled, "starts at 0 7 * * * (UTC)")):
        first, *others = cards_of(flow(text), CATALOGUE)
        assert first.lines[0].text == told
        assert not any(line.text.startswith("starts ") for card in others for line in card.lines)
