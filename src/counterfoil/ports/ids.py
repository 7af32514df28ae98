"""Where identifiers and unguessable tokens come from."""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from typing import Protocol

from typing_extensions import override


class IdSource(Protocol):
    """Makes identifiers that never repeat, and tokens that nobody guesses."""

    def new_id(self) -> str:
        """A new identifier: 32 hexadecimal digits."""
        ...

    def token(self, bytes_count: int) -> str:
        """An unguessable URL-safe token made of so many random bytes."""
        ...


class SystemIds(IdSource):
    """Identifiers and tokens from the operating system's random source."""

    @override
    def new_id(self) -> str:
        return uuid.uuid4().hex  # noqa: TID251 - the one place that draws identifiers

    @override
    def token(self, bytes_count: int) -> str:
        return secrets.token_urlsafe(bytes_count)


class SeededIds(IdSource):
    """Repeatable identifiers for tests, samples and simulations; never for secrets that protect anything."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0
        self._guard = threading.Lock()

    def _next(self) -> str:
        with self._guard:
            self._count += 1
            return hashlib.sha256(f"{self._seed}/{self._count}".encode()).hexdigest()

    @override
    def new_id(self) -> str:
        return self._next()[:32]

    @override
    def token(self, bytes_count: int) -> str:
        return self._next()[: bytes_count * 2]
