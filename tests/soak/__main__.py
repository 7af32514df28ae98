"""The soak: kills, crashes and properties, for SOAK_MINUTES from SOAK_SEED; `python -m tests.soak`."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys


def pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], check=False).returncode


def main() -> int:
    os.environ.setdefault("SOAK_SEED", str(secrets.randbelow(1_000_000)))
    from tests.soak import bounds  # noqa: PLC0415 - it reads the seed

    again = f"SOAK_SEED={bounds.SEED} SOAK_MINUTES={bounds.MINUTES} make soak"
    print(f"soak: {bounds.MINUTES} minutes; the same again: {again}", flush=True)  # noqa: T201 - a command's own output
    if pytest("-m", "soak", "-s", "tests/soak"):
        return 1
    if pytest("-m", "soak", "-n", "2", "tests/integration"):
        return 1
    for number in bounds.rounds(bounds.PROPERTIES_SECONDS):
        if pytest("-n", "2", f"--hypothesis-seed={bounds.SEED + number}", "tests/property"):
            print(f"soak: failed with --hypothesis-seed={bounds.SEED + number}", flush=True)  # noqa: T201 - a command's own output
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
