"""An interrupted posting to a total that others post to: our amount is in it once, or a person judges."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.foxpro.transactions.tallies import Ours, judge
from counterfoil.foxpro.transactions.verdicts import Belief, Evidence, Seen, Verdict, judge_update

AMOUNTS = st.integers(-3, 3).map(Decimal)
NONZERO = AMOUNTS.filter(bool)


@dataclass(frozen=True)
class Case:
    """Our posting moves the total and several parts by the same amount, and dies after some of its writes."""

    gap: Decimal
    parts: tuple[Decimal, ...]
    written: frozenset[int]
    is_total_written: bool
    others: tuple[Decimal, ...]

    @property
    def delta(self) -> Decimal:
        return sum(self.parts, Decimal(0))


CASES = st.builds(
    Case,
    gap=AMOUNTS,
    parts=st.lists(NONZERO, min_size=1, max_size=3).map(tuple),
    written=st.frozensets(st.integers(0, 2)),
    is_total_written=st.booleans(),
    others=st.lists(NONZERO, max_size=3).map(tuple),
)


def settle(
    case: Case, total: Decimal, sum_now: Decimal, gap: Decimal | None = None
) -> tuple[Verdict, Decimal]:
    """What becomes of a total that somebody else wrote to: the verdict and the total after it."""
    own = sum((part for place, part in enumerate(case.parts) if place in case.written), Decimal(0))
    before = Decimal(100)
    ours = judge(case.gap if gap is None else gap, total - sum_now, case.delta, own)
    value = {before + case.delta: Ours.IN, before: Ours.OUT}.get(total, Ours.UNSURE)
    evidence = Evidence(belief=Belief.UNKNOWN, ours=ours, value=value, merges=True)
    verdict = judge_update(Seen.OTHER, evidence).verdict
    return verdict, total + (case.delta if verdict is Verdict.MERGE else 0)


def books(case: Case) -> tuple[Decimal, Decimal]:
    """The total and the sum of its parts after the crash and what others posted whole since."""
    own = sum((part for place, part in enumerate(case.parts) if place in case.written), Decimal(0))
    others = sum(case.others, Decimal(0))
    total = 100 + others + (case.delta if case.is_total_written else 0)
    return total, 100 - case.gap + own + others


@given(CASES)
@example(Case(Decimal(0), (Decimal(2),), frozenset({0}), is_total_written=False, others=(Decimal(2),)))
@example(Case(Decimal(-2), (Decimal(2),), frozenset(), is_total_written=False, others=(Decimal(1),)))
def test_beside_whole_postings_of_others_ours_is_never_lost_or_doubled(case: Case) -> None:
    verdict, total = settle(case, *books(case))
    if verdict is not Verdict.QUARANTINE:
        assert total == 100 + case.delta + sum(case.others, Decimal(0))
        assert verdict is (Verdict.LEAVE if case.is_total_written else Verdict.MERGE)


@given(CASES)
def test_beside_whole_postings_of_others_it_is_decided_unless_the_amounts_collide(case: Case) -> None:
    verdict, _ = settle(case, *books(case))
    collides = abs(case.gap) == abs(case.delta) or sum(case.others, Decimal(0)) in {case.delta, -case.delta}
    assert verdict is not Verdict.QUARANTINE or not case.delta or collides


@given(CASES, NONZERO)
def test_somebody_half_way_through_when_we_began_never_makes_us_guess(case: Case, half: Decimal) -> None:
    """Clean books: his part was written, his total not, when we noted the gap; he is through by now."""
    clean = Case(Decimal(0), case.parts, case.written, case.is_total_written, (*case.others, half))
    verdict, total = settle(clean, *books(clean), gap=-half)
    if verdict is not Verdict.QUARANTINE:
        assert total == 100 + clean.delta + sum(clean.others, Decimal(0))


@given(CASES, NONZERO)
def test_somebody_half_way_through_with_another_amount_is_no_evidence(case: Case, half: Decimal) -> None:
    """His part is written, his total not yet, when recovery looks."""
    total, sum_now = books(case)
    verdict, after = settle(case, total, sum_now + half)
    if half not in {case.delta, -case.delta} and verdict is not Verdict.QUARANTINE:
        assert after == 100 + case.delta + sum(case.others, Decimal(0))
