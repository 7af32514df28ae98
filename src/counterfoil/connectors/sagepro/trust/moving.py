"""Moves a company on the ladder: looks at the site as far as the move asks for it, then notes the move."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from counterfoil import __version__
from counterfoil.connectors.sagepro.calibration.proven import proven_kinds
from counterfoil.connectors.sagepro.discovery.checking import check_site
from counterfoil.connectors.sagepro.kinds import FILES_ALONE, kinds
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.trust.backups import backup_put_at
from counterfoil.connectors.sagepro.trust.raising import (
    Evidence,
    Request,
    move_of,
    needs_evidence,
    objections,
)
from counterfoil.connectors.sagepro.trust.record import TrustRecord
from counterfoil.connectors.sagepro.trust.rungs import Move, Rung
from counterfoil.ports.errors import ConfigurationError


def trust_record(profile: Profile) -> TrustRecord:
    """The record of a company.

    Raises:
        ConfigurationError: the folder of its receivables is unknown or does not exist.
    """
    return TrustRecord(own_folder(profile))


def move_company(profile: Profile, request: Request, now: datetime) -> Move:
    """Moves the company to the rung that is asked for.

    Raises:
        ConfigurationError: something stands against it; all of it is named, with what to do.
        TransientError: a table is held by another program, so that the site cannot be looked at.
    """
    record = trust_record(profile)
    standing = record.standing(profile.mode)
    is_down = request.rung.height < standing.rung.height
    if is_down and standing.move is not None:
        request = replace(request, kinds=standing.move.kinds)
    looks = needs_evidence(request, profile.mode) and not is_down
    evidence = _gathered(profile, request) if looks else Evidence()
    found = objections(request, standing, profile.mode, evidence, now)
    if found:
        raise ConfigurationError(
            f"company {profile.company} stays on {standing.rung.value}: {'; '.join(dict.fromkeys(found))}"
        )
    move = move_of(request, profile.mode, now, __version__)
    record.add(move)
    return move


def is_direct(profile: Profile) -> bool:
    """Whether postings are written to the company's tables."""
    return trust_record(profile).standing(profile.mode).rung is Rung.DIRECT


def _gathered(profile: Profile, request: Request) -> Evidence:
    if request.rung is Rung.OUTBOX:
        proven = {kind for kind, proof in proven_kinds(profile).items() if not proof.open_in_outbox}
        return Evidence(safe=proven | FILES_ALONE, known=kinds())
    found = check_site(profile)
    put_at = backup_put_at(Path(request.backup.path), _backed_up(profile)) if request.backup else None
    return Evidence(
        safe=found.safe_kinds,
        faults=found.faults(request.kinds),
        known=kinds(),
        backup_put_at=put_at,
    )


def _backed_up(profile: Profile) -> str:
    """The file by which a folder is known as a backup: of a table, or of the company's database."""
    if profile.database is not None:
        return f"{profile.database.company_db}.bak"
    return f"{TableName.DOCUMENTS.value}{profile.company}.dbf"
