"""A seeded world around the gateway: charges are wanted while calls fail, hubs die, clerks work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.instructions import Capture, Charge, Instruction, StoredPayer
from counterfoil.runtime.asking import hear_word
from tests.support.gateway_faults import Chance, DyingStore, FaultyGateway
from tests.support.gateway_loops import CONNECTION, LAG, GatewayLoops, LoopStores
from tests.support.gateway_people import GatewayPeople
from tests.support.intake import MemoryCursors, MemoryEvents
from tests.support.memory_effects import MemoryEffects
from tests.support.memory_store import Killed
from tests.support.samples import usd

START = datetime(2026, 10, 31, 16, tzinfo=UTC)
"""The day before the clocks go back."""
FREEZE_MAX = timedelta(hours=3)
"""For how long exports may show nothing new, at most once a day: the reason for looking twice."""
CLERK_FIELD = "VT-7"


@dataclass(frozen=True)
class Want:
    """Something that a caller wants and repeats until it is told how it ended."""

    key: str
    wanted: Instruction | Callable[[], GiveBack | Capture | None]
    """A follow-up is made once what it follows is known."""


class Process(GatewayLoops):
    """One hub process."""

    def __init__(self, world: World) -> None:
        effects, cursors, events = (
            DyingStore(store, world.chance) for store in (world.effects, world.cursors, world.events)
        )
        super().__init__(
            world.gateway, LoopStores(effects, cursors, events), world.clock, START - timedelta(days=1)
        )


class World:
    """Everything, from one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed)
        self.dice = self.chance.dice
        self.clock = ManualClock(START)
        lag = self.dice.choice((timedelta(0), timedelta(minutes=2), LAG - timedelta(minutes=1)))
        self.gateway = FaultyGateway(
            self.clock, export_lag=lag, chance=self.chance, meanwhile=self._others_work
        )
        self.effects = MemoryEffects(self.clock)
        self.cursors = MemoryCursors()
        self.events = MemoryEvents()
        self.wants: dict[str, Want] = {}
        self.backup: Any = None
        self.inside = False
        self.freezes = self.dice.randrange(3) == 0
        self.thawed_at = START - timedelta(days=2)
        self.people = GatewayPeople(self.gateway, self.effects, self.clock, self.chance)
        self.gateway.pass_nights()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.dice.choices(tuple(ACTS), weights=tuple(ACTS.values()))[0](self)
            self.gateway.pass_nights()
            self.thaw()
            self.check_always()
        self.heal()

    # What may happen.

    def want_charge(self) -> None:
        number = len(self.wants) + 1
        charge = Charge(
            payer=StoredPayer(reference=f"v{self.dice.randrange(3)}"),
            amount=usd(self.dice.choice(("5.00", "5.00", "9.00"))),
            invoice_id=str(1000 + number),
            capture=self.dice.randrange(5) > 0,
        )
        self.wants[f"k{number}"] = Want(key=f"k{number}", wanted=charge)

    def want_follow_up(self) -> None:
        number = len(self.wants) + 1
        known = [key for key, want in self.wants.items() if isinstance(want.wanted, Charge)]
        if not known:
            return
        of = self.dice.choice(known)
        part = self.dice.randrange(3) == 0
        backs = self.dice.randrange(4) > 0

        def follow() -> GiveBack | Capture | None:
            row = self.effects.find(of) or self._adopted(of)
            if row is None or row.carried is None or row.effect.amount is None:
                return None
            if not backs:
                return Capture(transaction=row.carried)
            amount = usd("1.00") if part else row.effect.amount
            return GiveBack(transaction=row.carried, amount=amount)

        self.wants[f"k{number}"] = Want(key=f"k{number}", wanted=follow)

    def repeat(self) -> None:
        if self.wants:
            self._as_process(self._ask_for(self.dice.choice(tuple(self.wants))))

    def ask(self) -> None:
        self._as_process(lambda process: process.asker.turn())

    def poll(self) -> None:
        def turn(process: Process) -> None:
            process.gap.turn()
            process.poller.turn()

        self._as_process(turn)

    def seconds(self) -> None:
        self.clock.advance(timedelta(seconds=self.dice.randrange(1, 90)))

    def minutes(self) -> None:
        self.clock.advance(timedelta(minutes=self.dice.randrange(1, 120)))

    def day(self) -> None:
        self.clock.advance(timedelta(days=1))

    def clerk_pays(self) -> None:
        """A payment at the virtual terminal that looks like one of ours."""
        self.gateway.make(
            usd("5.00"),
            PaymentStatus.CAPTURED,
            invoice_reference=self.dice.choice(("", CLERK_FIELD)),
            vault_customer=self.dice.choice(("", "v0", "v1")),
        )

    def clerk_refunds(self) -> None:
        self.people.refund()

    def clerk_voids(self) -> None:
        self.people.void_a_charge()

    def freeze(self) -> None:
        """Exports stand still for some time; not where a restore already rests on them."""
        now = self.clock.now()
        if self.freezes and now - self.thawed_at > timedelta(days=1):
            self.gateway.frozen_at = now
            self.thawed_at = now + timedelta(minutes=self.dice.randrange(1, FREEZE_MAX.seconds // 60))

    def thaw(self) -> None:
        if self.clock.now() >= self.thawed_at:
            self.gateway.frozen_at = None

    def restart_database(self) -> None:
        self.effects.restart()

    def back_up(self) -> None:
        self.backup = (self.effects.back_up(), dict(self.cursors.values), dict(self.events.stored))

    def restore(self) -> None:
        """The hub's database as it was; what callers want comes again, because its events do."""
        if self.backup is None or self.freezes:
            return
        effects, cursors, events = self.backup
        within = self.dice.randrange(2) == 0
        # Without a sign within, only what the gateway shows tells, so that its records must be there.
        if not within:
            self.clock.advance(self.gateway.export_lag)
        self.effects.restore(effects, seen_from_within=within)
        self.cursors.values, self.events.stored = dict(cursors), dict(events)

    def person(self) -> None:
        """Somebody looks at the gateway and says what is so."""
        for row in list(self.effects.rows.values()):
            if row.state is EffectState.QUESTION:
                truth = self.people.truth(row)
                self._as_process(
                    lambda process, key=row.effect.key, truth=truth: hear_word(  # type: ignore[misc]
                        process.effects, key, truth, by="controller", now=self.clock.now()
                    )
                )

    def _others_work(self) -> None:
        """Another hub, while a call is on its way."""
        if not self.inside:
            self.inside = True
            try:
                self.dice.choice((World.ask, World.ask, World.poll, World.repeat))(self)
            finally:
                self.inside = False

    def _ask_for(self, key: str) -> Callable[[Process], object]:
        want = self.wants[key].wanted
        wanted = want() if callable(want) else want
        row = self.effects.find(key)
        again = row is not None and row.why == "EXPIRED CARD" and self.chance.happens(300)

        def act(process: Process) -> object:
            if wanted is None:
                return None
            if isinstance(wanted, GiveBack):
                return process.writes.want_back(key, wanted)
            return process.writes.carry_out(key, wanted, again=again)

        return act

    def _as_process(self, act: Callable[[Process], object]) -> None:
        try:
            act(Process(self))
        except Killed:
            pass
        except CounterfoilError:
            pass

    # How it must end.

    def heal(self) -> None:
        """Nothing fails any more, and every caller repeats until it is told how it ended."""
        self.chance.active = False
        self.gateway.frozen_at = None
        for number in range(60):
            if number and self.is_settled():
                break
            for _ in range(4):
                self.poll()
                self.ask()
                self.person()
                for key in self.wants:
                    self._as_process(self._ask_for(key))
                self.clock.advance(timedelta(minutes=31))
                self.gateway.pass_nights()
                self.check_always()
            self.clock.advance(timedelta(hours=22))
            self.gateway.pass_nights()
        self.clock.advance(timedelta(days=1))
        self.gateway.pass_nights()
        self.clock.advance(timedelta(hours=1))
        self.poll()
        self.check_end()

    def is_settled(self) -> bool:
        ended = {EffectState.DONE, EffectState.FAILED}
        follow_ups = [key for key, want in self.wants.items() if self._has_begun(want)]
        rows = [self.effects.find(key) or self._adopted(key) for key in follow_ups]
        return all(row is not None and row.state in ended for row in rows)

    def _has_begun(self, want: Want) -> bool:
        return not callable(want.wanted) or want.wanted() is not None

    def _adopted(self, key: str) -> EffectRow | None:
        want = self.wants[key].wanted
        if not isinstance(want, Charge):
            return None
        from counterfoil.runtime.effect_naming import effect_of  # noqa: PLC0415

        return self.effects.find_charge(CONNECTION, effect_of(CONNECTION, key, want).invoice_id)

    def check_always(self) -> None:
        for key in self.wants:
            taken = self._taken(key)
            assert len(taken) <= 1, f"{key} was charged {len(taken)} times"

    def check_end(self) -> None:
        assert self.is_settled(), [
            (row.effect.key, row.state, row.why)
            for row in self.effects.rows.values()
            if row.state not in {EffectState.DONE, EffectState.FAILED}
        ]
        told = set(self.events.stored)
        for payment in self.gateway.all_now():
            assert f"{payment.lineage}/{payment.kind.value}.{payment.status.value}" in told, payment
        for key, want in self.wants.items():
            if isinstance(want.wanted, Charge):
                self._check_charge(key, want.wanted)
        self._check_backs()

    def _check_charge(self, key: str, charge: Charge) -> None:
        row = self.effects.find(key) or self._adopted(key)
        assert row is not None
        taken = self._taken(key)
        assert charge.amount == row.effect.amount
        voided = [each for each in taken if self.gateway.now(each).status is PaymentStatus.VOIDED]
        assert taken == ([row.carried] if row.state is EffectState.DONE else voided), row

    def _check_backs(self) -> None:
        """Nobody gets more back than was wanted, and all of it where it is done."""
        wanted: dict[str, list[Money]] = {}
        for row in self.effects.rows.values():
            if row.effect.kind is EffectKind.GIVE_BACK and row.state is EffectState.DONE:
                assert row.effect.transaction is not None
                assert row.effect.amount is not None
                wanted.setdefault(row.effect.transaction, []).append(row.effect.amount)
        for number, versions in self.gateway.history.items():
            payment = versions[-1].payment
            if payment.kind is PaymentKind.PAYMENT and number not in self.people.voided:
                given = self._given_by_us(payment)
                assert given == sum(wanted.get(number, []), start=usd("0.00")), (number, given, wanted)

    def _given_by_us(self, payment: Payment) -> Money:
        by_clerk = [
            each.amount
            for each in self.gateway.all_now()
            if each.order_reference == f"refund of {payment.transaction}" and each.payer_name
        ]
        return self.gateway.given_back(payment.transaction) - sum(by_clerk, start=usd("0.00"))

    def _taken(self, key: str) -> list[TransactionId]:
        """Transactions under the key's own invoice id that the bank did not refuse."""
        want = self.wants[key].wanted
        if not isinstance(want, Charge):
            return []
        from counterfoil.runtime.effect_naming import effect_of  # noqa: PLC0415

        invoice_id = effect_of(CONNECTION, key, want).invoice_id
        return [
            versions[-1].payment.transaction
            for versions in self.gateway.history.values()
            if versions[0].payment.invoice_reference == invoice_id
            and versions[0].payment.kind is PaymentKind.PAYMENT
            and versions[0].payment.status is not PaymentStatus.FAILED
        ]


ACTS: dict[Callable[[World], None], int] = {
    World.want_charge: 6,
    World.want_follow_up: 4,
    World.repeat: 24,
    World.ask: 16,
    World.poll: 14,
    World.seconds: 12,
    World.minutes: 10,
    World.day: 3,
    World.clerk_pays: 3,
    World.clerk_refunds: 1,
    World.clerk_voids: 1,
    World.freeze: 3,
    World.restart_database: 1,
    World.back_up: 2,
    World.restore: 1,
    World.person: 3,
}


def simulate(seed: int, steps: int = 60) -> World:
    """One run; the same seed makes the same choices.

    Raises:
        AssertionError: names the seed; what happened happens again.
    """
    world = World(seed)
    try:
        with capture_logs():
            world.run(steps)
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    return world
