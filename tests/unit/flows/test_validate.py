from __future__ import annotations

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from tests.unit.flows.samples import CATALOGUE, FLOW


def messages(text: str) -> list[str]:
    with pytest.raises(FlowError) as error:
        read_flow(text, CATALOGUE)
    return [str(finding) for finding in error.value.findings]


def test_a_sound_flow_may_run() -> None:
    assert read_flow(FLOW, CATALOGUE).start == "first"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("start: first", "start: frist", "line 1: start: no node 'frist'; did you mean 'first'?"),
        (
            "do: thing.write",
            "do: thing.wirte",
            "line 13: second: no operation 'thing.wirte'; did you mean 'thing.write'?",
        ),
        (
            "found: second",
            "found: secnd",
            "line 11: first: 'found' leads to 'secnd', which is no node; did you mean 'second'?",
        ),
        (
            "else: review",
            "else: reviev",
            "line 19: second: 'changed' leads to 'reviev', which is no node; did you mean 'review'?",
        ),
        (
            "thing: first",
            "think: first",
            "line 13: second: thing.write needs 'thing' under 'with'",
        ),
        (
            "thing: first",
            "thing: frist",
            "line 13: second: thing comes from 'frist', which is no node; did you mean 'first'?",
        ),
        (
            "missing: done",
            "mising: done",
            "line 12: first: thing.read never ends as 'mising'; did you mean 'missing'?",
        ),
        ("      missing: done\n", "", "line 8: first: no route for 'missing'"),
        (
            "      thing: first",
            "      thing: second",
            "line 13: second: thing comes from 'second', which does not always run before",
        ),
        ("found: second", "found: done", "line 13: second: nothing leads here"),
        (
            "changed: {to: first, at_most: 3, else: review}",
            "changed: first",
            "line 8: first: may go round for ever; bound a route with {to: ..., at_most: ..., else: ...}",
        ),
        (
            "else: review",
            "else: second",
            "line 13: second: may go round for ever; bound a route with {to: ..., at_most: ..., else: ...}",
        ),
        (
            "busy: retry",
            "busy: {to: retry, at_most: 3, else: review}",
            "line 20: second: 'busy' leads to 'retry', where no bound counts; say 'retry' beside 'then'",
        ),
        (
            "busy: retry",
            "busy: {to: wait, at_most: 3, else: review}",
            "line 20: second: 'busy' leads to 'wait', where no bound counts; say 'retry' beside 'then'",
        ),
    ],
)
def test_a_finding_names_the_line_and_the_nearest_name(old: str, new: str, message: str) -> None:
    assert message in messages(FLOW.replace(old, new, 1))


def test_only_nodes_of_the_circle_are_told() -> None:
    entry = "  entry:\n    do: thing.read\n    then: {found: first, missing: done}\n"
    text = (FLOW + entry).replace("start: first", "start: entry")
    circle = messages(text.replace("{to: first, at_most: 3, else: review}", "first"))
    assert [message.split(":")[1].strip() for message in circle] == ["first", "second"]


def test_all_findings_are_told_at_once() -> None:
    assert len(messages(FLOW.replace("thing.write", "thing.x").replace("missing: done", "missing: x"))) == 2


def test_a_result_that_only_some_paths_produce_is_not_enough() -> None:
    third = """\
  third:
    do: thing.write
    with:
      thing: second
    then: {written: done, changed: done, busy: done}
"""
    text = (
        (FLOW + third)
        .replace("missing: done", "missing: third")
        .replace("written: done", "written: third", 1)
    )
    assert "line 21: third: thing comes from 'second', which does not always run before" in messages(text)


def test_an_optional_result_may_be_absent() -> None:
    text = FLOW.replace("thing: first", "thing: first\n      note: second")
    assert read_flow(text, CATALOGUE).nodes["second"].inputs["note"] == "second"
