"""Purges what is older than the settings keep it: each hour in hubs and workers, or when a person says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog

from counterfoil.bootstrap.loops import Loop
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.store.purge import Purge

PAUSE = timedelta(hours=1)
WITHIN = timedelta(minutes=1)
"""How long one turn may take: what is left goes an hour later."""
WORKERS_KEPT = timedelta(days=1)
"""A worker that gave no sign of life for so long went with its machine."""

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def kept_by(settings: Settings) -> Mapping[str, timedelta]:
    """For how long each kind is kept; one that is not named, for ever."""
    days = {
        "steps": settings.keep_steps_days,
        "results": settings.keep_results_days,
        "hints": settings.keep_hints_days,
    }
    return {kind: timedelta(days=count) for kind, count in days.items() if count} | {"workers": WORKERS_KEPT}


def purge_loop(workspace: Workspace) -> Loop:
    """A process's own purge; several stay out of each other's way."""
    purge, kept = Purge(workspace.database, workspace.clock), kept_by(workspace.settings)

    def turn() -> None:
        went = purge.purge(kept, WITHIN)
        if any(went.values()):
            log.info("old_rows_purged", **went)

    return Loop("purge", turn, pause=PAUSE)
