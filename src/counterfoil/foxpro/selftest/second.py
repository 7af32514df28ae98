"""The second program of a self-test: `python -m counterfoil.foxpro.selftest.second TABLE`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.files.table_locks import Deadline
from counterfoil.foxpro.selftest.stand import Claim, LockStand, opened_stand
from counterfoil.foxpro.selftest.work import PATIENT, work
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import ByteLocks


def serve(path: Path, locks: ByteLocks = PLATFORM_LOCKS) -> None:
    """Do what each line of standard input asks for and answer with a line; ends with the input."""
    with opened_stand(path, locks) as stand:
        duties: dict[str, Callable[..., Any]] = {
            "take": lambda what, exclusive: stand.take(Claim(what, exclusive)),
            "release": stand.release,
            "wait": lambda what: _wait(stand, what, PATIENT.deadline()),
            "work": lambda who, rows: work(path, who, rows),
            "check": lambda: check_table(path),
        }
        _say(done=True, result="ready")
        for line in sys.stdin:
            what, *arguments = json.loads(line)
            try:
                _say(done=True, result=duties[what](*arguments))
            except (FoxProError, OSError) as error:
                _say(done=False, result=str(error))


def _wait(stand: LockStand, what: str, deadline: Deadline) -> int:
    """Take a lock as soon as it is free; tells when, on the machine's clock. It is released at once."""
    _say(done=True, result="waiting")
    while not stand.take(Claim(what)):
        if deadline.is_over():
            return 0
        deadline.pause()
    now = time.monotonic_ns()
    stand.release(what)
    return now


def _say(*, done: bool, result: object) -> None:
    sys.stdout.write(json.dumps([done, result]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
