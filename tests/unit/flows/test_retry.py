"""How often a node is tried and where its error leads, before anything runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.picture.svg import draw_flow
from counterfoil.flows.retry import Retry
from counterfoil.flows.validate import read_flow
from tests.unit.flows.samples import CATALOGUE, FLOW

PATIENT = """\
    retry: {times: 5, first: 30 seconds, at_most: 1 hour}
    on_error: rescue
    then:
      found: second
"""
RESCUE = """\
  rescue:
    decide: {}
    then: {no: done, otherwise: review}
"""
RETRYING = FLOW.replace("    then:\n      found: second\n", PATIENT) + RESCUE.replace("{}", '{no: "1 == 2"}')


def told(old: str, new: str) -> str:
    assert old in RETRYING
    with pytest.raises(FlowError) as caught:
        read_flow(RETRYING.replace(old, new, 1), CATALOGUE)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("times: 5", "times: 0", "line 10: nodes.first.retry.times: 0 is not from 1 to 100"),
        ("times: 5", "times: 101", "101 is not from 1 to 100"),
        ("times: 5, ", "", "'times' is missing"),
        ("30 seconds", "soon", "'soon' is no length of time"),
        ("30 seconds", "2 hours", "a pause grows from 'first' to 'at_most'"),
        ("1 hour", "2 days", "a pause grows from 'first' to 'at_most', which is 1 day or less"),
        (
            "on_error: rescue",
            "on_error: rescu",
            "'on_error' leads to 'rescu', which is no node; did you mean",
        ),
        ("on_error: rescue", "on_error: retry", "an error leads to a node, to done or to review"),
        ("on_error: rescue", "on_error: {to: rescue, at_most: 2, else: wait}", "an error leads to a node"),
        ("    on_error: rescue\n", "", "rescue: nothing leads here"),
        ("on_error: rescue", "on_error: first", "first: may go round for ever"),
        ("on_error: rescue", "on_error: second", "thing comes from 'first', which does not always run"),
        ("      missing: done\n", "      missing: done\n      on_error: done\n", "stands beside 'then'"),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, message: str) -> None:
    assert message in told(old, new)


def test_a_result_is_there_behind_the_way_of_another_nodes_error() -> None:
    text = RETRYING.replace("      busy: retry\n", "      busy: retry\n    on_error: third\n") + (
        "  third:\n    do: thing.write\n    with: {thing: first}\n"
        "    then: {written: done, changed: review, busy: retry}\n"
    )
    assert read_flow(text, CATALOGUE).nodes["third"].inputs == {"thing": "first"}


def test_both_belong_to_the_version_and_are_told_by_a_diff() -> None:
    plain, patient = parse_flow(FLOW), parse_flow(RETRYING)
    assert plain.version != patient.version
    assert "node first: on_error: (none) -> rescue" in list(diff_flows(plain, patient))
    changed = parse_flow(RETRYING.replace("times: 5", "times: 6"))
    (line,) = diff_flows(patient, changed)
    assert line.startswith("node first: retry: tried 5 times, first after 0:00:30")


def test_a_renamed_node_is_followed_by_the_way_of_an_error() -> None:
    renamed = parse_flow(RETRYING.replace("rescue", "saved"))
    assert list(diff_flows(parse_flow(RETRYING), renamed)) == ["node rescue is called saved now"]


def test_a_picture_shows_the_way_of_an_error() -> None:
    drawn = draw_flow(read_flow(RETRYING, CATALOGUE), CATALOGUE)
    assert "on_error" in drawn
    assert "tried 5 times" in drawn


def test_pauses_double_up_to_the_longest() -> None:
    retry = Retry(times=100, first=timedelta(seconds=30), at_most=timedelta(minutes=5))
    assert [retry.pause(failed).total_seconds() for failed in (1, 2, 3, 4, 5, 99)] == [
        30,
        60,
        120,
        240,
        300,
        300,
    ]
