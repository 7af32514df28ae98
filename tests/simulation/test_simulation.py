"""A whole company from seeds, everything failing; ten thousand of them in the soak."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.simulation.broken import BROKEN, first_caught
from tests.simulation.world import simulate

SEEDS = 72
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_every_cent_is_in_the_books_once_or_a_persons_whatever_fails_whenever(part: int) -> None:
    for seed in range(part, SEEDS, PARTS):
        simulate(seed)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_on_purpose_is_caught_within_some_dozen_seeds(what: str) -> None:
    assert first_caught(BROKEN[what], seeds=150) is not None


def test_a_seed_plays_the_same_again_also_in_another_process() -> None:
    """A process of its own has other hashes of texts, so that sets have another order."""
    first = simulate(7).fingerprint
    assert simulate(7).fingerprint == first
    played = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "7"], capture_output=True, text=True, check=True
    )
    assert first in played.stdout.split()
