"""The files of a table: found without regard to case, read and written at offsets, with pages held back."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Protocol

from counterfoil.foxpro.errors import (
    DiskFullError,
    FoxProError,
    StorageError,
    TableBusyError,
    TableMissingError,
)
from counterfoil.foxpro.system.platforms import Opener, open_shared
from counterfoil.foxpro.system.ranges import SOMEBODY

PAGE = 512
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
IN_USE = frozenset({errno.EBUSY, errno.ETXTBSY})
"""How a sharing violation arrives: another program opened the file for itself alone."""
REFUSED = frozenset({errno.EACCES, errno.EPERM})


class WriteGate(Protocol):
    """Is asked before every write and sync; may raise OSError. Tests put faults here."""

    def __call__(self, path: Path, what: str, data: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class PageWrite:
    """One page of an index as it must become."""

    offset: int
    data: bytes


def find_file(path: Path, what: str = "table") -> Path:
    """The file of that name in whatever case it is written."""
    try:
        found = next(_spellings(path), None)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise opening_error(path, error, writable=False) from error
        found = None
    if found is None:
        raise TableMissingError(str(path), what)
    return found


def _spellings(path: Path) -> Iterator[Path]:
    for candidate in (path, path.with_name(path.name.lower()), path.with_name(path.name.upper())):
        if candidate.exists():
            yield candidate
    if path.parent.is_dir():
        for candidate in path.parent.iterdir():
            if candidate.name.casefold() == path.name.casefold():
                yield candidate


def storage_error(path: Path, error: OSError) -> FoxProError:
    """The operating system's refusal to read, write or lock an open file, in our words.

    A file that may be read and written by us was opened; a refusal after that means that another program
    locked the bytes, which Windows enforces.
    """
    if error.errno in NO_ROOM:
        return DiskFullError(str(path))
    if error.errno in REFUSED:
        return TableBusyError(str(path), "the file", SOMEBODY)
    return StorageError(str(path), f"{error.strerror or error}. Check permissions and the disk.")


def opening_error(path: Path, error: OSError, *, writable: bool) -> FoxProError:
    """The operating system's refusal to open a file, in our words."""
    if error.errno in IN_USE:
        return TableBusyError(str(path), "the file", SOMEBODY, "in exclusive use by")
    if error.errno == errno.EROFS:
        return StorageError(str(path), "the folder is mounted read-only. Mount it for writing, or only read.")
    if error.errno in REFUSED:
        may = "read and write" if writable else "read"
        return StorageError(str(path), f"this account may not {may} it. Give it the right on file and share.")
    return storage_error(path, error)


FileId = tuple[int, int]
_FAILED: set[FileId] = set()
"""Files for which a wait for the disk failed: the system forgets that what was written may be lost."""


