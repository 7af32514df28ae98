from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.domain.dead_letters import Act, ErrorClass, Problem
from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.ports.run_store import RunResult
from counterfoil.security.secrets import open_key_ring
from counterfoil.store.acts import Acts
from counterfoil.store.connections import Connections
from counterfoil.store.dead_letters import DeadLetters, LetterFilter
from counterfoil.store.letter_acts import Done, LetterActs, Order
from counterfoil.store.run_queue import Behind, Turn
from tests.integration.store.samples import START, Hub, event

BUG = Problem(error_class=ErrorClass.BUG, node="post")
CONFIGURE = Problem(error_class=ErrorClass.CONFIGURE, node="look")
SKIP = Order(act=Act.SKIP, by="Ann", why="not ours")
RETRY = Order(act=Act.RETRY, by="Ann", why="mended")


def take(hub: Hub, run: str) -> Turn:
    turn = hub.queue.begin(run, "w1", alone=True)
    assert isinstance(turn, Turn)
    return turn


def stop(hub: Hub, *runs: str, why: str = "two answers to payment 105968") -> None:
    for run in runs:
        hub.queue.bury(take(hub, run), Failed(why=why, problem=BUG))


def park(hub: Hub, run: str) -> None:
    until = hub.clock.now() + timedelta(minutes=15)
    hub.queue.park(take(hub, run), Parked(until=until, why="company 01 has no agent", problem=CONFIGURE))


def letters(hub: Hub) -> DeadLetters:
    return DeadLetters(hub.database)


def act(hub: Hub, order: Order, *seen: tuple[str, int]) -> Done:
    return LetterActs(hub.database, hub.queue, hub.clock).carry_out(seen, order)


def test_letters_are_counted_by_cause_and_told_with_their_node(hub: Hub) -> None:
    first, second, third, fine = hub.accept(*(event(number) for number in range(4)))
    stop(hub, first, why="two answers to payment 105968")
    stop(hub, second, why="two answers to payment 105969")
    park(hub, third)
    hub.queue.retry(take(hub, fine), RetryAfter(seconds=2, why="busy"), in_order=True)
    found = letters(hub).causes(LetterFilter())
    assert [(each.problem, each.count) for each in found] == [("bug", 2), ("configure", 1)]
    told = letters(hub).letters(LetterFilter(cause=found[0].cause), 10)
    assert [(each.id, each.node, each.status) for each in told] == [
        (first, "post", "dead"),
        (second, "post", "dead"),
    ]
    assert [each.id for each in letters(hub).letters(LetterFilter(problem="configure"), 10)] == [third]
    assert letters(hub).letters(LetterFilter(environment="qa"), 10) == []


def test_attempts_in_a_row_that_ended_alike_are_one_line(hub: Hub) -> None:
    (run,) = hub.accept(event())
    away = RetryAfter(seconds=0, why="away", problem=Problem(error_class=ErrorClass.RETRY, node="post"))
    for _ in range(2):
        hub.queue.retry(take(hub, run), away, in_order=True)
    take(hub, run)  # a worker that was killed writes nothing
    hub.queue.retry(take(hub, run), away, in_order=True)
    stop(hub, run)
    found = letters(hub).find(run)
    assert found is not None
    lines = [(each.first_attempt, each.last_attempt, each.ended) for each in found.troubles]
    assert lines == [(1, 2, "waiting"), (4, 4, "waiting"), (5, 5, "dead")]


@pytest.mark.parametrize("order", [SKIP, Order(act=Act.RESOLVE, by="Ann", why="R00012")])
def test_closing_a_letter_lets_the_younger_runs_of_its_order_key_go_on(hub: Hub, order: Order) -> None:
    first, second = hub.accept(event(1, order_key="a"), event(2, order_key="a"))
    stop(hub, first)
    assert hub.queue.begin(second, "w1") == Behind(elder=first)
    hub.jobs.taken.clear()
    assert act(hub, order, (first, 1)).runs == [first]
    assert (hub.status(first), hub.status(second), hub.jobs.runs()) == ("dropped", "waiting", [second])
    assert letters(hub).letters(LetterFilter(), 10) == []
    (line,) = Acts(hub.database).of_run(first)
    assert (line.act, line.by, line.why, line.at) == (order.act.value, "Ann", order.why, START)
    assert line.details["stopped"] == "two answers to payment 105968"


def test_of_two_people_who_act_at_once_one_acts_and_the_other_is_told(hub: Hub) -> None:
    (run,) = hub.accept(event())
    stop(hub, run)
    together = threading.Barrier(2)

    def skip(person: str) -> Done:
        together.wait(60)
        return act(hub, Order(act=Act.SKIP, by=person, why="not ours"), (run, 1))

    with ThreadPoolExecutor(2) as people:
        results = list(people.map(skip, ("Ann", "Ben")))
    won = [each for each in results if each.runs == [run]]
    lost = [each for each in results if not each.runs]
    (line,) = Acts(hub.database).of_run(run)
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].moved == {run: f"{line.by} skipped it at 2026-11-23 12:00 UTC"}


