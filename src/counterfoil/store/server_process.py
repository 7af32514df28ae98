"""Which process is the server of a database folder; a reused process id is never mistaken for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

PID_FILE = "postmaster.pid"
NAMES = ("postgres", "postgres.exe")
START_SLACK_SECONDS = 10
READY = "ready"
POLL = timedelta(milliseconds=10)


@dataclass(frozen=True, slots=True)
class PidFile:
    """What a running server says about itself in its folder."""

    pid: int
    started_epoch: int
    port: int
    socket_folder: str
    status: str
    """``starting`` (also while it recovers from a crash), ``ready``, ``stopping``; empty at first."""


def parse_pid_file(text: str) -> PidFile | None:
    """Reads the server's lines; None while they are still being written."""
    lines = [line.strip() for line in text.splitlines()]
    lines += [""] * (8 - len(lines))
    if not lines[0].lstrip("-").isdigit() or not lines[2].isdigit():
        return None
    port = int(lines[3]) if lines[3].isdigit() else 0
    return PidFile(abs(int(lines[0])), int(lines[2]), port, lines[4], lines[7])


def read_pid_file(cluster: Path) -> PidFile | None:
    try:
        return parse_pid_file((cluster / PID_FILE).read_text("utf-8", errors="replace"))
    except FileNotFoundError:
        return None


def works_in(process: psutil.Process, cluster: Path) -> bool | None:
    """Whether the folder is its working folder, as it is of every server; None: not ours to know."""
    try:
        return Path(process.cwd()) == cluster.resolve()
    except (psutil.AccessDenied, OSError):
        return None


def is_server_of(process: psutil.Process, cluster: Path, started_epoch: int) -> bool:
    """Name, working folder and start time must fit what the pid file says."""
    if process.name() not in NAMES or not is_alive(process):
        return False
    here = works_in(process, cluster)
    # The machine's clock may have been set since the start, so the working folder decides where it is known.
    return abs(process.create_time() - started_epoch) <= START_SLACK_SECONDS if here is None else here


def find_server(cluster: Path) -> psutil.Process | None:
    """The folder's running server, identified by process id and start time; None when there is none."""
    said = read_pid_file(cluster)
    if said is None:
        return None
    try:
        process = psutil.Process(said.pid)
        return process if is_server_of(process, cluster, said.started_epoch) else None
    except psutil.NoSuchProcess:
        return None


def is_alive(process: psutil.Process) -> bool:
    """A dead process that nobody has buried yet is dead."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_gone(processes: list[psutil.Process], patience_seconds: int) -> bool:
    """Whether all have ended in time."""
    pause = threading.Event()
    for _ in range(timedelta(seconds=patience_seconds) // POLL):
        if not any(is_alive(process) for process in processes):
            return True
        pause.wait(POLL.total_seconds())
    return False


def find_orphans(cluster: Path) -> list[psutil.Process]:
    """What a killed server left behind; they end by themselves, and until then nothing may start."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() in NAMES and is_alive(process) and works_in(process, cluster):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def drop_stale_files(cluster: Path, sockets: Path | None, patience_seconds: int) -> bool:
    """Removes the lock files of a server that is gone: a reused process id in them keeps a new one away.

    Returns whether the way is free: False while processes of the old server still live.
    """
    if not wait_gone(find_orphans(cluster), patience_seconds):
        return False
    (cluster / PID_FILE).unlink(missing_ok=True)
    for path in sockets.glob(".s.PGSQL.*") if sockets is not None else ():
        path.unlink(missing_ok=True)
    return True
