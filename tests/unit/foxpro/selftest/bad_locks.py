"""Locks of a share that does not keep them, and the second program on such a share."""

from __future__ import annotations

import sys
from pathlib import Path

from typing_extensions import override

from counterfoil.foxpro.selftest.second import serve
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import ByteLocks, Range


class NoLocks(ByteLocks):
    """Everything is granted, as by a mount without byte-range locks."""

    @override
    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
        return True

    @override
    def release(self, descriptor: int, part: Range) -> None:
        return

    @override
    def holder(self, descriptor: int, part: Range) -> str:
        return "nobody"


class Changed(NoLocks):
    """Takes a lock that is not the one asked for."""

    def part(self, part: Range) -> Range:
        return part

    @override
    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
        return PLATFORM_LOCKS.take(descriptor, self.part(part), exclusive=exclusive)

    @override
    def release(self, descriptor: int, part: Range) -> None:
        PLATFORM_LOCKS.release(descriptor, self.part(part))


class WholeFile(Changed):
    """One lock for all bytes."""

    @override
    def part(self, part: Range) -> Range:
        return Range(0, 0x7FFFFFFF)


class SharedAlone(Changed):
    """Exclusive locks are only shared ones."""

    @override
    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool:
        return PLATFORM_LOCKS.take(descriptor, part, exclusive=False)


class SmallOffsets(Changed):
    """Offsets lose their upper half."""

    @override
    def part(self, part: Range) -> Range:
        return Range(part.offset & 0xFFFF0000, part.length)


class Kept(Changed):
    """Nothing is given back before the program ends."""

    @override
    def release(self, descriptor: int, part: Range) -> None:
        return


KINDS: dict[str, ByteLocks] = {
    kind.__name__: kind() for kind in (NoLocks, WholeFile, SharedAlone, SmallOffsets, Kept)
}

if __name__ == "__main__":
    serve(Path(sys.argv[2]), KINDS[sys.argv[1]])
