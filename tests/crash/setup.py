"""Makes strace ready, by which programs are killed at every call; `python -m tests.crash.setup`."""

from __future__ import annotations

from tests.crash import tracer
from tests.support import debian


def say(line: str) -> None:
    print(f"crash: {line}", flush=True)  # noqa: T201 - a command's own output


def set_up() -> None:
    if tracer.missing():
        debian.install("strace is", tracer.PACKAGES)


if __name__ == "__main__":
    debian.told(set_up, say)
