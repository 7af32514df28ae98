from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from typing_extensions import override

from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.ports.chance import Chance
from counterfoil.ports.engine import Failed, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    DecisionError,
    DefectError,
    OutcomeUnknownError,
    RestingError,
    TransientError,
)
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.retry import RetryPolicy
from counterfoil.runtime.step import Step, StepResult
from tests.support.hub import NOW, Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice, usd

PAYMENT = a_payment(invoice_reference="1001")


def accepted() -> Hub:
    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(PAYMENT)
    return hub


def raising(error: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def failing(*errors: CounterfoilError) -> Hub:
    """A hub whose postings fail so before one succeeds."""
    hub = accepted()
    hub.erp.before_post += [raising(error) for error in errors]
    return hub


def one_receipt(hub: Hub) -> bool:
    return len(hub.erp.ledger) == 1 and hub.erp.invoices[InvoiceNumber("1001")].open.is_zero


def test_a_passing_trouble_is_tried_again_with_doubling_waits_and_then_parked_but_never_lost() -> None:
    hub = failing(*[TransientError("the site is away")] * 9)
    waits: list[Outcome] = [hub.carry() for _ in range(9)]
    assert [wait.seconds for wait in waits if isinstance(wait, RetryAfter)] == [2, 4, 8, 16, 32, 60, 60]
    assert waits[7:] == [Parked(until=NOW + timedelta(minutes=15), why="the site is away")] * 2
    assert hub.carry() == Finished()
    assert one_receipt(hub)


def test_a_try_that_came_further_begins_the_count_anew() -> None:
    """Goal: after many waits a passing trouble is tried soon again, whatever the run's attempts come to."""
    hub = failing(*[TransientError("the site is away")] * 2)
    hub.store.runs["run-1"] = replace(hub.store.runs["run-1"], attempt=40)
    left = [TransientError("and again"), TransientError("and again")]
    record = hub.operations["run.record"]

    def act(step: Step) -> StepResult:
        if left:
            raise left.pop()
        return record.act(step)

    hub.operations["run.record"] = replace(record, act=act)
    waits = [hub.carry() for _ in range(4)]
    assert [(wait.seconds, wait.why) for wait in waits if isinstance(wait, RetryAfter)] == [
        (2, "the site is away"),
        (4, "the site is away"),
        (2, "and again"),
        (4, "and again"),
    ]
    assert hub.carry() == Finished()
    assert one_receipt(hub)


def test_looks_that_find_nothing_new_are_counted_and_rests_of_a_connection_are_not() -> None:
    """Goal: an operation that asks a person after so many looks neither asks early nor waits for ever."""
    hub = accepted()
    post = hub.operations["erp.post"]
    seen: list[int] = []
    rests = RestingError("c1 is away", rests="c1")

    def act(step: Step) -> StepResult:
        seen.append(step.run.failed)
        if len(seen) == 2:
            raise rests
        return StepResult(outcome="handed_over")

    hub.operations["erp.post"] = replace(post, act=act)
    assert all(isinstance(hub.carry(), Parked) for _ in range(4))
    assert seen == [0, 1, 1, 2]


class Highest(Chance):
    @override
    def below(self, bound: int) -> int:
        return bound - 1


def test_chance_makes_waits_up_to_half_as_long_again_and_never_shorter() -> None:
    policy = RetryPolicy(chance=Highest())
    outcomes = [policy.after(failed, "away", NOW) for failed in range(1, 8)]
    waits = [each.seconds for each in outcomes if isinstance(each, RetryAfter)]
    assert waits == [3, 6, 12, 24, 48, 90, 90]
    assert policy.after(1, "slow down", NOW, 30) == RetryAfter(seconds=45, why="slow down")
    assert policy.after(8, "away", NOW) == Parked(until=NOW + timedelta(seconds=1350), why="away")


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        (30, RetryAfter(seconds=30, why="slow down")),
        (3600, Parked(until=NOW + timedelta(hours=1), why="slow down")),
    ],
)
def test_the_wait_that_the_other_side_asks_for_is_kept(asked: int, outcome: Outcome) -> None:
    assert failing(TransientError("slow down", retry_after_seconds=asked)).carry() == outcome


def test_only_a_person_decides_a_decision() -> None:
    hub = failing(DecisionError("two companies share this merchant"))
    assert hub.carry() == Finished()
    assert hub.summary()["result"] == "held"
    assert (hub.store.reviews[0].kind, hub.store.reviews[0].why) == (
        "decision",
        "two companies share this merchant",
    )
    assert hub.store.reviews[0].details["transaction"] == "105968"


