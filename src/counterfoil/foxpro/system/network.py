"""Whether a table lies on a network mount, where FoxPro's indexes and caches do not mix.

A client that may cache keeps pages that another has changed, and writes them back. The rule, and what a mount
needs all the same, stand in docs/reference/foxpro-locks.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from counterfoil.foxpro.system.windows import Kernel

MOUNTS = Path("/proc/self/mountinfo")
NETWORK_KINDS = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "9p", "afs", "ceph", "davfs", "fuse.sshfs", "fuse.rclone"}
    | {"fuse.glusterfs", "fuse.vmhgfs-fuse", "vboxsf"}
)
LOCKLESS = frozenset({"nobrl", "nolock", "local_lock=all", "local_lock=posix"})
"""Mount options that keep our locks from everybody else."""
LOOSE = frozenset({"cache=loose", "cache=fscache", "cache=mmap"})
"""Mount options that cache without asking the server."""
REMOTE_DRIVE = 4
_POINT, _SEPARATOR, _OPTIONS = 4, "-", 5
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """A place in the tree of files with what lies there."""

    point: Path
    kind: str
    options: frozenset[str]

    @property
    def is_network(self) -> bool:
        return self.kind in NETWORK_KINDS

    def refusal(self, *, accepted: bool) -> str | None:
        """Why tables there must not be written; None where they may."""
        if not self.is_network:
            return None
        where = f"it lies on a network mount ({self.kind} at {self.point})"
        wrong = sorted(self.options & (LOCKLESS | LOOSE))
        if wrong:
            return f"{where} with {', '.join(wrong)}, which hides locks or changes. Mount it without."
        if accepted:
            return None
        return (
            f"{where}, and FoxPro's indexes suffer from network caches. "
            "Run this on the file server, or accept network mounts."
        )


def parse_mounts(text: str) -> Iterator[Mount]:
    """The mounts of a mountinfo file (proc(5)); lines of another form are passed over."""
    for line in text.splitlines():
        before, separator, after = line.partition(f" {_SEPARATOR} ")
        words, described = before.split(" "), after.split(" ")
        if separator and len(words) > _OPTIONS and len(described) > 1:
            point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), words[_POINT])
            options = f"{words[_OPTIONS]},{described[-1]}".split(",")
            yield Mount(Path(point), described[0], frozenset(options))


def mount_of(path: Path, mounts: Iterable[Mount]) -> Mount | None:
    """The mount that an absolute path lies on; the last of several at one place hides the others."""
    found = None
    for mount in mounts:
        if path.is_relative_to(mount.point) and (
            found is None or len(mount.point.parts) >= len(found.point.parts)
        ):
            found = mount
    return found


def windows_mount(path: PureWindowsPath, kernel: Kernel) -> Mount:
    """The drive or share of an absolute path on Windows, which tells nothing of options."""
    is_share = path.drive.startswith("\\\\")
    remote = is_share or kernel.get_drive_type(path.anchor) == REMOTE_DRIVE
    return Mount(Path(path.anchor), "smb3" if remote else "fixed", frozenset())


if sys.platform == "win32":
    from counterfoil.foxpro.system.windows import load_kernel

    def read_mount(path: Path) -> Mount | None:
        """The mount that a file lies on."""
        return windows_mount(PureWindowsPath(path.resolve()), load_kernel())

else:

    def read_mount(path: Path) -> Mount | None:
        """The mount that a file lies on; None where the system does not tell."""
        try:
            text = MOUNTS.read_text("utf-8", "surrogateescape")
        except OSError:
            return None
        return mount_of(path.resolve(), parse_mounts(text))
