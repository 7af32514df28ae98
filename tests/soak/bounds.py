"""How long each part of the soak may take, and the seed of everything that is left to chance."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

SEED = int(os.environ.get("SOAK_SEED", "1"))
MINUTES = int(os.environ.get("SOAK_MINUTES", "24"))
KILLS_SECONDS = MINUTES * 22
SWEEP_SECONDS = MINUTES * 6
NEIGHBOURS_SECONDS = MINUTES * 3
PROPERTIES_SECONDS = MINUTES * 9
CHANGES_SECONDS = MINUTES * 4
SHARING_SECONDS = MINUTES * 4
FUZZ_SECONDS = MINUTES * 8


def rounds(seconds: int) -> Iterator[int]:
    """Counts on until the time is over; at least three rounds."""
    end = time.monotonic() + seconds
    number = 0
    while number < 3 or time.monotonic() < end:
        number += 1
        yield number
