"""Companies put on a rung of the ladder, for tests of what comes after it."""

from __future__ import annotations

from datetime import UTC, datetime

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.connectors.sagepro.trust.rungs import Move, Rung

MOVED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def stand(profile: Profile, rung: Rung = Rung.DIRECT) -> None:
    """Notes the move as it stands after a person took it, without asking for anything."""
    move = Move(rung=rung, person="Ann Lee", reason="tests", at=MOVED_AT, mode=profile.mode)
    trust_record(profile).add(move)
