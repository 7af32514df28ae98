"""Work in processes of their own, forked from the test."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

FAILED = 1


def start(work: Callable[[], object]) -> int:
    """Begins the work in a child, which ends with 0, or with its traceback and FAILED; tells its number."""
    child = os.fork()
    if child == 0:
        status = FAILED
        try:
            work()
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    return child


def wait(child: int) -> int:
    """How the child ended; the negative number of a signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
