"""What every run store promises to the interpreter; a backend's test subclasses `RunStoreSuite`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.run_store import Answer, Json, LineageEvent, ReviewTask, RunResult, RunStore

RESULT: Json = {"outcome": "posted", "value": {"amount": "120.00", "rows": [{"added": True, "record": 7}]}}
OTHER: Json = {"outcome": "busy", "value": {}}


@dataclass(frozen=True)
class Kept:
    """A store that holds one run, and how to see what the port does not show."""

    store: RunStore
    run_id: str
    ending: Callable[[], tuple[str, Json] | None]
    """The closed run's result and summary."""
    review_kinds: Callable[[], Sequence[str]]
    answer: Callable[[Answer], None]
    """Answers the run's open question."""
    asks: Callable[[], bool]
    """Whether a question of the run is open."""
    tell: Callable[[PaymentStatus], str]
    """Accepts another event of the same lineage and gives its run."""


def a_review(run_id: str, kind: str) -> ReviewTask:
    return ReviewTask(run=run_id, kind=kind, title="Look", why="because", details={"amount": "1.00 USD"})


class RunStoreSuite:
    """Subclasses give a `kept` fixture."""

    def test_a_step_has_no_result_before_it_is_finished(self, kept: Kept) -> None:
        assert kept.store.find_result(kept.run_id, "post#1") is None
        kept.store.begin_step(kept.run_id, "post#1", {"inputs": {}}, {})
        assert kept.store.find_result(kept.run_id, "post#1") is None

    def test_a_result_comes_back_as_it_was_given(self, kept: Kept) -> None:
        kept.store.begin_step(kept.run_id, "post#1", {}, {})
        kept.store.finish_step(kept.run_id, "post#1", RESULT)
        assert kept.store.find_result(kept.run_id, "post#1") == RESULT

    def test_the_first_result_stands(self, kept: Kept) -> None:
        kept.store.finish_step(kept.run_id, "post#1", RESULT)
        kept.store.begin_step(kept.run_id, "post#1", {}, {})
        kept.store.finish_step(kept.run_id, "post#1", OTHER)
        assert kept.store.find_result(kept.run_id, "post#1") == RESULT

    def test_what_was_read_before_is_kept_with_the_intent_and_stands(self, kept: Kept) -> None:
        kept.store.begin_step(kept.run_id, "post#1", {}, {"look#1": RESULT, "match#1": RESULT})
        kept.store.begin_step(kept.run_id, "post#1", {}, {"match#1": OTHER})
        assert kept.store.find_result(kept.run_id, "look#1") == RESULT
        assert kept.store.find_result(kept.run_id, "match#1") == RESULT

    def test_a_step_asks_once_and_its_question_stands(self, kept: Kept) -> None:
        assert kept.store.find_asked(kept.run_id, "ask#1") is None
        first = kept.store.ask(kept.run_id, "ask#1", a_review(kept.run_id, "decision"))
        again = kept.store.ask(kept.run_id, "ask#1", a_review(kept.run_id, "refund"))
        assert first == again == kept.store.find_asked(kept.run_id, "ask#1")
        assert first.answer is None
        assert list(kept.review_kinds()) == ["decision"]
        assert kept.store.find_asked(kept.run_id, "ask#2") is None

    def test_a_question_that_is_closed_without_an_answer_is_not_asked_again(self, kept: Kept) -> None:
        asked = kept.store.ask(kept.run_id, "ask#1", a_review(kept.run_id, "decision"))
        assert kept.store.close_question(kept.run_id, "ask#1") is None
        assert kept.store.ask(kept.run_id, "ask#1", a_review(kept.run_id, "decision")) == asked
        assert kept.store.close_question(kept.run_id, "ask#1") is None
        assert list(kept.review_kinds()) == ["decision"]

    def test_an_answer_that_came_before_closing_stands(self, kept: Kept) -> None:
        kept.store.ask(kept.run_id, "ask#1", a_review(kept.run_id, "decision"))
        given = Answer(choice="release", by="Ann", note="seen")
        kept.answer(given)
        assert kept.store.close_question(kept.run_id, "ask#1") == given
        found = kept.store.find_asked(kept.run_id, "ask#1")
        assert found is not None
        assert found.answer == given

    def test_an_intent_is_what_was_recorded_last(self, kept: Kept) -> None:
        assert kept.store.find_intent(kept.run_id, "post#1") is None
        for failed in (0, 1):
            kept.store.begin_step(kept.run_id, "post#1", {"failed": failed}, {})
        assert kept.store.find_intent(kept.run_id, "post#1") == {"failed": 1}
        kept.store.finish_step(kept.run_id, "look#1", RESULT)
        assert kept.store.find_intent(kept.run_id, "look#1") is None

    def test_steps_are_told_apart_by_their_visit(self, kept: Kept) -> None:
        kept.store.finish_step(kept.run_id, "post#1", RESULT)
        assert kept.store.find_result(kept.run_id, "post#2") is None

    def test_a_run_that_is_done_has_its_summary_and_no_review(self, kept: Kept) -> None:
        kept.store.close_run(kept.run_id, RunResult.DONE, {"document": "R00001"})
        assert kept.ending() == ("done", {"document": "R00001"})
        assert list(kept.review_kinds()) == []

    def test_the_first_ending_stands_and_opens_its_review_once(self, kept: Kept) -> None:
        review = a_review(kept.run_id, "refund")
        kept.store.close_run(kept.run_id, RunResult.HELD, {"why": "first"}, review)
        kept.store.close_run(kept.run_id, RunResult.HELD, {"why": "first"}, review)
        kept.store.close_run(kept.run_id, RunResult.DONE, {"why": "late"})
        assert kept.ending() == ("held", {"why": "first"})
        assert list(kept.review_kinds()) == ["refund"]

    def test_a_run_that_ends_leaves_no_question_of_its_own_open(self, kept: Kept) -> None:
        kept.store.ask(kept.run_id, "post#1", a_review(kept.run_id, "hand_keyed"))
        assert kept.asks()
        kept.store.close_run(kept.run_id, RunResult.DONE, {})
        assert not kept.asks()

    def test_an_outside_identifier_without_meaning_is_none(self, kept: Kept) -> None:
        assert kept.store.find_cross_reference("shop", "vault_customer", "nobody") is None

    def test_all_events_of_a_lineage_are_known_to_each_of_its_runs(self, kept: Kept) -> None:
        second = kept.tell(PaymentStatus.VOIDED)
        kept.store.close_run(kept.run_id, RunResult.HELD, {}, a_review(kept.run_id, "refund"))
        first_run, second_run = kept.store.read_run(kept.run_id), kept.store.read_run(second)
        assert list(kept.store.find_lineage(first_run)) == [
            LineageEvent(kind="payment.voided", later=True, held=False)
        ]
        assert list(kept.store.find_lineage(second_run)) == [
            LineageEvent(kind="payment.captured", later=False, held=True)
        ]
