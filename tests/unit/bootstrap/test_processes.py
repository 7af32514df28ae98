from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil.bootstrap import processes
from counterfoil.ports.errors import ConfigurationError


def test_a_second_process_does_not_get_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "run" / "hub.lock"
    first = processes.FolderLock(path)
    first.acquire(patience_seconds=1)
    with pytest.raises(ConfigurationError, match="stop it first"):
        processes.FolderLock(path).acquire(patience_seconds=1)
    first.release()
    second = processes.FolderLock(path)
    second.acquire(patience_seconds=1)
    second.release()


def test_a_child_with_a_life_line_ends_when_its_parent_is_killed() -> None:
    child = "from counterfoil.bootstrap import processes; import threading; e = threading.Event();"
    child += "processes.on_stop(e.set); processes.end_with_parent(); print('up', flush=True); e.wait(30)"
    parent = (
        "import os, subprocess, sys; "
        f"c = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE, "
        f"env={{**os.environ, {processes.LIFE_LINE!r}: '1'}}); print(c.pid, flush=True); c.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == b""  # the pipe closes when the last writer, the child, is gone
    assert pid > 0
