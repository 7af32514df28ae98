"""Time zones by their names."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from zoneinfo import available_timezones

from counterfoil.flows.errors import nearest, quoted


@cache
def known_zones() -> Collection[str]:
    """Looked up once: it reads a folder with hundreds of files."""
    return frozenset(available_timezones())


def wrong_zone(name: str) -> str:
    """What to say where there is no such zone; empty where there is."""
    return "" if name in known_zones() else f"no zone {quoted(name)}{nearest(name, known_zones())}"