def test_a_letter_that_stopped_anew_is_another_than_the_one_seen(hub: Hub) -> None:
    (run,) = hub.accept(event())
    stop(hub, run)
    act(hub, RETRY, (run, 1))
    stop(hub, run)
    assert act(hub, SKIP, (run, 1)).moved == {run: "Ann retried it at 2026-11-23 12:00 UTC"}
    assert act(hub, SKIP, (run, 2)).runs == [run]
    assert act(hub, SKIP, ("nobody", 1)).moved == {"nobody": "no such run"}


def test_a_thousand_letters_of_one_cause_are_retried_at_once_in_the_order_they_came(hub: Hub) -> None:
    runs = hub.accept(*(event(number) for number in range(1000)))
    with hub.database.autocommit() as connection:
        stopped = "UPDATE run SET status = 'dead', problem = 'bug', cause = 'bug-1', attempts = 1"
        connection.execute(sa.text(stopped))
    seen = letters(hub).seen(LetterFilter(cause="bug-1"), 10_000)
    hub.jobs.taken.clear()
    assert act(hub, RETRY, *seen).runs == runs
    assert hub.jobs.runs() == runs
    assert letters(hub).causes(LetterFilter()) == []
    assert len(Acts(hub.database).newest(2000)) == 1000


def test_several_at_once_spare_what_may_have_written(hub: Hub) -> None:
    plain, open_, patient = hub.accept(event(1), event(2), event(3))
    hub.runs.begin_step(open_, "post#1", {"inputs": {}}, {})
    hub.runs.begin_step(patient, "look#1", {"inputs": {}, "failed": 1, "open": False}, {})
    stop(hub, plain, open_, patient)
    order = Order(act=Act.SKIP, by="Ann", why="not ours", spare_open=True)
    done = act(hub, order, (plain, 1), (open_, 1), (patient, 1))
    assert (done.runs, done.spared) == ([plain, patient], [open_])
    assert act(hub, SKIP, (open_, 1)).runs == [open_]
    (line,) = Acts(hub.database).of_run(open_)
    assert line.details["open_step"] == "post#1"


def test_what_was_missing_and_is_there_again_is_no_letter_any_more_and_that_is_kept(hub: Hub) -> None:
    mended, ordinary = hub.accept(event(1), event(2))
    park(hub, mended)
    hub.pass_time(minutes=15)
    assert hub.queue.redrive(ordinary) is False
    assert hub.queue.sweep(sa.select(sa.literal("none").label("run")), timedelta(seconds=10)) > 0
    for run in (mended, ordinary):
        take(hub, run)
        hub.runs.close_run(run, RunResult.DONE, {})
    (line,) = Acts(hub.database).newest(10)
    assert (line.run, line.act, line.by) == (mended, "went_on", "")
    assert letters(hub).causes(LetterFilter()) == []


@pytest.mark.parametrize("change", ["UPDATE act_log SET done_by = 'Ben'", "DELETE FROM act_log"])
def test_the_log_is_only_added_to(hub: Hub, change: str) -> None:
    (run,) = hub.accept(event())
    stop(hub, run)
    act(hub, SKIP, (run, 1))
    with pytest.raises(sa.exc.DBAPIError, match="only added to"), hub.database.transaction() as connection:
        connection.execute(sa.text(change))


def test_a_changed_connection_has_what_waits_for_its_environment_looked_at_at_once(
    hub: Hub, tmp_path: Path
) -> None:
    (run,) = hub.accept(event())
    park(hub, run)
    connections = Connections(hub.database, open_key_ring(tmp_path / "keys"), hub.clock)
    changed = connections.find("c1")
    assert changed is not None
    carried: sa.Select[tuple[str]] = sa.select(sa.literal("none").label("run"))
    connections.put(replace(changed, id="c9", name="other", environment="qa"), {})
    assert hub.queue.sweep(carried, timedelta(seconds=10)) == 0
    connections.put(changed, {})
    assert hub.queue.sweep(carried, timedelta(seconds=10)) == 1
    assert hub.status(run) == "waiting"


def test_a_retry_on_the_live_flow_spares_what_may_have_written_by_the_former(hub: Hub) -> None:
    plain, acted = hub.accept(event(1), event(2))
    hub.runs.begin_step(acted, "post#1", {"inputs": {}}, {})
    hub.runs.finish_step(acted, "post#1", {"outcome": "posted"})
    stop(hub, plain, acted)
    with hub.database.transaction() as connection:
        connection.execute(sa.text("INSERT INTO flow_version VALUES ('v2', 'f', 'mended', now())"))
        connection.execute(sa.text("UPDATE deployment SET hash = 'v2'"))
    order = Order(act=Act.RETRY, by="Ann", why="the flow was mended", live_flow=True)
    done = act(hub, order, (plain, 1), (acted, 1))
    assert (done.runs, done.spared) == ([plain], [acted])
    assert [hub.runs.read_run(run).flow_version for run in (plain, acted)] == ["v2", "v1"]
    assert hub.status(acted) == "dead"
