"""A disk that loses its power: what a traced program wrote, and what of it may be on the disk at any moment.

What was waited for is there. Every 512-byte sector that was written since is there as it was after any of the
writes to it, or before them, in any combination; a file may have grown without its data, or not; a new file's
name, and the removal of one, may have been lost.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded by the caller, to lose the same sectors again
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
OPTIONS = ("-y", "-xx", "-s", "2000000", "-e", "trace=write,pwrite64,lseek,fsync,fdatasync,ftruncate,unlink")
_CALL = re.compile(r"(\w+)\((?:(\d+)<([^>]*)>)?(.*)\)\s+= (-?\d+)$")
_TEXT = re.compile(r'"([^"]*)"')
_LOST_AFTER_ALL = "-shm"
"""SQLite's shared memory is a file that it makes anew after a crash."""


@dataclass(frozen=True)
class Event:
    """One thing that the program did to a file of the folder, or to the folder itself."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""


def events_of(log: Path, folder: Path) -> list[Event]:
    """What a log of strace, made with OPTIONS, tells about the folder."""
    places: dict[str, int] = {}
    events: list[Event] = []
    for line in log.read_text("ascii").splitlines():
        match = _CALL.match(line)
        if match and int(match[5]) >= 0:
            events += _events(match, places, folder)
    return events


def _events(match: re.Match[str], places: dict[str, int], folder: Path) -> Iterator[Event]:
    call, number, hex_path, rest, result = match[1], match[2], match[3], match[4], int(match[5])
    if call == "unlink":
        text = _TEXT.search(rest)
        path = Path(_bytes(text[1] if text else "").decode())
    else:
        path = Path(_bytes(hex_path or "").decode())
    if folder not in (path, path.parent):
        return
    if call == "lseek":
        places[number] = result
    elif call in {"write", "pwrite64"}:
        text = _TEXT.search(rest)
        data = _bytes(text[1] if text else "")[:result]
        offset = int(rest.rsplit(",", 1)[1]) if call == "pwrite64" else places.get(number, 0)
        places[number] = offset + result
        yield Event("write", path.name, offset, data)
    elif call == "ftruncate":
        yield Event("truncate", path.name, int(rest.rsplit(",", 1)[1]))
    elif call == "unlink":
        yield Event("unlink", path.name)
    else:
        yield Event("folder" if path == folder else "sync", path.name)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class _File:
    """A file on the disk: what is certain of it, and what was done since."""

    content: bytearray
    is_named: bool = True
    is_removed: bool = False
    pending: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        for event in self.pending:
            _apply(self.content, event)
        self.pending = []


class Disk:
    """The folder as it was, and the events up to a cut."""

    def __init__(self, before: Path, events: Sequence[Event]) -> None:
        self._files = {path.name: _File(bytearray(path.read_bytes())) for path in before.iterdir()}
        for event in events:
            if not event.name.endswith(_LOST_AFTER_ALL):
                self._take(event)

    def _take(self, event: Event) -> None:
        if event.kind == "folder":
            for file in self._files.values():
                file.is_named = True
            self._files = {name: file for name, file in self._files.items() if not file.is_removed}
            return
        file = self._files.setdefault(event.name, _File(bytearray(), is_named=False))
        if event.kind == "sync":
            file.sync()
        elif event.kind == "unlink":
            file.is_removed = True
        else:
            file.pending.append(event)

    def image(self, dice: random.Random, to: Path) -> None:
        """One of the states in which the disk may be found."""
        to.mkdir()
        for name, file in sorted(self._files.items()):
            may_be_gone = not file.is_named or file.is_removed
            if not (may_be_gone and dice.random() < 1 / 2):
                (to / name).write_bytes(_found(file, dice))


def _found(file: _File, dice: random.Random) -> bytes:
    """Each sector as it was after one of the writes to it, and one of the sizes that the file has had."""
    cache, sizes = bytearray(file.content), [len(file.content)]
    versions: dict[int, list[bytes]] = {}
    for event in file.pending:
        touched = range(event.offset - event.offset % SECTOR, event.offset + len(event.data), SECTOR)
        for at in touched:
            versions.setdefault(at, [_sector(cache, at)])
        _apply(cache, event)
        sizes.append(len(cache))
        for at in touched:
            versions[at].append(_sector(cache, at))
    content = bytearray(file.content.ljust(max(sizes), b"\0"))
    luck = dice.choice([0, 1 / 2, 1])
    for at, known in versions.items():
        version = known[-1] if dice.random() < luck else dice.choice(known)
        content[at : at + SECTOR] = version[: len(content) - at]
    return bytes(content[: dice.choice([sizes[0], sizes[-1], dice.choice(sizes)])])


def _sector(content: bytearray, at: int) -> bytes:
    return bytes(content[at : at + SECTOR]).ljust(SECTOR, b"\0")


def _apply(content: bytearray, event: Event) -> None:
    end = event.offset + len(event.data)
    if event.kind == "truncate":
        del content[event.offset :]
        end = event.offset
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if event.kind == "write":
        content[event.offset : end] = event.data
