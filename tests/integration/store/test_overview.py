from __future__ import annotations

from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store.overview import Overview
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import Hub, event


def test_open_questions_and_runs_that_stopped_wait_for_a_person(hub: Hub) -> None:
    asked, stopped, done = hub.accept(event(1), event(2), event(3))
    task = ReviewTask(run=asked, kind="refund", title="Refund", why="enter it")
    for run in (asked, stopped, done):
        hub.pass_time(minutes=1)
        turn = hub.queue.begin(run, "w1")
        assert isinstance(turn, Turn)
        if run == stopped:
            hub.queue.bury(turn, "report this")
        else:
            result = RunResult.HELD if run == asked else RunResult.DONE
            hub.runs.close_run(run, result, {}, task if run == asked else None)
    waiting = Overview(hub.database).review_tasks(10)
    assert [(row.run, row.kind, row.why) for row in waiting] == [
        (stopped, "dead_letter", "report this"),
        (asked, "refund", "enter it"),
    ]
    assert hub.queue.redrive(stopped)
    assert [row.run for row in Overview(hub.database).review_tasks(10)] == [asked]


def test_a_payment_of_unknown_outcome_waits_for_a_person_until_more_is_told(hub: Hub) -> None:
    (run,) = hub.accept(event(1, order_key="a", kind="payment.pending"))
    hub.queue.begin(run, "w1")
    hub.runs.close_run(run, RunResult.DONE, {"why": "it is not known yet whether the payment succeeded"})
    (waiting,) = Overview(hub.database).review_tasks(10)
    assert (waiting.run, waiting.kind) == (run, "pending")
    assert waiting.why == "it is not known yet whether the payment succeeded"
    hub.accept(event(2, order_key="a"))
    assert Overview(hub.database).review_tasks(10) == []
