"""Nodes that say themselves how often they are tried and where their error leads, carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.review import ReviewKind
from counterfoil.flows.definition import parse_flow
from counterfoil.ports.engine import Failed, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    DecisionError,
    DefectError,
    OutcomeUnknownError,
    TransientError,
)
from counterfoil.runtime.step import Step, StepResult
from tests.support.hub import NOW, Hub
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

PATIENT = "retry: {times: 3, first: 30 seconds, at_most: 1 hour}\n    on_error: {way}\n    "
AWAY = TransientError("the site is away")


def patient_hub(node: str, way: str = "review") -> Hub:
    """A hub on the shipped flow for payments, one node of which is patient."""
    hub = Hub(MemoryErp(an_invoice()))
    head, found, rest = hub.flow.partition(f"\n  {node}:\n    ")
    assert found
    text = head + found + PATIENT.replace("{way}", way) + rest
    hub.version = parse_flow(text).version
    hub.store.flows[hub.version] = text
    hub.accept(a_payment(invoice_reference="1001"))
    return hub


def failing(hub: Hub, operation: str, *errors: CounterfoilError) -> Hub:
    """The operation fails so before it succeeds."""
    left = list(errors)
    shipped = hub.operations[operation]

    def act(step: Step) -> StepResult:
        if left:
            raise left.pop(0)
        return shipped.act(step)

    hub.operations[operation] = replace(shipped, act=act)
    return hub


def carried(hub: Hub) -> list[Outcome]:
    """Each turn, until the run ends; time passes as it is asked for."""
    outcomes: list[Outcome] = []
    while not outcomes or not isinstance(outcomes[-1], Finished | Failed):
        outcomes.append(hub.carry())
        match outcomes[-1]:
            case Parked(until=datetime() as until):
                hub.clock.advance(until - hub.clock.now())
            case RetryAfter(seconds=seconds):
                hub.clock.advance(timedelta(seconds=seconds))
            case _:
                break
    return outcomes


def pauses(outcomes: list[Outcome]) -> list[Outcome]:
    return outcomes[:-1]


def parked(seconds: int, why: str) -> Parked:
    return Parked(until=NOW + timedelta(seconds=seconds), why=why)


def posted(hub: Hub) -> bool:
    return len(hub.erp.ledger) == 1 and hub.erp.invoices[InvoiceNumber("1001")].open.is_zero


def test_a_node_is_tried_with_its_own_pauses_and_then_takes_the_way_of_its_error() -> None:
    hub = failing(patient_hub("look"), "receipt.find_posting", *[AWAY] * 3)
    why = "the site is away"
    assert pauses(carried(hub)) == [parked(30, why), parked(90, why)]
    assert hub.summary()["result"] == "held"
    assert hub.summary()["error"] == "look: the site is away"
    assert (hub.store.reviews[0].title, hub.store.reviews[0].why) == ("Node look did not succeed", why)


def test_a_node_that_succeeds_in_time_goes_on_as_ever() -> None:
    hub = failing(patient_hub("look"), "receipt.find_posting", AWAY, AWAY)
    assert len(carried(hub)) == 3
    assert posted(hub)
    assert "error" not in hub.summary()


def test_the_wait_that_the_other_side_asks_for_is_kept() -> None:
    slow = TransientError("slow down", retry_after_seconds=600)
    hub = failing(patient_hub("look"), "receipt.find_posting", slow)
    assert pauses(carried(hub)) == [parked(600, "slow down")]


def test_a_question_takes_the_way_of_the_error_at_once_with_its_words() -> None:
    class NotReadableError(DecisionError):
        kind = ReviewKind.AMOUNT
        title = "Which amount?"

    hub = failing(patient_hub("look"), "receipt.find_posting", NotReadableError("two amounts"))
    assert carried(hub) == [Finished()]
    assert [(task.kind, task.title, task.why) for task in hub.store.reviews] == [
        ("amount", "Which amount?", "two amounts")
    ]


def test_a_deciding_node_may_lead_its_question_elsewhere() -> None:
    hub = failing(patient_hub("match", "done"), "cash_application.match", DecisionError("no rule"))
    assert carried(hub) == [Finished()]
    assert (hub.summary()["result"], hub.summary()["error"]) == ("done", "match: no rule")


@pytest.mark.parametrize("error", [ConfigurationError("no column"), DefectError("broken promise")])
def test_what_must_be_mended_takes_no_other_way(error: CounterfoilError) -> None:
    hub = failing(patient_hub("look"), "receipt.find_posting", error)
    assert isinstance(hub.carry(), Parked | Failed)
    assert not hub.store.closed


@pytest.mark.parametrize("error", [AWAY, OutcomeUnknownError("no answer"), DecisionError("which one?")])
def test_an_error_of_a_node_that_writes_is_never_taken_for_a_failure(error: CounterfoilError) -> None:
    hub = failing(patient_hub("post", "done"), "erp.post", *[error] * 20)
    for _ in range(20):
        if isinstance(hub.carry(), Finished):
            break
        assert not hub.store.closed
    assert "error" not in (hub.store.closed.get("run-1", (None, {}))[1])


def test_busy_books_are_tried_so_often_and_then_take_the_other_way() -> None:
    hub = patient_hub("post")
    shipped = hub.operations["erp.post"]
    busy = StepResult(outcome="busy", summary={"why": "busy: a clerk"})
    hub.operations["erp.post"] = replace(shipped, act=lambda _step: busy)
    assert pauses(carried(hub)) == [parked(30, "busy: a clerk"), parked(90, "busy: a clerk")]
    assert hub.summary()["error"] == "post: busy: a clerk"
    assert not hub.erp.ledger


def test_busy_books_after_a_lost_answer_prove_nothing() -> None:
    hub = patient_hub("post")
    shipped = hub.operations["erp.post"]
    busy = StepResult(outcome="busy", summary={"why": "busy: a clerk"})
    answers: list[StepResult | BaseException] = [Killed(), *[busy] * 5]

    def act(step: Step) -> StepResult:
        match answers.pop(0) if answers else None:
            case StepResult() as result:
                return result
            case None:
                return shipped.act(step)
            case BaseException() as error:
                shipped.act(step)
                raise error

    hub.operations["erp.post"] = replace(shipped, act=act)
    with pytest.raises(Killed):
        hub.carry()
    outcomes = carried(hub)
    assert len(outcomes) == 6
    assert hub.summary()["result"] == "done"
    assert hub.summary()["posting"] == "already_posted"
    assert posted(hub)


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=5), st.integers(0, 4))
def test_kills_never_shorten_the_tries_nor_post_twice(kills: list[tuple[int, bool]], failures: int) -> None:
    hub = failing(patient_hub("look"), "receipt.find_posting", *[AWAY] * failures)
    for commit, before in kills:
        hub.store.kill_at_commit, hub.store.kill_before = len(hub.store.commits) + commit, before
        try:
            if not hub.store.closed:
                hub.carry()
        except Killed:
            continue
    hub.store.kill_at_commit = None
    if not hub.store.closed:
        carried(hub)
    if hub.summary()["result"] == "held":
        assert failures >= 3
        assert not hub.erp.ledger
    else:
        assert posted(hub)
