from __future__ import annotations

from counterfoil.ports.engine import Failed
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
            hub.queue.bury(turn, Failed(why="report this"))
        else:
            result = RunResult.HELD if run == asked else RunResult.DONE
            hub.runs.close_run(run, result, {}, task if run == asked else None)
    waiting = Overview(hub.database).review_tasks(10)
    assert [(row.run, row.kind, row.why) for row in waiting] == [
        (asked, "refund", "enter it"),
        (stopped, "dead_letter", "report this"),
    ]
    assert hub.queue.redrive(stopped)
    assert [row.run for row in Overview(hub.database).review_tasks(10)] == [asked]


def test_receipts_are_told_once_and_nothing_else_that_was_posted(hub: Hub) -> None:
    posted = {
        "receipt/1": "paytrace/m1/1/receipt#1",
        "receipt again": "paytrace/m1/1/receipt#1",
        "reversal": "paytrace/m1/1/receipt/reversal#1",
        "refund": "paytrace/m1/9/refund#1",
        "note": "paytrace/m1/5/failed/note#1",
    }
    payments = ["/".join(key.split("/")[:3]) for key in posted.values()]
    runs = hub.accept(*(event(number, order_key=key) for number, key in enumerate(payments, 1)))
    for run, key in zip(runs, posted.values(), strict=True):
        turn = hub.queue.begin(run, "w1")
        assert isinstance(turn, Turn)
        hub.runs.close_run(run, RunResult.DONE, {"posting": "posted", "posting_key": key}, None)
    assert [row.id for row in Overview(hub.database).receipts(10)] == [runs[0]]
