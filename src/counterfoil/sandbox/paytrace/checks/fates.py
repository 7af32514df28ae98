"""What becomes of a check by itself, told by its amount or its test account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.sandbox.paytrace.checks.rows import CheckStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Where a check ends, with the bank's return code; late is after it settled."""

    status: CheckStatus
    return_code: str = ""
    is_late: bool = False


# The amounts and accounts are this sandbox's own; the return codes are those of the ACH network.
NSF = Fate(status=CheckStatus.NSF_DECLINED, return_code="R01")
CLOSED = Fate(status=CheckStatus.RETURNED, return_code="R02")
NO_ACCOUNT = Fate(status=CheckStatus.RETURNED, return_code="R03")
UNAUTHORISED = Fate(status=CheckStatus.RETURNED, return_code="R10", is_late=True)

FATES_BY_CENTS: Mapping[int, Fate] = {
    101: NSF,
    102: CLOSED,
    103: NO_ACCOUNT,
    110: UNAUTHORISED,
    120: Fate(status=CheckStatus.REJECTED),
    121: Fate(status=CheckStatus.DECLINED),
    122: Fate(status=CheckStatus.FAILED),
    123: Fate(status=CheckStatus.TECHNICAL_ERROR),
    124: Fate(status=CheckStatus.VERIFYING),
}

FATES_BY_ACCOUNT: Mapping[str, Fate] = {
    "990001": NSF,
    "990002": CLOSED,
    "990003": NO_ACCOUNT,
    "990010": UNAUTHORISED,
}
