from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.suggest.assignment import assign

GAINS = st.integers(0, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), max_size=4)
)


def total(gains: list[list[int]], columns: tuple[int | None, ...]) -> int:
    return sum(gains[row][column] for row, column in enumerate(columns) if column is not None)


@given(GAINS)
def test_no_other_assignment_gains_more(gains: list[list[int]]) -> None:
    found = assign(gains)
    taken = [column for column in found if column is not None]
    assert len(taken) == len({*taken})
    places: list[int | None] = [*range(len(gains[0]) if gains else 0), *(None for _ in gains)]
    assert total(gains, tuple(found)) == max(total(gains, each) for each in permutations(places, len(gains)))


@given(GAINS)
def test_what_gains_nothing_stays_alone(gains: list[list[int]]) -> None:
    assert all(column is None or gains[row][column] > 0 for row, column in enumerate(assign(gains)))
