"""What must hold before a company is moved up; moving down is always possible at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.connectors.sagepro.trust.rungs import Backup, Mode, Move, Rung, Standing

BACKUP_AGE_MAX = timedelta(hours=24)
"""Proposed: last night's backup counts, one of the night before does not."""
_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for."""

    rung: Rung
    person: str
    reason: str
    kinds: tuple[str, ...] = ()
    """The posting kinds that are to be written or handed over."""
    backup: Backup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found at the site."""

    safe: Collection[str] = ()
    """The posting kinds that the check found safe; for the outbox, those that are proven or vouched for."""
    faults: Collection[str] = ()
    """What the check found that is not safe, whatever the kind."""
    known: Collection[str] = ()
    """The posting kinds that there are."""
    backup_put_at: datetime | None = None
    """When what was named as the backup was put there; None where it is not there or holds nothing."""


def needs_evidence(request: Request, mode: Mode) -> bool:
    """Whether the site must be looked at: a test company is moved by a person's word alone."""
    return request.rung.height > Rung.SHADOW.height and mode is Mode.LIVE


def objections(
    request: Request, standing: Standing, mode: Mode, evidence: Evidence, now: datetime
) -> list[str]:
    """What stands against the move, with what to do; empty where nothing does."""
    found = list(_words_missing(request))
    if request.rung.height < standing.rung.height:
        return found
    if needs_evidence(request, mode):
        found += _kinds_missing(request, evidence)
    if request.rung is Rung.DIRECT and needs_evidence(request, mode):
        found += evidence.faults
        found += _backup_faults(request.backup, evidence, now)
    return found


def move_of(request: Request, mode: Mode, now: datetime, program: str) -> Move:
    """The move that the request becomes; only what was asked for and looked at is noted."""
    is_calibrated = needs_evidence(request, mode)
    return Move(
        rung=request.rung,
        person=request.person,
        reason=request.reason,
        at=now,
        mode=mode,
        kinds=request.kinds if is_calibrated else (),
        is_calibrated=is_calibrated,
        backup=request.backup if is_calibrated and request.rung is Rung.DIRECT else None,
        program=program,
    )


def _words_missing(request: Request) -> Iterator[str]:
    if not request.person.strip():
        yield "say who moves the company: --by with a person's name"
    if not request.reason.strip():
        yield "say why: --reason"


def _kinds_missing(request: Request, evidence: Evidence) -> Iterator[str]:
    if not request.kinds:
        yield "name the posting kinds that are to be posted: --kind for each"
    for kind in request.kinds:
        if kind not in evidence.known:
            yield f"{kind!r} is no posting kind; there are {', '.join(evidence.known)}"
        elif kind not in evidence.safe and request.rung is Rung.OUTBOX:
            yield f"{kind} is not proven here: calibrate it, or vouch for it (counterfoil sagepro calibrate)"
        elif kind not in evidence.safe:
            yield f"{kind} is not safe here: calibrate it, and see counterfoil sagepro check"


def _backup_faults(backup: Backup | None, evidence: Evidence, now: datetime) -> Iterator[str]:
    if backup is None:
        yield "name a backup of the company's files: --backup and --backup-taken-at"
        return
    if evidence.backup_put_at is None:
        yield f"{backup.path} holds no backup: name a file, or a folder with the company's tables"
        return
    if backup.taken_at > now:
        yield f"the backup's time {backup.taken_at.isoformat()} lies in the future"
    oldest = min(backup.taken_at, evidence.backup_put_at)
    if now - oldest > BACKUP_AGE_MAX:
        hours = BACKUP_AGE_MAX // timedelta(hours=1)
        yield f"the backup is of {oldest.isoformat()}: one that is at most {hours} hours old is asked for"
    elif evidence.backup_put_at < backup.taken_at - _SLACK:
        yield f"what lies at {backup.path} is older than {backup.taken_at.isoformat()}: name its own time"
