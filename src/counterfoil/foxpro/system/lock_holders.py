"""Which processes hold an open-file-description lock: the kernel's answer leaves that out, /proc does not.

Samba takes FoxPro's locks in this way on the file server. Only processes of the own account can be looked at,
by the superuser all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from counterfoil.foxpro.system.ranges import SOMEBODY, Range

PROCESSES = Path("/proc")
_MARK = "lock:"
_END = "EOF"
_WORDS_MIN = 8


def named(process: int) -> str:
    """A process in words for a person."""
    if process == os.getpid():
        return f"this program itself (process {process})"
    try:
        name = (PROCESSES / str(process) / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return f"process {process}"
    return f"process {process} ({name})"


class Holders:
    """Looks for holders. The last one found is asked first: who holds one lock mostly holds the next."""

    def __init__(self) -> None:
        self._last: Path | None = None

    def find(self, descriptor: int, part: Range) -> str:
        """Who has the file of the descriptor open with a lock on some of the bytes."""
        wanted, own = os.fstat(descriptor), PROCESSES / str(os.getpid()) / "fd" / str(descriptor)
        for opened in self._opened():
            if opened != own and _is_file(opened, wanted) and _has_lock(opened, part):
                self._last = opened
                return named(int(opened.parent.parent.name))
        return SOMEBODY

    def _opened(self) -> Iterator[Path]:
        """Every descriptor of every process that may be looked at."""
        if self._last is not None:
            yield self._last
        for process in _listed(PROCESSES):
            if process.name.isdigit():
                yield from _listed(process / "fd")


def locked_ranges(text: str) -> Iterator[Range]:
    """The locks that an open file holds, from its fdinfo (proc(5)); the last byte of each stands there."""
    for line in text.splitlines():
        words = line.split()
        if len(words) >= _WORDS_MIN and words[0] == _MARK and words[-2].isdigit():
            start = int(words[-2])
            end = (1 << 63) - 1 if words[-1] == _END else int(words[-1])
            yield Range(start, end - start + 1)


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_file(opened: Path, wanted: os.stat_result) -> bool:
    try:
        return os.path.samestat(opened.stat(), wanted)
    except OSError:
        return False


def _has_lock(opened: Path, part: Range) -> bool:
    try:
        text = (opened.parent.with_name("fdinfo") / opened.name).read_text("ascii", "replace")
    except OSError:
        return False
    return any(
        held.offset < part.offset + part.length and part.offset < held.offset + held.length
        for held in locked_ranges(text)
    )
