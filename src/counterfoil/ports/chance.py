"""Where chance comes from."""

from __future__ import annotations

import secrets
from typing import Protocol

from typing_extensions import override


class Chance(Protocol):
    """Draws whole numbers."""

    def below(self, bound: int) -> int:
        """0 or more and below the bound, which is at least 1; each as likely as the others."""
        ...


class SystemChance(Chance):
    """The operating system's random source."""

    @override
    def below(self, bound: int) -> int:
        return secrets.randbelow(bound)


class NoChance(Chance):
    """Always the lowest; for tests, dry runs and whatever must be the same each time."""

    @override
    def below(self, bound: int) -> int:
        return 0
