"""On what kind of file system a folder lies, and whether another machine keeps it."""

from __future__ import annotations

from pathlib import Path

from counterfoil.foxpro.selftest.verdicts import Proof, Verdict

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset({"cifs", "smb3", "smbfs", "nfs", "nfs4", "ncpfs", "afs", "9p", "fuse.sshfs", "davfs"})
IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def prove_mount(folder: Path, mounts: Path = MOUNTS) -> Proof:
    kind = file_system_of(folder, mounts)
    if not kind:
        return Proof(
            "file system", Verdict.WARN, "not known here; run this on the server that keeps the files"
        )
    if kind in NETWORK:
        text = f"{kind}: another machine keeps it. Write to tables on the server itself where you can"
        return Proof("file system", Verdict.WARN, text)
    if kind in IN_MEMORY:
        return Proof("file system", Verdict.WARN, f"{kind}: lost when the machine stops")
    return Proof("file system", Verdict.PASS, kind)


def file_system_of(folder: Path, mounts: Path = MOUNTS) -> str:
    """The file system's kind by the longest mount point above the folder; empty where nobody tells."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = Path(fields.split(" ")[4].encode("latin-1", "replace").decode("unicode_escape"))
        if folder.resolve().is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split(" ")[0]
    return kind
