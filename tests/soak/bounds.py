"""How long each part of the soak may take, and the seed of everything that is left to chance."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

SEED = int(os.environ.get("SOAK_SEED", "1"))
MINUTES = int(os.environ.get("SOAK_MINUTES", "24"))
KILLS_SECONDS = MINUTES * 30
SWEEP_SECONDS = MINUTES * 12
PROPERTIES_SECONDS = MINUTES * 14


def rounds(seconds: int) -> Iterator[int]:
    """Counts on until the time is over; at least three rounds."""
    end = time.monotonic() + seconds
    number = 0
    while number < 3 or time.monotonic() < end:
        number += 1
        yield number
