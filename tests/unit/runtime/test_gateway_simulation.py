"""Seeded runs of the real service and its decisions, with stores and gateway in memory; more in the soak."""

from __future__ import annotations

import pytest

from tests.support.gateway_world import simulate

SEEDS = 300
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_charged_twice_and_nothing_is_lost_whatever_fails_whenever(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        simulate(seed)


def test_a_seed_makes_the_same_choices_again() -> None:
    first, second = simulate(11), simulate(11)
    assert first.gateway.history == second.gateway.history
    assert first.effects.rows == second.effects.rows
    assert first.events.stored == second.events.stored
