"""What recovery concludes, from every combination of what it can see."""

from __future__ import annotations

from itertools import product

import pytest

from counterfoil.foxpro.transactions.tallies import Ours
from counterfoil.foxpro.transactions.verdicts import (
    Belief,
    Evidence,
    Judgement,
    Kind,
    Order,
    Seen,
    Step,
    Verdict,
    flipped,
    judge_append,
    judge_update,
    weigh,
)

OLD, NEW, STAGED, TORN, OTHER = Seen.OLD, Seen.NEW, Seen.STAGED, Seen.TORN, Seen.OTHER
WRITTEN, UNKNOWN, OUT_OF_TURN = Belief.WRITTEN, Belief.UNKNOWN, Belief.OUT_OF_TURN


def updates(*seen: Seen) -> list[Step]:
    return [Step(one, Kind.UPDATE) for one in seen]


def appends(*seen: Seen) -> list[Step]:
    return [Step(one, Kind.APPEND) for one in seen]


def test_after_a_power_cut_the_order_tells_nothing() -> None:
    for kinds in product([OLD, NEW, OTHER], repeat=4):
        assert weigh(updates(*kinds), Order.NONE) == [UNKNOWN] * 4


@pytest.mark.parametrize("order", [Order.FLIPS, Order.DONE])
def test_once_all_is_written_every_row_was(order: Order) -> None:
    assert weigh([*appends(OLD), *updates(OLD, NEW)], order) == [WRITTEN] * 3


@pytest.mark.parametrize("written", range(5))
def test_rows_written_one_after_the_other_are_believed(written: int) -> None:
    steps = updates(*[NEW] * written, *[OLD] * (4 - written))
    assert weigh(steps, Order.UPDATES) == [UNKNOWN] * 4


@pytest.mark.parametrize("written", range(1, 4))
def test_a_half_written_row_is_the_last_one(written: int) -> None:
    steps = updates(*[NEW] * written, TORN, *[OLD] * (3 - written))
    assert weigh(steps, Order.UPDATES) == [UNKNOWN] * 4


def test_an_appended_row_proves_all_before_it() -> None:
    steps = [*appends(STAGED), *updates(OLD, NEW), *appends(STAGED), *updates(OLD)]
    assert weigh(steps, Order.UPDATES) == [WRITTEN, WRITTEN, WRITTEN, WRITTEN, UNKNOWN]


def test_a_later_change_without_an_earlier_one_is_somebodys() -> None:
    steps = [*appends(OLD), *updates(NEW, OLD)]
    assert weigh(steps, Order.UPDATES) == [OUT_OF_TURN, OUT_OF_TURN, UNKNOWN]
    steps = [*appends(STAGED), *updates(NEW, OLD, NEW, OLD)]
    assert weigh(steps, Order.UPDATES) == [WRITTEN, UNKNOWN, OUT_OF_TURN, OUT_OF_TURN, UNKNOWN]


def test_an_index_page_tells_of_the_rows_before_it_and_proves_nothing() -> None:
    steps = [*updates(OLD, NEW), Step(NEW, Kind.PAGE), *updates(OLD)]
    assert weigh(steps, Order.UPDATES) == [OUT_OF_TURN, OUT_OF_TURN, OUT_OF_TURN, UNKNOWN]


def test_rows_of_others_say_nothing_about_the_order() -> None:
    assert weigh(updates(OTHER, NEW, OTHER, OLD), Order.UPDATES) == [UNKNOWN] * 4


@pytest.mark.parametrize(
    ("order", "alive"),
    [
        (Order.NONE, [False, False, False]),
        (Order.UPDATES, [False, False, False]),
        (Order.FLIPS, [True, True, False]),
        (Order.DONE, [True, True, True]),
    ],
)
def test_rows_come_to_life_one_by_one(order: Order, alive: list[bool]) -> None:
    assert flipped([(2, STAGED), (5, NEW), (7, STAGED)], order) == alive


def verdict(seen: Seen, belief: Belief, ours: Ours, value: Ours, *, merges: bool = True) -> Verdict:
    return judge_update(seen, Evidence(belief=belief, ours=ours, value=value, merges=merges)).verdict


BOOLS = (False, True)
EVERY = list(product([OLD, NEW, TORN, OTHER], Belief, Ours, Ours, BOOLS))


def test_no_change_is_written_twice_and_none_is_lost() -> None:
    """Whatever is concluded, it is one that what was seen allows."""
    for seen, belief, ours, value, merges in EVERY:
        found = verdict(seen, belief, ours, value, merges=merges)
        undecided = belief is UNKNOWN and seen is OTHER and merges
        allowed = {
            Verdict.QUARANTINE: True,
            Verdict.KEEP: seen is NEW,
            Verdict.WRITE: seen in {OLD, TORN} and belief is UNKNOWN and ours is not Ours.IN,
            Verdict.MERGE: undecided and ours is Ours.OUT and value is not Ours.IN,
            Verdict.LEAVE: seen is OTHER and merges and ours is Ours.IN and value is not Ours.OUT,
        }
        assert allowed[found], (seen, belief, ours, value, merges)
        assert belief is not OUT_OF_TURN or found is Verdict.QUARANTINE


def test_what_nobody_else_touched_is_never_put_aside() -> None:
    assert verdict(OLD, UNKNOWN, Ours.OUT, Ours.OUT) is Verdict.WRITE
    assert verdict(OLD, UNKNOWN, Ours.UNSURE, Ours.OUT) is Verdict.WRITE
    assert verdict(TORN, UNKNOWN, Ours.UNSURE, Ours.UNSURE) is Verdict.WRITE
    for belief in (UNKNOWN, WRITTEN):
        assert verdict(NEW, belief, Ours.IN, Ours.IN) is Verdict.KEEP


def test_a_total_that_others_posted_to_is_settled_where_its_parts_tell() -> None:
    assert verdict(OTHER, UNKNOWN, Ours.OUT, Ours.UNSURE) is Verdict.MERGE
    assert verdict(OTHER, UNKNOWN, Ours.IN, Ours.UNSURE) is Verdict.LEAVE
    assert verdict(OTHER, WRITTEN, Ours.IN, Ours.IN) is Verdict.LEAVE


def test_an_appended_row_is_written_once_or_judged_by_a_person() -> None:
    for seen, written, is_live, is_doubtful in product(Seen, BOOLS, BOOLS, BOOLS):
        found = judge_append(seen, written=written, is_live=is_live, is_doubtful=is_doubtful)
        table = {
            NEW: Verdict.KEEP,
            STAGED: Verdict.QUARANTINE if is_live else Verdict.WRITE,
            OTHER: Verdict.QUARANTINE,
            TORN: Verdict.QUARANTINE if written else Verdict.WRITE,
            OLD: Verdict.QUARANTINE if written or is_doubtful else Verdict.WRITE,
        }
        assert found.verdict is table[seen]
        assert bool(found.why) == (found.verdict is Verdict.QUARANTINE)


def test_every_row_that_is_put_aside_has_a_reason() -> None:
    for seen, belief, ours, value, merges in EVERY:
        evidence = Evidence(belief=belief, ours=ours, value=value, merges=merges)
        judgement = judge_update(seen, evidence)
        assert judgement == Judgement(judgement.verdict, judgement.why)
        assert bool(judgement.why) == (judgement.verdict is Verdict.QUARANTINE)
