"""strace: counts a child's system calls, kills it at one of them, or records what it writes."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.support import children, debian

PACKAGES = ("strace",)
KILLED = -9
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fcntl", "unlink")
"""Everything by which the program changes files, waits for the disk or takes and gives locks."""

_PR_SET_PTRACER, _ANY = 0x59616D61, -1


def missing() -> str:
    """Why programs cannot be traced here, or nothing."""
    if shutil.which("strace"):
        return ""
    return f"strace is not installed: {debian.install_command(PACKAGES)}"


def run(work: Callable[[], object], log: Path, options: Sequence[str]) -> int:
    """Does the work in a child under strace; tells how it ended."""
    go, come = os.pipe()

    def work_when_told() -> None:
        # Where the kernel lets any program trace, there is no such call.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
        os.read(go, 1)
        work()

    child = children.start(work_when_told)
    command = ["strace", "-o", str(log), *options, "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        attached = tracer.stderr.readline()
        os.write(come, b"!")
        ended = children.wait(child)
        os.close(go)
        os.close(come)
        assert "attached" in attached, attached + tracer.stderr.read()
    return ended


def count_calls(work: Callable[[], object], log: Path) -> Counter[str]:
    """How often the work makes each of the calls on its way to the end."""
    assert run(work, log, ["-e", f"trace={','.join(CALLS)}"]) == 0
    return Counter(line.split("(")[0] for line in log.read_text("utf-8").splitlines() if "(" in line)


def kill_at(work: Callable[[], object], call: str, number: int) -> bool:
    """Does the work until it makes the call for the n-th time; whether it was killed there."""
    options = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
    return run(work, Path(os.devnull), options) == KILLED
