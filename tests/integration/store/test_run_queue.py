from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store import schema
from counterfoil.store.errors import RowMissingError
from counterfoil.store.run_queue import Behind, Idle, Struck, Turn
from tests.integration.store.samples import START, Hub, add_connection, add_flow, event

NOTHING: sa.Select[tuple[str]] = sa.select(sa.literal("none").label("run"))
EVERYTHING: sa.Select[tuple[str]] = sa.select(schema.run.c.id.label("run"))
GRACE = timedelta(seconds=10)


def take(hub: Hub, run: str, worker: str = "w1") -> Turn:
    turn = hub.queue.begin(run, worker, alone=True)
    assert isinstance(turn, Turn)
    return turn


def close(hub: Hub, turn: Turn) -> None:
    hub.runs.close_run(turn.run, RunResult.DONE, {})
    assert hub.queue.finish(turn)


def test_each_start_is_counted_and_a_closed_run_is_not_carried_again(hub: Hub) -> None:
    (run,) = hub.accept(event())
    assert take(hub, run) == Turn(run=run, attempt=1, strikes=1)
    turn = take(hub, run)
    assert turn == Turn(run=run, attempt=2, strikes=2)
    assert hub.runs.read_run(run).attempt == 2
    close(hub, turn)
    assert hub.queue.begin(run, "w1") == Idle(status="done")
    assert hub.queue.begin("missing", "w1") == Idle(status="missing")


def test_an_unclosed_run_is_not_finished(hub: Hub) -> None:
    (run,) = hub.accept(event())
    assert not hub.queue.finish(take(hub, run))


def test_a_younger_run_waits_behind_an_unfinished_elder_and_goes_on_after_it(hub: Hub) -> None:
    first, second, third, other = hub.accept(
        event(1, order_key="a"), event(2, order_key="a"), event(3, order_key="a"), event(4, order_key="b")
    )
    turn = take(hub, first)
    hub.queue.park(turn, Parked(until=None, why="somebody must look"))
    assert hub.queue.begin(second, "w1") == Behind(elder=first)
    assert hub.queue.begin(third, "w1") == Behind(elder=first)
    assert isinstance(hub.queue.begin(other, "w1"), Turn)
    hub.jobs.taken.clear()
    assert hub.queue.redrive(first)
    close(hub, take(hub, first))
    assert hub.jobs.runs() == [first, second, third]
    assert hub.queue.begin(third, "w1") == Behind(elder=second)


def test_the_same_payment_in_another_environment_waits_for_nobody(hub: Hub) -> None:
    add_connection(hub.database, "c2", "qa")
    add_flow(hub.database, "payment_to_receipt", "qa")
    _, other = hub.accept(event(1, order_key="a"), event(2, order_key="a", connection="c2"))
    assert isinstance(hub.queue.begin(other, "w1"), Turn)


def test_a_dead_letter_holds_its_order_key_until_a_person_drops_it(hub: Hub) -> None:
    first, second = hub.accept(event(1, order_key="a"), event(2, order_key="a"))
    hub.queue.bury(take(hub, first), Failed(why="no idea"))
    assert hub.queue.begin(second, "w1") == Behind(elder=first)
    assert hub.queue.drop(first, "entered by hand")
    assert hub.status(second) == "waiting"
    assert hub.jobs.runs()[-1] == second
    assert not hub.queue.drop(first, "again")


def test_a_frozen_worker_that_wakes_late_changes_nothing(hub: Hub) -> None:
    (run,) = hub.accept(event())
    frozen = take(hub, run, "frozen")
    turn = take(hub, run, "w2")
    hub.queue.bury(frozen, Failed(why="too late"))
    assert hub.status(run) == "running"
    close(hub, turn)
    hub.queue.park(frozen, Parked(until=None, why="too late"))
    assert hub.status(run) == "done"


def test_strikes_are_forgiven_by_an_end_in_order_only(hub: Hub) -> None:
    (run,) = hub.accept(event())
    hub.queue.retry(take(hub, run), RetryAfter(seconds=10, why="crashed"), in_order=False)
    assert take(hub, run).strikes == 2
    away = RetryAfter(seconds=10, why="site away", failed=2)
    hub.queue.retry(Turn(run=run, attempt=2, strikes=2), away, in_order=True)
    assert take(hub, run) == Turn(run=run, attempt=3, strikes=1, failed=2)


def test_failed_tries_in_a_row_are_counted_until_the_run_comes_further(hub: Hub) -> None:
    (run,) = hub.accept(event())
    hub.queue.park(take(hub, run), Parked(until=START, why="site away", failed=8))
    hub.queue.sweep(EVERYTHING, GRACE)
    assert hub.runs.read_run(run).failed == 8
    hub.queue.park(take(hub, run), Parked(until=START, why="waits 3 days"))
    assert hub.runs.read_run(run).failed == 0


