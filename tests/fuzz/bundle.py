"""The three files of a table as one value, which a mutation changes and a target writes to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

_LENGTH_BYTES = 4
SUFFIXES = (".dbf", ".cdx", ".fpt")


class Bundle(NamedTuple):
    """Contents by suffix; an empty one stands for no file."""

    dbf: bytes
    cdx: bytes = b""
    fpt: bytes = b""

    @classmethod
    def read(cls, path: Path) -> Self:
        files = [path.with_suffix(suffix) for suffix in SUFFIXES]
        return cls(*(file.read_bytes() if file.exists() else b"" for file in files))

    def write(self, path: Path) -> None:
        for suffix, content in zip(SUFFIXES, self, strict=True):
            file = path.with_suffix(suffix)
            file.unlink(missing_ok=True)
            if content or suffix == ".dbf":
                file.write_bytes(content)

    def packed(self) -> bytes:
        """One run of bytes; `unpacked` takes any."""
        head = b"".join(len(part).to_bytes(_LENGTH_BYTES, "little") for part in self[:2])
        return head + b"".join(self)

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        body = data[2 * _LENGTH_BYTES :]
        first = min(int.from_bytes(data[:_LENGTH_BYTES], "little"), len(body))
        second = first + int.from_bytes(data[_LENGTH_BYTES : 2 * _LENGTH_BYTES], "little")
        return cls(body[:first], body[first:second], body[second:])
