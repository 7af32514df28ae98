"""Files as the program sees them: backslashes, names in any case, and a gate before every change."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from pathlib import Path

from tests.support.visual_foxpro.values import FoxError

Gate = Callable[[str], None]


class Files:
    """Every path is found whatever the case of its last part."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._open: dict[int, tuple[Path, bytearray]] = {}

    def path(self, name: str) -> Path:
        path = Path(name.replace("\\", "/"))
        if path.exists() or not path.parent.is_dir():
            return path
        same = (one for one in path.parent.iterdir() if one.name.lower() == path.name.lower())
        return next(same, path)

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def read(self, name: str) -> str:
        path = self.path(name)
        if not path.is_file():
            raise FoxError(1, f"File '{name}' does not exist.")
        return path.read_bytes().decode("latin-1")

    def listing(self, mask: str) -> list[str]:
        folder, _, pattern = mask.replace("\\", "/").rpartition("/")
        found = (path.name for path in Path(folder).iterdir() if path.is_file())
        return [name for name in found if fnmatch.fnmatch(name.lower(), pattern.lower())]

    def rename(self, origin: str, target: str) -> None:
        source, end = self.path(origin), self.path(target)
        if not source.is_file():
            raise FoxError(1, f"File '{origin}' does not exist.")
        if end.exists():
            raise FoxError(7, "File already exists")
        self._gate(f"rename to {end.parent.name}")
        source.rename(end)

    def create(self, name: str) -> int:
        self._gate("create")
        path = self.path(name)
        path.write_bytes(b"")
        handle = len(self._open) + 1
        self._open[handle] = (path, bytearray())
        return handle

    def write(self, handle: int, text: str) -> int:
        self._gate("write file")
        path, held = self._open[handle]
        held += text.encode("latin-1")
        path.write_bytes(held)
        return len(text)

    def close(self, handle: int) -> None:
        del self._open[handle]