def test_the_sweep_gives_a_job_to_a_run_that_lost_it(hub: Hub) -> None:
    waiting, running = hub.accept(event(1), event(2))
    take(hub, running)
    hub.jobs.taken.clear()
    assert hub.queue.sweep(NOTHING, GRACE) == 0
    hub.pass_time(seconds=11)
    assert hub.queue.sweep(EVERYTHING, GRACE) == 0
    assert hub.queue.sweep(NOTHING, GRACE) == 2
    assert hub.jobs.runs() == [waiting, running]
    assert take(hub, running).strikes == 2


def test_the_sweep_wakes_a_parked_run_when_its_date_has_come(hub: Hub) -> None:
    (run,) = hub.accept(event())
    hub.queue.park(take(hub, run), Parked(until=START + timedelta(hours=1), why="the site is closed"))
    hub.jobs.taken.clear()
    hub.pass_time(minutes=59)
    assert hub.queue.sweep(EVERYTHING, GRACE) == 0
    hub.pass_time(minutes=1)
    assert hub.queue.sweep(EVERYTHING, GRACE) == 1
    assert (hub.jobs.runs(), hub.status(run)) == ([run], "waiting")


def test_the_sweep_wakes_a_run_whose_elder_closed_while_its_worker_died(hub: Hub) -> None:
    first, second = hub.accept(event(1, order_key="a"), event(2, order_key="a"))
    take(hub, first)
    hub.queue.begin(second, "w1")
    hub.runs.close_run(first, RunResult.DONE, {})
    assert hub.queue.sweep(EVERYTHING, GRACE) == 1
    assert hub.status(second) == "waiting"


def test_the_first_result_of_a_step_stands(hub: Hub) -> None:
    (run,) = hub.accept(event())
    hub.runs.begin_step(run, "post", {"facts": ["1"]}, {"match": {"invoice": "7"}})
    assert hub.runs.find_result(run, "post") is None
    assert hub.runs.find_result(run, "match") == {"invoice": "7"}
    hub.runs.begin_step(run, "post", {"facts": ["2"]}, {"match": {"invoice": "8"}})
    assert hub.runs.find_result(run, "match") == {"invoice": "7"}
    hub.runs.finish_step(run, "post", {"document": "R1"})
    hub.runs.finish_step(run, "post", {"document": "R2"})
    hub.runs.begin_step(run, "post", {"facts": ["3"]}, {})
    assert hub.runs.find_result(run, "post") == {"document": "R1"}
    with hub.database.autocommit() as connection:
        intent = connection.execute(
            sa.select(schema.run_step.c.intent).where(schema.run_step.c.node == "post")
        )
        assert intent.scalar_one() == {"facts": ["2"]}


def test_a_run_is_closed_once_and_its_review_task_opened_once(hub: Hub) -> None:
    (run,) = hub.accept(event())
    task = ReviewTask(
        run=run, kind="unidentified_receipt", title="Who paid?", why="no customer", details={"a": "1"}
    )
    hub.runs.close_run(run, RunResult.HELD, {"receipt": "R1"}, task)
    hub.runs.close_run(run, RunResult.DONE, {}, task)
    assert hub.status(run) == "held"
    assert hub.count(schema.review_task) == 1


def test_what_is_not_there_is_named(hub: Hub) -> None:
    with pytest.raises(RowMissingError, match="no run nothing"):
        hub.runs.read_run("nothing")
    with pytest.raises(RowMissingError):
        hub.runs.read_flow_version("nothing")
    assert hub.runs.read_flow_version("v1") == "nodes: []"
    assert hub.runs.find_cross_reference("c1", "vault", "x") is None


def test_turns_taken_at_once_are_all_counted(hub: Hub) -> None:
    (run,) = hub.accept(event())
    with ThreadPoolExecutor(4) as threads:
        begun = list(threads.map(lambda _: hub.queue.begin(run, "w1", alone=True), range(40)))
    assert sorted(turn.attempt for turn in begun if isinstance(turn, Turn)) == list(range(1, 41))


def test_a_run_whose_attempt_ended_without_order_is_begun_alone(hub: Hub) -> None:
    (run,) = hub.accept(event())
    assert hub.queue.begin(run, "w1") == Turn(run=run, attempt=1, strikes=1)
    assert hub.queue.begin(run, "w2") == Struck(strikes=1)
    assert hub.queue.begin(run, "w2", alone=True) == Turn(run=run, attempt=2, strikes=2)
    busy = RetryAfter(seconds=0, why="busy", failed=0)
    hub.queue.retry(Turn(run=run, attempt=2, strikes=2), busy, in_order=True)
    assert hub.queue.begin(run, "w2") == Turn(run=run, attempt=3, strikes=1)
