"""Own starts that are kept in memory and start nothing: flow tests and dry runs."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.ports.intake import OwnEvent, OwnEventSink, OwnEventTold


class MemoryOwnEvents(OwnEventSink):
    """Keeps each start once, by connection and key, in the order in which it was told."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], OwnEvent] = {}

    @override
    def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
        return [self._tell(event) for event in events]

    def _tell(self, event: OwnEvent) -> OwnEventTold:
        place = (event.connection, event.key)
        is_new = place not in self.told
        self.told.setdefault(place, event)
        runs = (f"run of {event.key}",) if is_new else ()
        return OwnEventTold(event=event.key, runs=runs, is_new=is_new)