class TableFile:
    """An unbuffered file; while staging, writes stay in memory and reads see them."""

    def __init__(
        self,
        path: Path,
        *,
        writable: bool = False,
        gate: WriteGate | None = None,
        opener: Opener = open_shared,
    ) -> None:
        self.path = path
        self._gate = gate
        self._staged: dict[int, bytes] | None = None
        self._position = 0
        self._is_synced = False
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise StorageError(str(path), "it is a folder or a device, not a file. Check the name.")
            self._raw = FileIO(str(path), "r+" if writable else "r", opener=opener)
        except OSError as error:
            raise opening_error(path, error, writable=writable) from error

    def fileno(self) -> int:
        return self._raw.fileno()

    @property
    def is_closed(self) -> bool:
        return self._raw.closed

    def close(self) -> None:
        self._raw.close()

    def size(self) -> int:
        on_disk = os.fstat(self._raw.fileno()).st_size
        return max(on_disk, max(self._staged) + PAGE) if self._staged else on_disk

    def read_at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes; fewer at the end of the file."""
        if self._staged is None:
            return self._read_disk(offset, size)
        return self._read_staged(offset, size)

    def write_at(self, offset: int, data: bytes) -> None:
        if self._staged is None:
            self._write_disk(offset, data)
        else:
            self._stage(offset, data)

    def truncate(self, size: int) -> None:
        try:
            self._raw.truncate(size)
        except OSError as error:
            raise storage_error(self.path, error) from error

    def sync(self) -> None:
        """Wait until everything written is on the disk; a failure here must be treated as a crash.

        The first call after opening waits in any case: an earlier program may have crashed before it did.
        After a failure every later call fails, through whatever handle, until recovery has written all of it
        again: the system would report success although it has dropped what it could not write.
        """
        if self._id in _FAILED:
            raise StorageError(str(self.path), "the disk did not take what was written. Run recovery.")
        if self._is_synced:
            return
        try:
            if self._gate:
                self._gate(self.path, "sync", b"")
            os.fsync(self._raw.fileno())
            self._is_synced = True
        except OSError as error:
            _FAILED.add(self._id)
            raise storage_error(self.path, error) from error

    def forgive(self) -> None:
        """Whatever an earlier wait for the disk lost is being written again."""
        _FAILED.discard(self._id)
        self._is_synced = False

    @property
    def _id(self) -> FileId:
        stat = os.fstat(self._raw.fileno())
        return stat.st_dev, stat.st_ino

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        self._position = (self.size() if base is None else base) + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        data = self.read_at(self._position, self.size() - self._position if size < 0 else size)
        self._position += len(data)
        return data

    def write(self, data: bytes) -> int:
        self.write_at(self._position, bytes(data))
        self._position += len(data)
        return len(data)

    @contextmanager
    def staging(self) -> Iterator[None]:
        """Hold back every write made inside; `staged_writes` tells them, leaving forgets them."""
        if self._staged is not None:
            raise RuntimeError("already staging")
        self._staged = {}
        try:
            yield
        finally:
            self._staged = None

    def staged_writes(self) -> list[PageWrite]:
        """What is held back: new pages first, the file's first page (with the change counter) last."""
        staged = self._staged or {}
        end = os.fstat(self._raw.fileno()).st_size
        order = sorted(staged, key=lambda offset: (offset < end, offset == 0))
        return [PageWrite(offset, staged[offset]) for offset in order]

    def apply(self, writes: Iterable[PageWrite]) -> None:
        """Put pages on the disk; where it has no room for a new one, the file stays as it was."""
        end = self.size()
        for write in writes:
            try:
                self._write_disk(write.offset, write.data)
            except DiskFullError:
                if write.offset >= end:
                    self.truncate(end)
                raise

    def _read_disk(self, offset: int, size: int) -> bytes:
        try:
            self._raw.seek(offset)
            return self._raw.read(size) or b""
        except OSError as error:
            raise storage_error(self.path, error) from error

    def _write_disk(self, offset: int, data: bytes) -> None:
        self._is_synced = False
        try:
            if self._gate:
                self._gate(self.path, "write", data)
            self._raw.seek(offset)
            done = self._raw.write(data)
            while done < len(data):
                done += self._raw.write(data[done:])
        except OSError as error:
            raise storage_error(self.path, error) from error

    def _read_staged(self, offset: int, size: int) -> bytes:
        first = offset - offset % PAGE
        data = b"".join(self._page(at) for at in range(first, offset + size, PAGE))
        return data[offset - first : offset - first + size]

    def _page(self, at: int) -> bytes:
        held = (self._staged or {}).get(at)
        return self._read_disk(at, PAGE) if held is None else held

    def _stage(self, offset: int, data: bytes) -> None:
        staged = self._staged if self._staged is not None else {}
        for at in range(offset - offset % PAGE, offset + len(data), PAGE):
            page = self._page(at).ljust(PAGE, b"\0")
            start, end = max(offset - at, 0), min(offset + len(data) - at, PAGE)
            staged[at] = page[:start] + data[at + start - offset : at + end - offset] + page[end:]
