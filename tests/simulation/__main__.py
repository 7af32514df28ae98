"""Plays one seed, or many; `python -m tests.simulation SEED [FIRST_AFTER_THE_LAST]`."""

from __future__ import annotations

import sys
import traceback

from structlog.testing import capture_logs

from tests.simulation.world import STEPS, World


def main(arguments: list[str]) -> int:
    first = int(arguments[0])
    last = int(arguments[1]) if len(arguments) > 1 else first + 1
    failed = [seed for seed in range(first, last) if not _play(seed, tell=last == first + 1)]
    print(f"seeds {first} to {last - 1}: {len(failed)} failed {failed}")  # noqa: T201 - a command's own output
    return 1 if failed else 0


def _play(seed: int, *, tell: bool) -> bool:
    world = World(seed)
    try:
        with capture_logs():
            world.run(STEPS)
    except AssertionError:
        traceback.print_exc(limit=-1)
        return False
    finally:
        if tell:
            print("\n".join([*world.trace, world.fingerprint]))  # noqa: T201 - a command's own output
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
