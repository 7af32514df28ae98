"""Makes strace ready, by which programs are killed at every call; `python -m tests.crash.setup`."""

from __future__ import annotations

import sys

from tests.crash import tracer
from tests.support import debian
from tests.support.debian import SetupError


def say(line: str) -> None:
    print(f"crash: {line}", flush=True)  # noqa: T201 - a command's own output


def main() -> int:
    try:
        if tracer.missing():
            debian.install("strace is", tracer.PACKAGES)
    except SetupError as error:
        say(f"NOT READY, its tests will be skipped: {error}")
        return 0
    say("ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
