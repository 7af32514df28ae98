"""The sandbox's ledger against a model in a few dicts, through any order of operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.cards import read_card
from counterfoil.sandbox.paytrace.gateway import Charge, Gateway
from counterfoil.sandbox.paytrace.invariants import day_totals, violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.outcomes import Charged, Done, Reason, Refused
from counterfoil.sandbox.paytrace.rows import Caller, Details, Kind
from counterfoil.sandbox.paytrace.settings import PACIFIC, Settings

CALLER = Caller(user="demo123", through="API", from_ip="127.0.0.1")
# Few and small, so that parts, sums and excesses meet often; 29 declines and 31 voids.
CENTS = st.sampled_from([29, 31, 50, 100, 150, 200])


@dataclass
class Expected:
    """What a transaction must be, told by the simplest rules that could be written."""

    kind: Kind
    cents: int
    is_open: bool = True
    is_captured: bool = False
    is_settled: bool = False
    refunded: int = 0
    parent: int | None = None


class SandboxLedger(RuleBasedStateMachine):
    """Sales, authorisations and what follows them, with the clock moving over days."""

    transactions = Bundle("transactions")

    @initialize()
    def start(self) -> None:
        self.clock = ManualClock(datetime(2026, 3, 7, 12, tzinfo=UTC))
        self.ids = SeededIds("machine")
        self.expected: dict[int, Expected] = {}
        self.ledger = Ledger.open(None, self.ids)
        self.gateway = Gateway(self.ledger, self.clock, self.ids, Settings())

    @override
    def teardown(self) -> None:
        self.ledger.close()

    @rule(target=transactions, kind=st.sampled_from([Kind.SALE, Kind.AUTHORIZATION]), cents=CENTS)
    def charge(self, kind: Kind, cents: int) -> int:
        card = read_card("4012000098765439", "12", "2040", "")
        assert not isinstance(card, tuple)
        charge = Charge(kind=kind, amount_cents=cents, details=Details(), caller=CALLER)
        outcome = self.gateway.charge_card(charge, card)
        assert isinstance(outcome, Charged)
        is_good = cents not in {29, 30, 31}
        number = outcome.row.transaction_id
        self.expected[number] = Expected(
            kind, cents, is_open=is_good, is_captured=is_good and kind is Kind.SALE
        )
        return number

    @rule(number=transactions, cents=st.none() | CENTS)
    def capture(self, number: int, cents: int | None) -> None:
        known = self.expected[number]
        asked = known.cents if cents is None else cents
        is_right = known.kind is Kind.AUTHORIZATION and known.is_open and not known.is_captured
        outcome = self.gateway.capture(number, cents)
        assert isinstance(outcome, Done) == (is_right and asked <= known.cents)
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
            Kind.REFUND, asked, is_captured=True, parent=number
        )
        return outcome.row.transaction_id

    @rule(hours=st.integers(min_value=0, max_value=30))
    def settle(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        pending = [
            known
            for known in self.expected.values()
            if known.is_open and known.is_captured and not known.is_settled
        ]
        assert (self.gateway.settle() is None) == (not pending)
        for known in pending:
            known.is_settled = True

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert violations(self.ledger) == []

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


SandboxLedger.TestCase.settings = settings(max_examples=250, stateful_step_count=30, deadline=None)
TestSandboxLedger = SandboxLedger.TestCase
