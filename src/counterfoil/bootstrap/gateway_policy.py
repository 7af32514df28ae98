"""What a gateway connection's settings say of how its payments count and how late its records come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow

AUTHORISATION_DAYS = "authorisation_days"
ACH_POSTS_AT = "ach_posts_at"
SETTLED, CAPTURED = "settled", "captured"
_DAYS_MAX = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPolicy:
    """Assumptions about a gateway that a site may know better."""

    authorisation_life: timedelta = timedelta(days=30)
    """After it an authorisation that was never captured counts as expired (assumed)."""
    ach_when_captured: bool = False
    """Whether bank payments are posted before they settled."""


def read_policy(row: ConnectionRow) -> GatewayPolicy:
    """The connection's policy; what it does not say stays as assumed.

    Raises:
        ConfigurationError: a setting cannot be used.
    """
    posts_at = row.settings.get(ACH_POSTS_AT, SETTLED)
    if posts_at not in {SETTLED, CAPTURED}:
        raise ConfigurationError(f"connection {row.name}: {ACH_POSTS_AT} is {SETTLED} or {CAPTURED}")
    return GatewayPolicy(
        authorisation_life=_days(row, AUTHORISATION_DAYS, GatewayPolicy().authorisation_life),
        ach_when_captured=posts_at == CAPTURED,
    )


def _days(row: ConnectionRow, name: str, default: timedelta) -> timedelta:
    written = str(row.settings.get(name, default.days))
    if not (written.isascii() and written.isdigit() and 0 < int(written) <= _DAYS_MAX):
        raise ConfigurationError(f"connection {row.name}: {name} is a number of days from 1 to {_DAYS_MAX}")
    return timedelta(days=int(written))
