"""The ring of a key file, as the file is now: a key is replaced while processes run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from typing_extensions import override

from counterfoil.security.secrets import KeyFileError, KeyRing, Secret, read_keys


class FollowedKeyRing(KeyRing):
    """Looks before each use whether the file was replaced; one that cannot be read changes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = _mark(path)
        super().__init__(read_keys(path))

    @override
    def seal(self, secret: Secret, place: str) -> str:
        self._follow()
        return super().seal(secret, place)

    @override
    def unseal(self, text: str, place: str) -> Secret:
        self._follow()
        return super().unseal(text, place)

    @override
    def rewrap(self, text: str, place: str) -> str:
        self._follow()
        return super().rewrap(text, place)

    def _follow(self) -> None:
        mark = _mark(self._path)
        if mark in {None, self._mark}:
            return
        with suppress(KeyFileError):
            super().__init__(read_keys(self._path))
            self._mark = mark


def _mark(path: Path) -> tuple[int, int] | None:
    """What differs once the file was replaced; None while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
