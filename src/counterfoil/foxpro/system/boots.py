"""Which run of the machine this is: within one, nothing is lost that a program wrote before it was killed."""

from __future__ import annotations

from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
UNKNOWN = ""


def read_boot_id() -> str:
    """The machine's own name for the run since it was started; UNKNOWN where it has none."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:
        return UNKNOWN
