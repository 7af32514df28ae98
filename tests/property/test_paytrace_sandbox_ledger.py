"""The sandbox's ledger against a model in a few dicts, through any order of operations and nights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.corrections import adjust, refund_unreferenced
from counterfoil.sandbox.paytrace.disputes import DisputeError, Processor, Stage, standing_cents
from counterfoil.sandbox.paytrace.disputes import violations as dispute_violations
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.invariants import day_totals, violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.nightly import Nightly, daily_jobs
from counterfoil.sandbox.paytrace.outcomes import Charged, Done, Reason, Refused, Stored
from counterfoil.sandbox.paytrace.recurrences import Plan, Recurrences
from counterfoil.sandbox.paytrace.rows import Address, Caller, Details, Kind, State
from counterfoil.sandbox.paytrace.settings import PACIFIC, Settings
from counterfoil.sandbox.paytrace.vault import Profile, Vault

CALLER = Caller(user="demo123", through="API", from_ip="127.0.0.1")
# Few and small, so that parts, sums and excesses meet often; 29 declines and 31 voids.
CENTS = st.sampled_from([29, 31, 50, 100, 150, 200])
BAD_CENTS = {29, 30, 31}


@dataclass
class Expected:
    """What a transaction must be, told by the simplest rules that could be written."""

    kind: Kind
    cents: int
    made_at: datetime
    is_open: bool = True
    is_captured: bool = False
    is_settled: bool = False
    refunded: int = 0
    parent: int | None = None

    @property
    def states(self) -> set[State]:
        """The states that it may be in; how it ended is told by what ended it."""
        if not self.is_open:
            return {State.DECLINED, State.VOIDED, State.EXPIRED}
        if self.is_held:
            return {State.AUTHORIZED}
        return {State.SETTLED} if self.is_settled else {State.PENDING}

    @property
    def is_held(self) -> bool:
        return self.kind is Kind.AUTHORIZATION and self.is_open and not self.is_captured

    @property
    def is_pending(self) -> bool:
        return self.is_open and self.is_captured and not self.is_settled


@dataclass
class ExpectedPlan:
    """A payment that is made every day, some times."""

    cents: int
    start: date
    left: int


def daily(at: time, after: datetime, until: datetime) -> Iterator[datetime]:
    """Every time that local clocks show the time, after one moment and until another."""
    day = after.astimezone(PACIFIC).date()
    while day <= until.astimezone(PACIFIC).date():
        moment = datetime.combine(day, at, PACIFIC).astimezone(UTC)
        if after < moment <= until:
            yield moment
        day += timedelta(days=1)


def a_card() -> Card:
    card = read_card("4012000098765439", "12", "2040", "")
    assert isinstance(card, Card)
    return card


class SandboxLedger(RuleBasedStateMachine):
    """Payments and what follows them, chargebacks and plans, with the clock moving over nights."""

    transactions = Bundle("transactions")

    @initialize()
    def start(self) -> None:
        self.clock = ManualClock(datetime(2026, 3, 7, 12, tzinfo=UTC))
        self.ids = SeededIds("machine")
        self.expected: dict[int, Expected] = {}
        self.disputed: dict[int, int] = {}
        self.open_cases: dict[int, tuple[int, int]] = {}
        self.plans: list[ExpectedPlan] = []
        self.ledger = Ledger.open(None, self.ids)
        self.gateway = Gateway(self.ledger, self.clock, self.ids, Settings())
        self.nightly = Nightly(self.gateway, daily_jobs(self.gateway))
        self.nightly.catch_up()
        card = self.ledger.seal.seal(a_card())
        profile = Profile(
            billing=Address(name="A"), shipping=None, email=None, phone=None, fax=None, card=card
        )
        assert isinstance(Vault(self.gateway).create("ACME", profile), Stored)

    @override
    def teardown(self) -> None:
        self.ledger.close()

    @rule(target=transactions, kind=st.sampled_from([Kind.SALE, Kind.AUTHORIZATION]), cents=CENTS)
    def charge(self, kind: Kind, cents: int) -> int:
        charge = Charge(kind=kind, amount_cents=cents, details=Details(), caller=CALLER)
        outcome = self.gateway.charge_card(charge, a_card())
        assert isinstance(outcome, Charged)
        is_good = cents not in BAD_CENTS
        number = outcome.row.transaction_id
        self.expected[number] = Expected(
            kind, cents, self.clock.now(), is_open=is_good, is_captured=is_good and kind is Kind.SALE
        )
        return number

    @rule(number=transactions, cents=st.none() | CENTS)
    def capture(self, number: int, cents: int | None) -> None:
        known = self.expected[number]
        asked = known.cents if cents is None else cents
        may_capture = known.is_held and asked <= known.cents
        outcome = self.gateway.capture(number, cents)
        assert isinstance(outcome, Done) == may_capture
        if isinstance(outcome, Done):
            known.is_captured, known.cents = True, asked

    @rule(number=transactions)
    def void(self, number: int) -> None:
        known = self.expected[number]
        outcome = self.gateway.void(number)
        assert isinstance(outcome, Done) == (known.is_open and not known.is_settled)
        if isinstance(outcome, Done):
            known.is_open = False
            if known.parent is not None:
                self.expected[known.parent].refunded -= known.cents

    @rule(number=transactions, cents=CENTS)
    def adjust(self, number: int, cents: int) -> None:
        known = self.expected[number]
        is_open = (known.is_held or known.is_pending) and known.kind is not Kind.REFUND
        outcome = adjust(self.gateway, number, cents)
        assert isinstance(outcome, Done) == (is_open and cents <= known.cents)
        if isinstance(outcome, Done):
            known.cents = cents

    @rule(target=transactions, number=transactions, cents=st.none() | CENTS)
    def refund(self, number: int, cents: int | None) -> int:
        """Gives the refund's number, or the sale's own again where nothing was refunded."""
        known = self.expected[number]
        left = 0 if known.kind is Kind.REFUND else known.cents - known.refunded
        asked = left if cents is None else cents
        outcome = self.gateway.refund(number, cents, CALLER)
        assert (outcome == Refused.of(Reason.NOT_SETTLED)) == (not known.is_settled)
        assert isinstance(outcome, Done) == (known.is_settled and 0 < asked <= left)
        if not isinstance(outcome, Done):
            return number
        known.refunded += asked
        self.expected[outcome.row.transaction_id] = Expected(
            Kind.REFUND, asked, self.clock.now(), is_captured=True, parent=number
        )
        return outcome.row.transaction_id

    @rule(target=transactions, cents=CENTS)
    def refund_without_a_sale(self, cents: int) -> int:
        card = self.ledger.seal.seal(a_card())
        outcome = refund_unreferenced(self.gateway, card, cents, details=Details(), caller=CALLER)
        assert isinstance(outcome, Done)
        number = outcome.row.transaction_id
        self.expected[number] = Expected(Kind.REFUND, cents, self.clock.now(), is_captured=True)
        return number

    @rule()
    def settle(self) -> None:
        assert (self.gateway.settle() is None) == (not self._settle_expected())

    @rule(cents=CENTS, times=st.integers(min_value=1, max_value=3))
    def plan(self, cents: int, times: int) -> None:
        today = self.clock.now().astimezone(PACIFIC).date()
        plan = Plan(
            amount_cents=cents,
            frequency="6",
            start=today,
            total_count=times,
            kind=Kind.SALE,
            description="",
            has_receipt=False,
        )
        made = Recurrences(self.gateway).create("ACME", plan, "demo123")
        assert not isinstance(made, Refused)
        self.plans.append(ExpectedPlan(cents, today, times))

    @rule(hours=st.sampled_from([0, 1, 2, 3, 6, 12, 24, 60, 24 * 10 - 4, 24 * 12]))
    def time_passes(self, hours: int) -> None:
        before, known = self.clock.now(), set(self.expected)
        self.clock.advance(timedelta(hours=hours))
        self.nightly.catch_up()
        fresh = [row for row in self.ledger.transactions() if row.transaction_id not in known]
        numbers = iter(sorted(row.transaction_id for row in fresh))
        moments = [
            *((moment, self._expire_expected) for moment in daily(time(0), before, self.clock.now())),
            *((moment, self._pay_expected(numbers)) for moment in daily(time(1), before, self.clock.now())),
            *((moment, self._settle_at) for moment in daily(time(21), before, self.clock.now())),
        ]
        for moment, happen in sorted(moments, key=lambda each: each[0]):
            happen(moment)
        assert next(numbers, None) is None

    @rule(number=transactions, cents=st.none() | CENTS)
    def charge_back(self, number: int, cents: int | None) -> None:
        """Of the one that was drawn, and where it is not settled, of the first that is."""
        settled = [each for each, known in self.expected.items() if known.is_settled]
        for each in dict.fromkeys([number, *settled[:1]]):
            self._charge_back(each, cents)

    def _charge_back(self, number: int, cents: int | None) -> None:
        known = self.expected[number]
        left = known.cents - self.disputed.get(number, 0)
        asked = left if cents is None else cents
        may_open = known.is_settled and known.kind is not Kind.REFUND and 0 < asked <= left
        try:
            row = Processor(self.gateway).open(number, cents, "")
        except DisputeError:
            assert not may_open
            return
        assert may_open
        self.disputed[number] = self.disputed.get(number, 0) + asked
        self.open_cases[row.case] = (number, asked)

    @rule(is_won=st.booleans(), strange=st.booleans())
    def decide(self, *, is_won: bool, strange: bool) -> None:
        """The oldest open case, or one that is not open."""
        case = 69_999 if strange else min(self.open_cases, default=70_001)
        try:
            Processor(self.gateway).decide(case, Stage.WON if is_won else Stage.LOST)
        except DisputeError:
            assert case not in self.open_cases
            return
        number, cents = self.open_cases.pop(case)
        if is_won:
            self.disputed[number] -= cents

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert violations(self.ledger) == []
        assert dispute_violations(self.gateway) == []

    @invariant()
    def every_transaction_stands_where_the_model_has_it(self) -> None:
        rows = {row.transaction_id: row for row in self.ledger.transactions()}
        assert rows.keys() == self.expected.keys()
        for number, known in self.expected.items():
            assert rows[number].state in known.states
            assert rows[number].amount_cents == known.cents

    @invariant()
    def what_is_disputed_is_what_the_model_has(self) -> None:
        cases = Processor(self.gateway).rows()
        assert {number: cents for number in self.expected if (cents := standing_cents(cases, number))} == {
            number: cents for number, cents in self.disputed.items() if cents
        }

    @invariant()
    def the_days_come_to_what_the_model_owes(self) -> None:
        """Captured less voided less refunded, over all days, is what stands; so with what is settled."""
        standing = {
            number: -known.cents if known.kind is Kind.REFUND else known.cents
            for number, known in self.expected.items()
            if known.is_open and known.is_captured
        }
        days = day_totals(self.ledger, PACIFIC).values()
        assert sum(day.net for day in days) == sum(standing.values())
        assert sum(day.settled for day in days) == sum(
            cents for number, cents in standing.items() if self.expected[number].is_settled
        )

    def _settle_expected(self) -> bool:
        """Whether anything was pending."""
        pending = [known for known in self.expected.values() if known.is_pending]
        for known in pending:
            known.is_settled = True
        return bool(pending)

    def _settle_at(self, _: datetime) -> None:
        self._settle_expected()

    def _expire_expected(self, midnight: datetime) -> None:
        for known in self.expected.values():
            if known.is_held and known.made_at + timedelta(days=10) <= midnight:
                known.is_open = False

    def _pay_expected(self, numbers: Iterator[int]) -> Callable[[datetime], None]:
        def pay(moment: datetime) -> None:
            for plan in self.plans:
                if plan.left and plan.start <= moment.astimezone(PACIFIC).date():
                    plan.left -= 1
                    is_good = plan.cents not in BAD_CENTS
                    self.expected[next(numbers)] = Expected(
                        Kind.SALE, plan.cents, moment, is_open=is_good, is_captured=is_good
                    )

        return pay


SandboxLedger.TestCase.settings = settings(max_examples=400, stateful_step_count=50, deadline=None)
TestSandboxLedger = SandboxLedger.TestCase
