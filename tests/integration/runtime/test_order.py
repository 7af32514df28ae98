"""Order within an order key, and nobody held by another key: random outcomes over the real queue.

Method: a worker takes the jobs that a seed chooses, as the engine may give them: per order key the oldest
job, one at a time. Runs end as the seed says: done, tried again, parked for a time or for a connection that
rests, with an error that nobody foresaw, as a dead letter that a person drops or re-drives. Jobs are lost and
workers killed.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to make the same choices again
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.engine import Failed, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.run_store import RunResult
from counterfoil.runtime.redrive import Redrive
from counterfoil.runtime.worker import Worker
from counterfoil.store import schema
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.jobs import Job
from tests.integration.store.samples import Hub, event

KEYS = 4
RUNS = 24
STEPS_MAX = 4000
GRACE = timedelta(seconds=10)
UNFINISHED = ("waiting", "running", "parked", "dead")


class Killed(BaseException):
    """The worker is gone in the middle of a run."""


class Day:
    """One seed's day over a hub."""

    def __init__(self, hub: Hub, seed: int) -> None:
        self.hub = hub
        self.dice = random.Random(seed)  # noqa: S311 - chance, no secret
        self.worker = Worker(hub.queue, self.carry, name="w1")
        self.redrive = Redrive(StoredBreakers(hub.database), hub.queue)
        self.came: defaultdict[str, list[str]] = defaultdict(list)
        self.effects: defaultdict[str, list[str]] = defaultdict(list)
        self.key_of: dict[str, str] = {}
        self.is_kind = False
        """Whether all goes well from now on."""

    def tell(self, number: int) -> None:
        key = f"key/{self.dice.randrange(KEYS)}"
        (run,) = self.hub.accept(event(number, order_key=key))
        self.came[key].append(run)
        self.key_of[run] = key

    def carry(self, run: str) -> Outcome:
        if self.is_kind:
            return self._done(run)
        return self.dice.choice((self._done, *_TROUBLES))(run)

    def _done(self, run: str) -> Outcome:
        self.effects[self.key_of[run]].append(run)
        self.hub.runs.close_run(run, self.dice.choice((RunResult.DONE, RunResult.HELD)), {})
        return Finished()

    def step(self) -> None:
        """Something happens: mostly a job is carried, else time passes or a person acts."""
        act = self.dice.choice((self._work, self._work, self._work, self._sweep, self._person, self._lose))
        act()

    def _work(self) -> None:
        heads: dict[str, int] = {}
        for index, job in enumerate(self.hub.jobs.taken):
            heads.setdefault(job.lock, index)
        if not heads:
            return
        job = self.hub.jobs.taken.pop(self.dice.choice(list(heads.values())))
        self._turn(job)

    def _turn(self, job: Job) -> None:
        try:
            again = self.worker.turn(job.run)
        except Killed:
            again = 0  # the recovery brings back the dead worker's job
        if again is not None:
            self.hub.jobs.taken.insert(0, job)

    def _sweep(self) -> None:
        self.hub.pass_time(seconds=self.dice.choice((1, 30, 600)))
        self.hub.queue.sweep(self._carried(), GRACE)
        self.redrive.turn()

    def _carried(self) -> sa.Select[tuple[str]]:
        known = [job.run for job in self.hub.jobs.taken]
        return sa.select(schema.run.c.id.label("run")).where(schema.run.c.id.in_(known))

    def _person(self) -> None:
        dead = sa.select(schema.run.c.id).where(schema.run.c.status == "dead")
        with self.hub.database.autocommit() as connection:
            runs = list(connection.execute(dead).scalars())
        if runs:
            run = self.dice.choice(runs)
            self.dice.choice((self.hub.queue.redrive, lambda each: self.hub.queue.drop(each, "no use")))(run)

    def _lose(self) -> None:
        """A job is lost; the sweep finds its run."""
        if self.hub.jobs.taken and self.dice.randrange(3) == 0:
            self.hub.jobs.taken.pop(self.dice.randrange(len(self.hub.jobs.taken)))

    def unfinished(self) -> int:
        query = sa.select(sa.func.count()).where(schema.run.c.status.in_(UNFINISHED))
        with self.hub.database.autocommit() as connection:
            return connection.execute(query).scalar_one()


def _killed(_run: str) -> Outcome:
    raise Killed


def _foreseen_by_nobody(_run: str) -> Outcome:
    raise ZeroDivisionError


_TROUBLES: tuple[Callable[[str], Outcome], ...] = (
    lambda _run: RetryAfter(seconds=2, why="busy"),
    lambda _run: Parked(until=None, why="c1 is away", awaits="c1"),
    lambda _run: Failed(why="no idea"),
    _foreseen_by_nobody,
    _killed,
)


def in_order(effects: list[str], came: list[str]) -> bool:
    return effects == [run for run in came if run in set(effects)]


def a_day(hub: Hub, seed: int) -> None:
    day = Day(hub, seed)
    for number in range(RUNS):
        day.tell(number)
        for _ in range(day.dice.randrange(12)):
            day.step()
    day.is_kind = True
    for _ in range(STEPS_MAX):
        if not day.unfinished():
            break
        day.step()
    assert day.unfinished() == 0, f"seed {seed}: something waits for ever"
    for key, came in day.came.items():
        assert in_order(day.effects[key], came), f"seed {seed}: {key}"
        assert len(set(day.effects[key])) == len(day.effects[key]), f"seed {seed}: {key} acted twice"


@pytest.mark.parametrize("seed", range(1))
def test_whatever_happens_effects_of_an_order_key_come_in_the_order_of_arrival(hub: Hub, seed: int) -> None:
    a_day(hub, seed)


def test_another_key_is_never_held(hub: Hub) -> None:
    """Goal: all keys but one end at once, whatever keeps the elder of that one."""
    troubles = [*_TROUBLES[:-1], lambda _run: Parked(until=None, why="a person was asked")]
    for number, trouble in enumerate(troubles):
        stuck, behind, *others = hub.accept(
            event(100 * number, order_key=f"stuck/{number}"),
            event(100 * number + 1, order_key=f"stuck/{number}"),
            *(event(100 * number + 2 + other, order_key=f"other/{number}/{other}") for other in range(5)),
        )

        def carry(run: str, stuck: str = stuck, trouble: Callable[[str], Outcome] = trouble) -> Outcome:
            if run == stuck:
                return trouble(run)
            hub.runs.close_run(run, RunResult.DONE, {})
            return Finished()

        worker = Worker(hub.queue, carry, name="w1")
        for run in (stuck, behind, *others):
            worker.turn(run)
        assert [hub.status(run) for run in others] == ["done"] * 5
        assert hub.status(behind) == "parked"
        assert hub.status(stuck) in {"waiting", "parked", "dead"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_order_holds_on_many_days(hub: Hub, seed: int) -> None:
    a_day(hub, seed)
