from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

FLOW = """\
flow: look
title: Looks
trigger: {event: payment.captured}
order_key: lineage
start: ask
nodes:
  ask:
    do: http_json.read
    connection: warehouse
    set: {path: /orders}
    then: {found: done, absent: done, refused: review}
"""
OWN = "  ask:\n    do: payment.normalise\n    connection: warehouse\n    then: {payment: done}\n"


def found(text: str) -> str:
    with pytest.raises(FlowError) as caught:
        read_flow(text, shipped_catalogue())
    return str(caught.value)


def test_a_flow_may_reach_another_system() -> None:
    assert read_flow(FLOW, shipped_catalogue()).name == "look"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    connection: warehouse\n", "", "say the name of its 'connection'"),
        ("{path: /orders}", "{host: x}", "http_json.read needs 'path' under 'set'"),
        ("{path: /orders}", "{path: /orders, pahts: x}", "has no setting 'pahts'"),
        (FLOW[FLOW.index("  ask:") :], OWN, "payment.normalise: takes no connection"),
        ("/orders}", f"{'x' * 501}}}", "at most 500 characters"),
        ("/orders}", "'/orders?api_key=sk_live_0123456789abcdef'}", "looks like a secret"),
    ],
)
def test_settings_are_checked_before_anything_runs(old: str, new: str, says: str) -> None:
    text = FLOW.replace(old, new)
    assert text != FLOW
    assert says in found(text)


def test_a_setting_counts_for_the_version() -> None:
    assert parse_flow(FLOW).version != parse_flow(FLOW.replace("/orders", "/parcels")).version
    assert parse_flow(FLOW).version != parse_flow(FLOW.replace("warehouse", "shop")).version


TWICE = """\
flow: twice
title: Tells twice
trigger: {event: order.new}
order_key: lineage
start: look
nodes:
  pick:
    do: http_json.send
    connection: warehouse
    set: {path: /picks, effect: pick}
    with: {record: look}
    then: {done: label, refused: review}
  label:
    do: http_json.send
    connection: warehouse
    set: {path: /labels, effect: pick}
    with: {record: look}
    then: {done: done, refused: review}
  look:
    do: http_json.read
    connection: warehouse
    set: {path: /orders}
    then: {found: pick, absent: done, refused: label}
"""


def test_a_second_call_under_the_same_word_would_pass_for_a_repeat_of_the_first() -> None:
    told = found(TWICE)
    assert told == (
        "line 13: label: warehouse takes it for a repeat of pick, because both say effect: 'pick';"
        " give each a word of its own"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/labels, effect: pick", "/labels, effect: label"),
        ("connection: warehouse\n    set: {path: /labels", "connection: printer\n    set: {path: /labels"),
        ("{done: label, refused: review}\n  label:", "{done: done, refused: review}\n  label:"),
    ],
)
def test_other_words_other_systems_and_other_ways_are_no_repeat(old: str, new: str) -> None:
    assert old in TWICE
    assert read_flow(TWICE.replace(old, new), shipped_catalogue()).name == "twice"
