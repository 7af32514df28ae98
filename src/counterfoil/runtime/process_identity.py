"""Who this process is among all processes of all machines, and whether another one still lives."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_SPACE = Path("/proc/self/ns/pid")


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process; its number alone may be used again, its number and start together never."""

    host: str
    pid: int
    started: str


def host_name() -> str:
    """The machine, its boot and its process space: within one of these, process numbers mean the same."""
    boot = BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else ""
    space = str(PID_SPACE.readlink()) if PID_SPACE.exists() else ""
    return f"{platform.node()}/{boot}/{space}"


def start_of(pid: int) -> str | None:
    """When a process started, in a form that does not move when the clock is set; None when it is gone."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        # Linux counts in ticks since the boot; the 22nd field, after the name that may hold blanks.
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            return stat.read_text("utf-8", errors="replace").rpartition(")")[2].split()[19]
        return str(int(process.create_time()))
    except (psutil.NoSuchProcess, FileNotFoundError):
        return None


def this_process() -> ProcessIdentity:
    pid = os.getpid()
    return ProcessIdentity(host_name(), pid, start_of(pid) or "")


def is_gone(identity: ProcessIdentity) -> bool:
    """Whether a process of this host has ended; only to be asked about processes of this host."""
    return start_of(identity.pid) != identity.started
