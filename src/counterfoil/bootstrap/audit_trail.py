"""Seals what people did each minute, and looks at the whole chain each hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.audit_chain import Break, Head
from counterfoil.store.audit_trail import AuditTrail, Line, Verdict

PAUSE = timedelta(minutes=1)
LOOK_EVERY = timedelta(hours=1)
LINES_MAX = 1000

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class AuditDesk:
    """Where people read the trail and see whether it holds."""

    def __init__(self, workspace: Workspace) -> None:
        self._trail = AuditTrail(workspace.database, workspace.clock)

    def newest(self, limit: int) -> Sequence[Line]:
        """What was done last, newest first."""
        return self._trail.newest(min(limit, LINES_MAX))

    def verify(self, known: str = "") -> Verdict:
        """Seals what is new, then holds every line against its seal; `known` is a head that a log tells of.

        What is found without `known` is kept for the alert; a head that was mistyped raises none.

        Raises:
            ConfigurationError: `known` is not written as a head.
        """
        wanted = _read_head(known) if known else None
        seal_all(self._trail)
        verdict = self._trail.verify(wanted)
        if wanted is None:
            self._trail.keep(verdict)
        return verdict

    def accept(self, *, by: str, why: str) -> Sequence[Break]:
        """Takes all breaks as they stand; gives them.

        Raises:
            ConfigurationError: no person, or no reason, was named.
        """
        person, reason = require_person(by), read_line("reason", why)
        found = self._trail.verify().breaks
        if found:
            self._trail.accept(found, by=person, why=reason)
            seal_all(self._trail)
            self._trail.keep(self._trail.verify())
        return found


def audit_loop(workspace: Workspace) -> Loop:
    """A hub's own seals and looks; several stay out of each other's way."""
    trail = AuditTrail(workspace.database, workspace.clock)

    def turn() -> None:
        seal_all(trail)
        if trail.is_due(LOOK_EVERY):
            verdict = trail.verify()
            trail.keep(verdict)
            if verdict.breaks:
                log.error("audit_trail_broken", breaks=len(verdict.breaks), words=verdict.words)

    return Loop("audit trail", turn, pause=PAUSE)


def seal_all(trail: AuditTrail) -> None:
    """Seals group by group; the log tells of each new head."""
    while head := trail.seal():
        log.info("audit_trail_sealed", place=head.place, seal=head.seal)


def _read_head(known: str) -> Head:
    place, _, seal = known.partition(":")
    if not (place.isascii() and place.isdecimal() and seal):
        raise ConfigurationError("a head is written as the log tells it: PLACE:SEAL, such as 17:9f86d0...")
    return Head(place=int(place), seal=seal)
