"""The most memory that a process had."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path("/proc/self/status")
_PEAK = "VmHWM:"


def peak_mib() -> float:
    """What this process held resident at most, so far."""
    peak = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(_PEAK))
    return int(peak.split()[1]) / 1024
