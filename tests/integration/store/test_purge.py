from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store import schema
from counterfoil.store.inbox import AlreadyAccepted
from counterfoil.store.purge import GROUP, Purge, group_of
from tests.integration.store.samples import Hub, event

OLD = timedelta(days=400)
KEPT = {"steps": timedelta(days=100), "results": timedelta(days=300), "hints": timedelta(days=30)}
MINUTE = timedelta(minutes=1)


def task(run: str) -> ReviewTask:
    return ReviewTask(run=run, kind="unmatched", title="Whose?", why="nobody knows", details={})


def steps(hub: Hub) -> set[str]:
    with hub.database.autocommit() as connection:
        return set(connection.execute(sa.select(schema.run_step.c.run)).scalars())


def results(hub: Hub) -> set[str]:
    query = sa.select(schema.run.c.id).where(schema.run.c.result.is_not(None))
    with hub.database.autocommit() as connection:
        return set(connection.execute(query).scalars())


def test_only_what_ended_long_ago_goes_and_nothing_that_later_events_are_judged_by(hub: Hub) -> None:
    ended, held, waiting, asked, young = hub.accept(*(event(number) for number in range(1, 6)))
    for run in (ended, held, waiting, asked):
        hub.runs.finish_step(run, "post#1", {"amount": "20.00"})
    hub.runs.close_run(ended, RunResult.DONE, {"posting_key": "k"})
    hub.runs.close_run(held, RunResult.HELD, {"amount": "20.00"}, task(held))
    hub.runs.close_run(asked, RunResult.DONE, {"amount": "1.00"})
    hub.runs.ask(asked, "approve#1", task(asked))
    purge = Purge(hub.database, hub.clock)
    hub.clock.advance(KEPT["steps"] + MINUTE)
    assert purge.count(KEPT) == {"steps": 1, "results": 0, "hints": 0}
    assert purge.purge(KEPT, MINUTE) == {"steps": 1, "results": 0, "hints": 0}
    assert steps(hub) == {held, waiting, asked}
    hub.runs.close_run(young, RunResult.DONE, {"amount": "2.00"})
    hub.clock.advance(KEPT["results"])
    assert purge.purge({"results": KEPT["results"]}, MINUTE) == {"results": 1}
    assert results(hub) == {held, asked, young}
    assert hub.count(schema.run) == hub.count(schema.inbox) == 5
    assert hub.status(waiting) == "waiting"
    assert isinstance(hub.inbox.store([event(1)])[0], AlreadyAccepted), "told again, it is known"
    again = hub.inbox.store([event(9, order_key=hub.runs.read_run(ended).order_key)])
    (later,) = again[0].runs  # type: ignore[union-attr] # it is new
    assert [other.held for other in hub.runs.find_lineage(hub.runs.read_run(later))] == [False]


def test_a_purge_goes_in_groups_and_ends_when_its_time_is_over(hub: Hub) -> None:
    runs = hub.accept(*(event(number) for number in range(1, 4)))
    for run in runs:
        hub.runs.close_run(run, RunResult.DONE, {})
    hub.clock.advance(OLD)
    assert Purge(hub.database, hub.clock).purge(KEPT, timedelta(0)) == {"steps": 0, "results": 0, "hints": 0}
    with hub.database.autocommit() as connection:
        values = {"before": hub.clock.now(), "group": 2}
        assert connection.execute(group_of("steps"), values).rowcount == 2 < GROUP
        assert connection.execute(group_of("steps"), values).rowcount == 1
