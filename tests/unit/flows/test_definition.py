from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.errors import FlowError
from tests.unit.flows.samples import FLOW


def test_a_flow_reads_as_written() -> None:
    flow = parse_flow(FLOW)
    assert (flow.name, flow.event, flow.order_key, flow.start) == ("sample", "payment.*", "lineage", "first")
    changed = flow.nodes["second"].routes["changed"]
    assert (changed.to, changed.at_most, changed.otherwise) == ("first", 3, "review")
    assert flow.nodes["second"].inputs == {"thing": "first"}


def test_comments_layout_and_order_of_entries_do_not_change_the_version() -> None:
    lines = FLOW.splitlines()
    head, nodes = lines[:6], lines[6:]
    rearranged = "\n".join(["# A comment", *nodes, "", *reversed(head[:2]), *head[2:]])
    assert parse_flow(rearranged).version == parse_flow(FLOW).version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A sample", "Another"),
        ("payment.*", "payment.captured"),
        ("at_most: 3", "at_most: 4"),
        ("busy: retry", "busy: wait"),
        ("missing: done", "missing: review"),
        ("else: review", "else: done"),
    ],
)
def test_every_change_of_content_changes_the_version(old: str, new: str) -> None:
    assert parse_flow(FLOW.replace(old, new)).version != parse_flow(FLOW).version


def test_the_version_of_a_flow_never_moves_by_itself() -> None:
    assert parse_flow(FLOW).version == "cfc7c055c4a8007fcd999e674a7e350ac637c97fcf13e46f9a4fe01d56aa8666"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title:", "titel:", r"line 2: flow: unknown entry 'titel'; did you mean 'title'\?"),
        ("order_key: lineage\n", "", "line 1: flow: 'order_key' is missing"),
        (
            "order_key: lineage",
            "order_key: lineag",
            r"line 5: order_key: 'lineag' is not known; did you mean",
        ),
        ("start: first", "start: [first]", "line 6: start: a text belongs here"),
        ("start: first", "start:", "line 6: start: a text belongs here"),
        ("  second:\n", "  first:\n", "line 13: nodes: 'first' stands twice"),
        ("  second:\n", "  done:\n", "line 13: nodes.done: 'done' cannot name a node"),
        ("  second:\n", "  Second-1:\n", "'Second-1' cannot name a node"),
        (
            "    do: thing.write\n",
            "",
            "line 13: nodes.second: a node has exactly one of 'do', 'decide'",
        ),
        ("at_most: 3", "at_most: 0", "line 19: nodes.second.then.changed.at_most: 0 is not from 1 to 20"),
        ("at_most: 3", "at_most: many", "a whole number from 1 to 20 belongs here, not 'many'"),
        ("at_most: 3, else: review", "at_most: 3", "line 19: nodes.second.then.changed: 'else' is missing"),
        ("event: payment.*", "event: '*'", "line 4: trigger.event: '\\*' is not a kind of event"),
        ("title: A sample", 'title: "a\\nb"', "line 2: title: a title is one line"),
        ("nodes:", "nodes: {}\nother:", "unknown entry 'other'"),
        ("title: A sample", "title: !!python/name:os.system x", r"line 2: tags \(!\) are not allowed"),
        ("start: first", "start: &x first", r"line 6: anchors and aliases \(& and \*\) are not allowed"),
        ("start: first", "start: *x", "line 6: anchors"),
        ("start: first", "start: 'first", "line .*: not YAML: "),
        ("start: first", 'start: "\\UFFFFFFFF"', "line .*: not YAML: "),
        ("start: first", "start: \x00", "line 1: not YAML: "),
        ("start: first", "start: first\n---\nflow: x", "not YAML: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(FlowError, match=message):
        parse_flow(FLOW.replace(old, new, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b",
        "just text",
        "[" * 100_000,
        "a: " * 50_000,
        "{" * 30,
        "flow: " + "x" * 600_000,
        "nodes:\n" + "".join(f"  n{n}:\n    do: x\n    then: {{a: done}}\n" for n in range(20_000)),
        FLOW.replace("first", "__class__"),
        FLOW.replace("found: second", "? [a, b]\n      : second"),
    ],
)
def test_a_hostile_text_ends_in_a_flow_error(text: str) -> None:
    with pytest.raises(FlowError, match="line "):
        parse_flow(text)


def test_a_flow_may_be_started_by_several_kinds_of_event() -> None:
    flow = parse_flow(FLOW.replace("payment.*", "payment.captured ,refund.*"))
    assert flow.event == "payment.captured, refund.*"
    kinds = ("payment.captured", "refund.settled", "payment.settled", "payment.captured, refund.x")
    assert [flow.is_started_by(kind) for kind in kinds] == [True, True, False, False]
    with pytest.raises(FlowError, match="'' is not a kind of event"):
        parse_flow(FLOW.replace("payment.*", "payment.*,"))
