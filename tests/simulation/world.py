"""A whole company for some days: everything may fail at any moment, and in the end all is settled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from structlog.testing import capture_logs
from typing_extensions import override

from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.effects import EffectState
from counterfoil.ports.errors import CounterfoilError
from tests.simulation import customers, staff
from tests.simulation.customers import Customers
from tests.simulation.flows import VERSIONS
from tests.simulation.hub import Hub
from tests.simulation.invariants import always, at_the_end
from tests.simulation.rows import Backup
from tests.simulation.scene import SOUND, Parts, Scene
from tests.simulation.staff import Staff
from tests.support.gateway_loops import CONNECTION
from tests.support.memory_store import Killed

HUBS = 2
STEPS = 90
ROUNDS_MAX = 400
LOOKS_MAX = 6
_ENDED = frozenset({EffectState.DONE, EffectState.FAILED})


class World(Scene):
    """The scene with everybody who acts in it."""

    def __init__(self, seed: int, parts: Parts = SOUND) -> None:
        super().__init__(seed, parts)
        self.customers = Customers(self)
        self.staff = Staff(self)
        for versions in VERSIONS.values():
            self.rows.deploy(versions[0])
        self._names = iter(range(1, 1_000_000))
        self.hubs = [self._a_hub() for _ in range(HUBS)]
        self.working: list[Hub] = []
        """Hubs in the middle of something, the innermost last."""
        self._backup: tuple[Backup, object] | None = None
        self._books_backup = self.books.back_up()
        self.checked = 0
        """Of how many entries it was seen that the books agree with them."""
        self.gateway.pass_nights()

    def _a_hub(self) -> Hub:
        return Hub(self, f"hub{next(self._names)}")

    def run(self, steps: int) -> None:
        names = tuple(EVERYTHING)
        for _ in range(steps):
            act = self.dice.choices(names, weights=tuple(EVERYTHING.values()))[0]
            self.note(act.__name__)
            act(self)
            self.gateway.pass_nights()
            always(self)
        self.heal()
        at_the_end(self)

    def note(self, what: str) -> None:
        self.trace.append(f"{self.clock.now():%d %H:%M:%S} {what}")

    # Hubs.

    def by_a_hub(self, act: Callable[[Hub], object]) -> None:
        """A hub that is not in the middle of something does it; one that is killed is replaced."""
        free = [hub for hub in self.hubs if hub not in self.working]
        if not free:
            return
        hub = self.dice.choice(free)
        self.working.append(hub)
        try:
            act(hub)
        except Killed:
            self.note(f"{hub.name} is killed")
            self.hubs[self.hubs.index(hub)] = self._a_hub()
        except CounterfoilError as error:
            self.note(f"{hub.name}: {type(error).__name__}: {error}")
        finally:
            self.working.remove(hub)

    @override
    def meanwhile(self) -> None:
        """What happens while a hub waits for an answer."""
        if len(self.working) == 1:
            act = self.dice.choice(MEANWHILE)
            self.note(f"meanwhile {act.__name__}")
            act(self)

    def carry(self) -> None:
        for _ in range(self.dice.randrange(1, 6)):
            self.by_a_hub(Hub.take_a_job)

    def poll(self) -> None:
        self.by_a_hub(lambda hub: hub.guarded.turn())

    def poll_batches(self) -> None:
        self.by_a_hub(lambda hub: hub.batches.turn())

    def confirm(self) -> None:
        for _ in range(LOOKS_MAX):
            if self.rows.due(CONNECTION, 1):
                self.by_a_hub(lambda hub: hub.confirmer.turn())

    def ask(self) -> None:
        self.by_a_hub(lambda hub: hub.loops.asker.turn())
        for key, wanted in self.staff.wants.items():
            self.by_a_hub(lambda hub, key=key, wanted=wanted: hub.loops.writes.want_back(key, wanted))  # type: ignore[misc]

    def tell_schedules(self) -> None:
        self.by_a_hub(Hub.tell_schedules)

    def sweep(self) -> None:
        self.queue.bring_back_all_but({hub.name for hub in self.hubs})
        self.queue.sweep_all()

    def take_for_dead(self) -> None:
        """A hub that waits too long for an answer is taken for dead, and wakes later."""
        for hub in self.working:
            self.queue.bring_back(hub.name)
        self.by_a_hub(Hub.take_a_job)

    # Pushes.

    def push(self) -> None:
        """The gateway tells of something: late, in any order, twice, or of what never was."""
        known = [each.transaction for each in self.gateway.all_now()]
        if self.dice.randrange(20) == 0:
            known = [known[0].__class__("999999")] if known else []
        for transaction in self.dice.choices(known, k=min(len(known), 3)):
            self.rows.push(CONNECTION, transaction, "silent_post")

    # Time.

    def seconds(self) -> None:
        self.clock.advance(timedelta(seconds=self.dice.randrange(1, 30)))

    def minutes(self) -> None:
        self.clock.advance(timedelta(minutes=self.dice.randrange(1, 90)))

    def half_a_day(self) -> None:
        self.clock.advance(timedelta(hours=self.dice.randrange(4, 20)))

    # What an operator does, and what happens to machines.

    def partition(self) -> None:
        self.gateway.partitioned_until = self.clock.now() + timedelta(minutes=self.dice.randrange(1, 400))

    def redeploy(self) -> None:
        flow = self.dice.choice(tuple(VERSIONS))
        self.rows.deploy(self.dice.choice(VERSIONS[flow]))

    def restart_database(self) -> None:
        self.effects.restart()

    def back_up(self) -> None:
        self._backup = (self.rows.back_up(), self.effects.back_up())

    def restore(self) -> None:
        """The hub's database as it was, where nobody works; people and files tell their news again."""
        if self._backup is None or self.links or self.working:
            return
        within = self.dice.randrange(2) == 0
        if not within:
            self.clock.advance(self.gateway.export_lag)
        rows, effects = self._backup
        self.rows.restore(rows)
        self.effects.restore(effects, seen_from_within=within)
        self.hubs = [self._a_hub() for _ in self.hubs]
        for event in self.customers.disputes:
            self.rows.store(event)

    def back_up_books(self) -> None:
        if not self.books.is_held:
            self._books_backup = self.books.back_up()

    def restore_books(self) -> None:
        self.books.restore(self._books_backup)

    # How it ends.

    def heal(self) -> None:
        """Nothing fails any more; time goes on from one due moment to the next until nothing is due."""
        self.note("heal")
        self.chance.active = False
        self.gateway.partitioned_until = self.books.locked_until = None
        self.books.refused.clear()
        self.gateway.links.clear()
        self._until_quiet()
        # What changed late in the day is read with the first poll of the next.
        self.clock.advance(timedelta(days=1))
        self._until_quiet()

    def _until_quiet(self) -> None:
        for number in range(ROUNDS_MAX):
            self.gateway.pass_nights()
            self._settle()
            always(self)
            if number > LOOKS_MAX and not self._unsettled():
                return
            self._go_on()
        raise AssertionError(f"not settled: {self._unsettled()[:9]}")

    def _settle(self) -> None:
        self.poll()
        self.poll_batches()
        self.confirm()
        self.ask()
        self.tell_schedules()
        self.staff.answer()
        self.staff.enter_handed()
        self.staff.redrive()
        self.sweep()
        while any(job.at <= self.clock.now() for job in self.rows.written.jobs.values()):
            before = self.clock.now(), len(self.rows.written.jobs), len(self.trace)
            self.by_a_hub(Hub.take_a_job)
            if before == (self.clock.now(), len(self.rows.written.jobs), len(self.trace)):
                break

    def _go_on(self) -> None:
        now = self.clock.now()
        ahead = [at for at in self._due() if at > now]
        nearest = min(ahead, default=now + timedelta(hours=12))
        self.clock.advance(max(min(nearest - now, timedelta(hours=12)), timedelta(minutes=1)))

    def _due(self) -> list[datetime]:
        written = self.rows.written
        found = [job.at for job in written.jobs.values()]
        found += [state.due_at for state in written.states.values() if state.due_at is not None]
        found += [pushed.due_at for pushed in written.hints.values() if not pushed.end]
        found += [row.due_at for row in self.effects.rows.values() if row.due_at is not None]
        found += list(self.gateway.under_way.values())
        return found

    def _unsettled(self) -> list[str]:
        """What still waits for something that comes by itself."""
        written, gateway = self.rows.written, self.gateway
        found = [f"job of {job.run}" for job in written.jobs.values()]
        found += [
            f"{name} {state.status}: {state.why}"
            for name, state in written.states.items()
            if state.status not in {"done", "held"}
        ]
        found += [f"hint {name}" for name, pushed in written.hints.items() if not pushed.end]
        found += [
            f"{row.effect.key} {row.state.value}: {row.why}"
            for row in self.effects.rows.values()
            if row.state not in _ENDED and not (row.state is EffectState.WAITING and row.due_at is None)
        ]
        moving = {PaymentStatus.CAPTURED, PaymentStatus.PENDING}
        found += [f"{each.transaction} moves" for each in gateway.all_now() if each.status in moving]
        found += [f"{key} is not begun" for key in self.staff.wants if self.effects.find(key) is None]
        return found

    @property
    def fingerprint(self) -> str:
        """The same if and only if everything happened in the same way."""
        told = [
            *self.trace,
            repr(sorted(self.gateway.history.items())),
            repr(self.effects.rows),
            repr(self.rows.closed),
            repr(self.rows.tasks),
            repr(self.books.journal),
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


MEANWHILE: tuple[Callable[[World], None], ...] = (
    World.carry,
    World.carry,
    World.poll,
    World.ask,
    World.seconds,
    World.take_for_dead,
    World.take_for_dead,
    lambda world: world.staff.take_a_cheque(),
    lambda world: world.staff.key_a_payment(),
)

OPERATION: Mapping[Callable[[World], None], int] = {
    World.carry: 24,
    World.poll: 8,
    World.poll_batches: 3,
    World.confirm: 8,
    World.ask: 6,
    World.tell_schedules: 3,
    World.sweep: 8,
    World.push: 8,
    World.seconds: 10,
    World.minutes: 8,
    World.half_a_day: 6,
    World.partition: 1,
    World.redeploy: 2,
    World.restart_database: 1,
    World.back_up: 2,
    World.restore: 2,
    World.back_up_books: 1,
    World.restore_books: 1,
}


def _of(person: str, act: Callable[[object], None]) -> Callable[[World], None]:
    def acted(world: World) -> None:
        act(getattr(world, person))

    acted.__name__ = f"{person}.{act.__name__}"
    return acted


EVERYTHING: Mapping[Callable[[World], None], int] = {
    **OPERATION,
    **{_of("customers", act): weight for act, weight in customers.ACTS.items()},  # type: ignore[arg-type]
    **{_of("staff", act): weight for act, weight in staff.ACTS.items()},  # type: ignore[arg-type]
}


def simulate(seed: int, parts: Parts = SOUND) -> World:
    """One run; the same seed makes the same choices.

    Raises:
        AssertionError: names the command that makes it happen again.
    """
    world = World(seed, parts)
    try:
        with capture_logs():
            world.run(STEPS)
    except AssertionError as error:
        raise AssertionError(f"python -m tests.simulation {seed}: {error}") from error
    return world