def test_a_missing_setting_parks_the_run_which_looks_again_by_itself() -> None:
    hub = failing(ConfigurationError("table arcash01 has no column refno"))
    why = "needs configuration: table arcash01 has no column refno"
    assert hub.carry() == Parked(until=NOW + timedelta(minutes=15), why=why)
    assert hub.carry() == Finished()


def test_a_broken_promise_is_a_dead_letter() -> None:
    assert failing(DefectError("two answers to one posting")).carry() == Failed(
        why="two answers to one posting"
    )


def test_a_lost_answer_is_asked_for_again_and_posts_once() -> None:
    hub = accepted()

    def lose() -> None:
        raise OutcomeUnknownError("no answer within 10 s")

    hub.erp.after_post.append(lose)
    assert isinstance(hub.carry(), RetryAfter)
    assert hub.carry() == Finished()
    assert one_receipt(hub)
    assert hub.summary()["posting"] == "already_posted"
    assert hub.summary()["decision"] == "applied"


@pytest.mark.parametrize("commit", range(3))
@pytest.mark.parametrize("before", [True, False])
def test_a_run_killed_at_any_commit_ends_in_the_same_books(commit: int, *, before: bool) -> None:
    hub = accepted()
    hub.store.kill_at_commit, hub.store.kill_before = commit, before
    with pytest.raises(Killed):
        hub.carry()
    hub.store.kill_at_commit = None
    assert hub.carry() == Finished()
    assert one_receipt(hub)
    undisturbed = accepted()
    undisturbed.carry()
    expected = undisturbed.summary() | (
        {"posting": "already_posted"} if (commit, before) == (1, True) else {}
    )
    assert hub.summary() == expected
    assert hub.store.reviews == []


def test_a_run_killed_between_posting_and_its_answer_posts_nothing_again() -> None:
    hub = accepted()

    def die() -> None:
        raise Killed

    hub.erp.after_post.append(die)
    with pytest.raises(Killed):
        hub.carry()
    assert ("run-1", "post#1") in hub.store.intents
    assert hub.carry() == Finished()
    assert one_receipt(hub)
    assert hub.summary()["posting"] == "already_posted"


def test_fifty_repeats_of_a_run_and_of_its_event_are_one_receipt() -> None:
    hub = accepted()
    for number in range(50):
        hub.accept(PAYMENT, f"copy-{number}")
        assert hub.carry(f"copy-{number}") == Finished()
        assert hub.carry() == Finished()
    assert one_receipt(hub)
    assert hub.store.reviews == []


def test_a_finished_effect_is_read_and_not_done_again() -> None:
    hub = accepted()
    hub.carry()
    hub.erp.before_post.append(raising(AssertionError("posted twice")))
    assert hub.carry() == Finished()


def test_a_flow_that_is_not_what_its_hash_says_is_never_run() -> None:
    hub = accepted()
    hub.store.flows[hub.version] = hub.flow.replace("conflict: review", "conflict: record")
    outcome = hub.carry()
    assert isinstance(outcome, Failed)
    assert "its content is" in outcome.why
    assert hub.erp.ledger == {}


def test_a_flow_that_needs_an_unknown_operation_waits_for_configuration() -> None:
    hub = accepted()
    del hub.operations["erp.post"]
    outcome = Interpreter(
        hub.store, Means(operations=hub.operations, events=MemoryOwnEvents()), hub.clock
    ).carry("run-1")
    assert isinstance(outcome, Parked)
    assert "no operation 'erp.post'" in outcome.why


def test_an_outcome_that_was_never_published_is_a_defect() -> None:
    hub = accepted()
    post = hub.operations["erp.post"]
    hub.operations["erp.post"] = replace(post, act=lambda _step: StepResult(outcome="perhaps"))
    outcome = Interpreter(
        hub.store, Means(operations=hub.operations, events=MemoryOwnEvents()), hub.clock
    ).carry("run-1")
    assert outcome == Failed(why="node post (do erp.post) ended as 'perhaps', which it never said it could")


def test_later_news_with_another_amount_goes_to_a_person() -> None:
    hub = accepted()
    hub.carry()
    hub.accept(replace(PAYMENT, amount=usd("119.00")), "run-2")
    hub.carry("run-2")
    assert [task.kind for task in hub.store.reviews] == ["changed_after_posting"]
