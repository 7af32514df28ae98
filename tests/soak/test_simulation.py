"""Ten thousand seeded companies, by two processes; a seed that fails is named and fails again."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.simulation.broken import RARELY_SEEN, first_caught
from tests.soak import bounds

RUNS = 10_000
PROCESSES = 2
CAUGHT_WITHIN = 3_000


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_thousand_seeds_leave_every_cent_in_the_books_once_or_with_a_person() -> None:
    started = time.monotonic()
    first, part = bounds.SEED * RUNS, RUNS // PROCESSES
    words = (sys.executable, "-m", "tests.simulation")
    playing = [
        subprocess.Popen([*words, str(seed), str(seed + part)], stdout=subprocess.PIPE, text=True)
        for seed in range(first, first + RUNS, part)
    ]
    told = [each.communicate()[0] for each in playing]
    assert not any(each.returncode for each in playing), told
    seconds = time.monotonic() - started
    print(f"soak: {RUNS} companies from seed {first} in {seconds:.0f} s")  # noqa: T201 - what the soak did


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("what", RARELY_SEEN)
def test_what_is_rarely_seen_broken_is_caught_within_some_thousand_seeds(what: str) -> None:
    assert first_caught(RARELY_SEEN[what], seeds=CAUGHT_WITHIN) is not None
