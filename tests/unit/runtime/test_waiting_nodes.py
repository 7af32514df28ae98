"""Nodes that let time pass and that ask a person, carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.nodes.wait import Until
from counterfoil.ports.engine import Finished, Parked
from counterfoil.ports.run_store import Answer, RunResult
from counterfoil.runtime.step import Step, StepResult
from tests.support.hub import NOW, Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

HEAD = """\
flow: patient
title: A payment waits
trigger: { event: payment.* }
order_key: lineage
start: normalise
nodes:
  normalise: { do: payment.normalise, then: { payment: first } }
"""
WAIT = "  first: { wait: { for: 3 days }, then: { over: match } }\n"
ASK = """\
  first:
    ask: { title: "Post {payment.amount} now?", choices: { release: Post it, refuse: Leave it }, due: 2 days }
    with: { payment: normalise }
    then: { release: match, refuse: done, late: review }
"""
POST = """\
  match:
    do: cash_application.match
    with: { payment: normalise }
    then: { money: post, no_money: done, hold: review }
  post:
    do: erp.post
    with: { payment: normalise, decision: match }
    then:
      { posted: done, already_posted: done, superseded: done, changed: review, busy: retry,
        handed_over: wait, keyed_by_hand: wait, conflict: review, refused: review }
"""


def patient_hub(node: str) -> Hub:
    hub = Hub(MemoryErp(an_invoice()))
    text = HEAD + node + POST
    hub.version = parse_flow(text).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment("120.00", invoice_reference="1001"))
    return hub


def carried(hub: Hub) -> Any:
    outcome = hub.carry()
    return hub.store.closed["run-1"][0] if isinstance(outcome, Finished) else outcome


def until(parked: Parked) -> datetime:
    assert parked.until is not None
    return parked.until


def test_a_run_waits_until_the_moment_and_goes_on() -> None:
    hub = patient_hub(WAIT)
    assert carried(hub) == Parked(until=NOW + timedelta(days=3), why="waits for 3 days")
    hub.clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert carried(hub) == Parked(until=NOW + timedelta(days=3), why="waits for 3 days")
    assert not hub.erp.ledger
    hub.clock.advance(timedelta(seconds=1))
    assert carried(hub) is RunResult.DONE
    assert len(hub.erp.ledger) == 1


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 30)), max_size=6))
def test_kills_and_early_wakings_move_no_moment_and_post_once(
    turns: list[tuple[int, bool, int]],
) -> None:
    hub = patient_hub(WAIT)
    carried(hub)
    for kill, before, hours in turns:
        hub.clock.advance(timedelta(hours=hours))
        hub.store.kill_at_commit, hub.store.kill_before = len(hub.store.commits) + kill, before
        try:
            if "run-1" not in hub.store.closed and isinstance(outcome := hub.carry(), Parked):
                assert outcome.until == NOW + timedelta(days=3)
        except Killed:
            pass
    hub.store.kill_at_commit = None
    hub.clock.advance(timedelta(days=3))
    if "run-1" not in hub.store.closed:
        assert carried(hub) is RunResult.DONE
    assert len(hub.erp.ledger) == 1


def test_an_answer_is_the_outcome_and_is_told() -> None:
    hub = patient_hub(ASK)
    assert isinstance(carried(hub), Parked)
    (task,) = hub.store.reviews
    assert task.title == "Post 120.00 USD now?"
    assert task.details["choices"] == [
        {"choice": "release", "text": "Post it"},
        {"choice": "refuse", "text": "Leave it"},
    ]
    assert task.details["amount"] == "120.00 USD"
    hub.store.answer_open("run-1", Answer(choice="release", by="Ann Lee", note="called them"))
    assert carried(hub) is RunResult.DONE
    assert hub.summary()["answer"] == "Ann Lee: Post it (called them)"
    assert len(hub.erp.ledger) == 1


def test_the_first_answer_stands() -> None:
    hub = patient_hub(ASK)
    carried(hub)
    hub.store.answer_open("run-1", Answer(choice="refuse", by="Ann", note=""))
    hub.store.answer_open("run-1", Answer(choice="release", by="Ben", note=""))
    assert carried(hub) is RunResult.DONE
    assert not hub.erp.ledger
    assert len(hub.store.reviews) == 1


def test_a_question_that_nobody_answers_is_late_and_takes_no_answer_after() -> None:
    hub = patient_hub(ASK)
    why = "a person was asked: Post 120.00 USD now?"
    assert carried(hub) == Parked(until=NOW + timedelta(days=2), why=why)
    hub.clock.advance(timedelta(days=2))
    assert carried(hub) is RunResult.HELD
    hub.store.answer_open("run-1", Answer(choice="release", by="Ann", note=""))
    assert not hub.erp.ledger


@pytest.mark.parametrize(
    ("start", "zone", "at", "end"),
    [
        ("2026-11-03T12:00", "America/New_York", "08:00", "2026-11-03T13:00"),
        ("2026-11-03T13:00", "America/New_York", "08:00", "2026-11-04T13:00"),
        ("2026-03-08T06:00", "America/New_York", "02:30", "2026-03-08T07:30"),
        ("2026-11-01T04:00", "America/New_York", "01:30", "2026-11-01T05:30"),
        ("2026-11-01T05:30", "America/New_York", "01:30", "2026-11-02T06:30"),
    ],
)
def test_a_time_of_day_is_the_next_one_of_the_zone(start: str, zone: str, at: str, end: str) -> None:
    length = Until(time.fromisoformat(at), zone)
    moments = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end)]
    assert length.end(moments[0]) == moments[1]


def test_a_bounded_way_through_a_wait_is_counted_over_restarts() -> None:
    circle = """\
  first:
    decide: { under_way: payment.amount.is_known() }
    with: { payment: normalise }
    then: { under_way: { to: later, at_most: 3, else: match }, otherwise: done }
  later: { wait: { for: 1 day }, then: { over: first } }
