"""On what kind of file system a folder lies, and whether another machine keeps it."""

from __future__ import annotations

from pathlib import Path

from counterfoil.foxpro.selftest.verdicts import Proof, Verdict
from counterfoil.foxpro.system.network import Mount, read_mount

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_NAME = "file system"


def prove_mount(folder: Path) -> Proof:
    return judge_mount(read_mount(folder))


def judge_mount(mount: Mount | None) -> Proof:
    """A network mount is a warning, one that hides locks or changes a failure."""
    if mount is None:
        return Proof(_NAME, Verdict.WARN, "unknown here; run this on the machine that keeps the files")
    if refusal := mount.refusal(accepted=True):
        return Proof(_NAME, Verdict.FAIL, refusal)
    if refusal := mount.refusal(accepted=False):
        return Proof(_NAME, Verdict.WARN, refusal)
    if mount.kind in IN_MEMORY:
        return Proof(_NAME, Verdict.WARN, f"{mount.kind}: lost when the machine stops")
    return Proof(_NAME, Verdict.PASS, mount.kind)
