"""Several writers in one table, long: CodeBase beside us, our processes beside each other, with postings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle import setup
from tests.oracle.test_writers import at_once, beside_codebase, posting, single
from tests.oracle.writers import Script, Stage
from tests.soak import bounds

CHANGES = 2000


@pytest.mark.soak
@pytest.mark.skipif(bool(setup.missing()), reason=f"NO OTHER PROGRAM WRITES BESIDE US: {setup.missing()}")
@pytest.mark.timeout(bounds.SHARING_SECONDS + 600)
def test_however_many_write_nothing_is_lost(tmp_path: Path) -> None:
    for number in bounds.rounds(bounds.SHARING_SECONDS):
        seed, beside = bounds.SEED + number, number % 2
        writers = 2 if beside else 2 + number % 4 // 2
        scripts = [Script(place, writers, seed, CHANGES) for place in range(writers)]
        stage = Stage(tmp_path / f"{number}.dbf", scripts, seed)
        if beside:
            beside_codebase(stage, *scripts, we_start=bool(number % 4 == 1))
        else:
            at_once(posting(stage.path, scripts[0]), *(single(stage.path, one) for one in scripts[1:]))
        stage.judge()
        for file in tmp_path.iterdir():
            file.unlink()
    print(f"soak: {number} times {CHANGES} changes by each of several writers")  # noqa: T201 - what the soak did