"""
    hub = patient_hub(circle)
    ends = []
    for _ in range(10):
        outcome = carried(hub)
        if not isinstance(outcome, Parked):
            break
        ends.append(outcome.until)
        hub.clock.advance(until(outcome) - hub.clock.now())
    assert ends == [NOW + timedelta(days=days) for days in (1, 2, 3)]
    assert outcome is RunResult.DONE
    assert len(hub.erp.ledger) == 1


LOOKING = """\
  first:
    do: receipt.find_posting
    with: { payment: normalise }
    then:
      { absent: { to: later, at_most: 3, else: match }, in_the_books: done, superseded: done,
        contradicted: review }
  later: { wait: { for: 1 day }, then: { over: first } }
"""


@pytest.mark.parametrize("kill", range(12))
@pytest.mark.parametrize("before", [True, False])
def test_what_is_looked_at_after_a_wait_is_looked_at_anew_and_counted_over_kills(
    kill: int, *, before: bool
) -> None:
    hub = patient_hub(LOOKING)
    looks = []
    shipped = hub.operations["receipt.find_posting"]

    def look(step: Step) -> StepResult:
        looks.append((step.name, hub.clock.now()))
        return shipped.act(step)

    hub.operations["receipt.find_posting"] = replace(shipped, act=look)
    hub.store.kill_at_commit, hub.store.kill_before = kill, before
    for _ in range(30):
        try:
            outcome = carried(hub)
        except Killed:
            hub.store.kill_at_commit = None
            continue
        if not isinstance(outcome, Parked):
            break
        hub.clock.advance(until(outcome) - hub.clock.now())
    assert outcome is RunResult.DONE
    assert hub.clock.now() == NOW + timedelta(days=3)
    assert len(hub.erp.ledger) == 1
    assert set(looks) == {(f"first#{visit}", NOW + timedelta(days=visit - 1)) for visit in range(1, 5)}


def test_what_changed_during_a_wait_is_seen_after_it() -> None:
    hub = patient_hub(LOOKING)
    assert isinstance(carried(hub), Parked)
    other = Hub(hub.erp)
    other.accept(a_payment("120.00", invoice_reference="1001"))
    assert isinstance(other.carry(), Finished)
    hub.clock.advance(timedelta(days=1))
    assert carried(hub) is RunResult.DONE
    assert len(hub.erp.ledger) == 1
