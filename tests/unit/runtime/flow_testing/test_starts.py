"""Flow tests of flows that the clock, a person or another flow starts."""

from __future__ import annotations

import pytest

from counterfoil.flows.document import read_document
from counterfoil.flows.errors import FlowError
from counterfoil.runtime.flow_testing.comparing import differences
from counterfoil.runtime.flow_testing.running import run_test
from counterfoil.runtime.flow_testing.trying import Trail

FLOW = """\
flow: look_at
title: Somebody looks
trigger: {trigger}
order_key: lineage
start: ask
nodes:
  ask:
    do: run.record
    then: {{done: review, review: review}}
"""
ASKING = "{manual: {amount: {type: money, label: How much}}}"
NIGHTLY = '{schedule: "0 7 * * *", zone: UTC}'
TEST = """\
title: A person looks
events:
  - kind: {kind}
    {said}
    expect:
      way: [{{ask: done}}]
      end: review
      asked: {{title: Somebody looks}}
"""


def run(trigger: str, kind: str, said: str) -> list[str]:
    return [
        each.text
        for each in run_test(FLOW.format(trigger=trigger), TEST.format(kind=kind, said=said)).findings
    ]


@pytest.mark.parametrize(
    ("trigger", "kind", "said"),
    [
        (ASKING, "manual.look_at", "given: {amount: 12.00 USD}"),
        (NIGHTLY, "schedule.look_at", 'due_at: "2026-11-27T07:00:00Z"'),
        ("{event: item.invoice_due}", "item.invoice_due", "item: {number: '1001', lines: [a, {b: c}]}"),
    ],
)
def test_own_starts_can_be_tried(trigger: str, kind: str, said: str) -> None:
    assert run(trigger, kind, said) == []


def test_what_a_test_gives_is_looked_at_as_what_a_person_gives() -> None:
    (finding,) = run(ASKING, "manual.look_at", "given: {amount: much}")
    assert finding == "given: amount is an amount with its currency, such as 125.00 USD, not 'much'"
    (missing,) = run(ASKING, "manual.look_at", 'due_at: "2026-11-27T07:00:00Z"')
    assert "amount is missing" in missing


def test_another_flows_start_does_not_start_it() -> None:
    (finding,) = run(NIGHTLY, "schedule.other", 'due_at: "2026-11-27T07:00:00Z"')
    assert finding == "schedule.other does not start flow look_at, which starts at 0 7 * * * (UTC)"


def test_an_item_says_what_it_holds() -> None:
    with pytest.raises(FlowError, match="'item' says what the item holds"):
        run("{event: item.invoice_due}", "item.invoice_due", "attempt: 1")


def test_items_that_were_told_must_be_expected() -> None:
    trail = Trail(
        way=[],
        end="done",
        why="",
        postings=[],
        notices=(),
        calls=(),
        charges=[],
        told=[{"kind": "item.invoice_due", "number": "1001"}],
        asked=None,
        summary={},
    )
    assert not list(differences(read_document("{end: done, told: [{number: '1001'}]}"), trail))
    (other,) = differences(read_document("{end: done, told: [{number: '1002'}]}"), trail)
    assert "expected 1002, but it is 1001" in other.text
    (unsaid,) = differences(read_document("end: done"), trail)
    assert "nothing is expected, but kind: item.invoice_due, number: 1001" in unsaid.text
