"""The sandbox's book of checks against a model in a dict, through any order of operations and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.checks.accounts import BankAccount
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk, CheckOrder, Repeated, Taken
from counterfoil.sandbox.paytrace.checks.invariants import violations
from counterfoil.sandbox.paytrace.checks.rows import ALIVE, VOIDABLE, CheckStatus
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller, Details
from counterfoil.sandbox.paytrace.settings import Settings

CALLER = Caller(user="demo123", through="API", from_ip="127.0.0.1")
ACCOUNT = BankAccount("123456", "325070760", "Checking")
# Plain ones, and those that the bank sends back, late or soon, or that fail.
CENTS = st.sampled_from([50, 100, 101, 102, 110, 120, 122, 124, 200])


@dataclass
class Expected:
    """What is known of a check without knowing the bank's days."""

    cents: int
    is_refund: bool = False
    refunded: int = 0
    parent: int | None = None


class SandboxChecks(RuleBasedStateMachine):
    """Checks and what follows them, with the clock moving over days."""

    checks = Bundle("checks")

    @initialize()
    def start(self) -> None:
        self.clock = ManualClock(datetime(2026, 3, 5, 12, tzinfo=UTC))
        self.ids = SeededIds("machine")
        self.expected: dict[int, Expected] = {}
        self.keys: dict[str, int] = {}
        self.ledger = Ledger.open(None, self.ids)
        self.desk = CheckDesk(Gateway(self.ledger, self.clock, self.ids, Settings()))

    @override
    def teardown(self) -> None:
        self.ledger.close()

    def status(self, number: int) -> CheckStatus:
        self.desk.catch_up()
        row = self.desk.book.check(number)
        assert row is not None
        return row.status

    @rule(target=checks, cents=CENTS, is_hold=st.booleans(), key=st.sampled_from(["", "", "a", "b"]))
    def take(self, cents: int, key: str, *, is_hold: bool) -> int:
        order = CheckOrder(
            amount_cents=cents, details=Details(), caller=CALLER, is_hold=is_hold, idempotency_key=key
        )
        outcome = self.desk.take(order, ACCOUNT)
        if key in self.keys:
            before = self.keys[key]
            row = self.desk.book.check(before)
            assert row is not None
            expected = Repeated(row) if row.amount_cents == cents else Refused.of(Reason.IDEMPOTENCY_KEY)
            assert outcome == expected
            return before
        assert isinstance(outcome, Taken)
        number = outcome.row.check_id
        self.expected[number] = Expected(cents)
        if key:
            self.keys[key] = number
        return number

    @rule(number=checks, cents=st.none() | CENTS)
    def fund(self, number: int, cents: int | None) -> None:
        known, status = self.expected[number], self.status(number)
        asked = known.cents if cents is None else cents
        outcome = self.desk.fund(number, cents)
        assert isinstance(outcome, Refused) == (status is not CheckStatus.INITIATED)
        assert isinstance(outcome, Taken) == (status is CheckStatus.INITIATED and asked <= known.cents)
        if isinstance(outcome, Taken):
            known.cents = asked

    @rule(number=checks)
    def void(self, number: int) -> None:
        status = self.status(number)
        assert isinstance(self.desk.void(number), Taken) == (status in VOIDABLE)

    @rule(target=checks, number=checks, cents=st.none() | CENTS)
    def refund(self, number: int, cents: int | None) -> int:
        """Gives the refund's number, or the check's own again where nothing was refunded."""
        known, status = self.expected[number], self.status(number)
        standing = sum(
            each.cents
            for other, each in self.expected.items()
            if each.parent == number and self.status(other) in ALIVE
        )
        asked = known.cents - standing if cents is None else cents
        outcome = self.desk.refund(number, cents, CALLER)
        is_right = status is CheckStatus.SETTLED and not known.is_refund
        assert isinstance(outcome, Taken) == (is_right and 0 < asked <= known.cents - standing)
        if not isinstance(outcome, Taken):
            return number
        self.expected[outcome.row.check_id] = Expected(asked, is_refund=True, parent=number)
        return outcome.row.check_id

    @rule(hours=st.integers(min_value=0, max_value=120))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        self.desk.catch_up()

    @invariant()
    def the_book_is_sound(self) -> None:
        assert violations(self.desk.book) == []

    @invariant()
    def nothing_that_is_due_is_left(self) -> None:
        self.desk.catch_up()
        assert self.desk.book.due(self.clock.now()) == []

    @invariant()
    def the_deposits_come_to_what_stands_settled(self) -> None:
        standing = sum(
            -known.cents if known.is_refund else known.cents
            for number, known in self.expected.items()
            if self.status(number) is CheckStatus.SETTLED
        )
        assert sum(entry.amount_cents for entry in self.desk.book.entries()) == standing


SandboxChecks.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestSandboxChecks = SandboxChecks.TestCase
