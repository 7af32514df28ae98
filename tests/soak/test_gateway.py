"""Ten thousand seeded runs around the gateway; a seed that fails is named and fails again."""

from __future__ import annotations

import time

import pytest

from tests.soak import bounds
from tests.support.gateway_world import simulate

RUNS = 10_000


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_ten_thousand_seeds_charge_nothing_twice_and_lose_nothing() -> None:
    started = time.monotonic()
    first = bounds.SEED * RUNS
    for seed in range(first, first + RUNS):
        simulate(seed)
    seconds = time.monotonic() - started
    print(f"soak: {RUNS} gateway runs from seed {first} in {seconds:.0f} s")  # noqa: T201 - what the soak did
