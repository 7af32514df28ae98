"""What lies in the files below a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def findings(folder: Path, needles: Iterable[str]) -> list[str]:
    """Every file that holds one of the texts, with the text; whatever kind of file it is."""
    wanted = [(needle, needle.encode()) for needle in needles]
    return [
        f"{path.relative_to(folder)} holds {needle!r}"
        for path in files_below(folder)
        for content in [path.read_bytes()]
        for needle, data in wanted
        if data in content
    ]
