"""Where people see how calls to other systems stand, hold them back, let them go, and limit them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.breakers import Breaker, Hand, Limit
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.breaker import closed_by_hand, opened_by_hand
from counterfoil.store.breakers import BreakerEntry, BreakerRow, StoredBreakers

PER_MINUTE_MAX = 60_000
BURST_PART = 6
"""What ten seconds allow may be called at once, where nothing was called for a while."""
ENTRIES_MAX = 100


class BreakerDesk:
    """The breakers of all connections that are switched on; what is done here is kept with who and why."""

    def __init__(self, workspace: Workspace) -> None:
        self._breakers = StoredBreakers(workspace.database)

    def all(self, environment: str | None = None) -> Sequence[BreakerRow]:
        rows = self._breakers.overview()
        return [row for row in rows if environment in {None, row.environment}]

    def find(self, name: str, environment: str | None = None) -> BreakerRow:
        """The connection of that name.

        Raises:
            ConfigurationError: there is none that is switched on, or several environments have one.
        """
        rows = self.all(environment)
        found = [row for row in rows if row.name == name]
        if not found:
            hint = nearest(name, {row.name for row in rows})
            raise ConfigurationError(f"no connection {quoted(name)} is switched on{hint}")
        if len(found) > 1:
            named = ", ".join(row.environment for row in found)
            raise ConfigurationError(f"{name} is a connection in {named}: choose with --environment")
        return found[0]

    def log(self, row: BreakerRow) -> Sequence[BreakerEntry]:
        """What was opened and closed, newest first, the last hundred."""
        return self._breakers.entries(row.breaker.connection, ENTRIES_MAX)

    def open(self, row: BreakerRow, *, by: str, why: str) -> None:
        """Nothing more is sent through the connection until a person closes its breaker."""
        hand = _hand(by, why)
        self._change(row, lambda breaker, now: opened_by_hand(breaker, now, hand.why), hand)

    def close(self, row: BreakerRow, *, by: str, why: str) -> None:
        """Calls go through at once, and what waited goes on within seconds."""
        self._change(row, closed_by_hand, _hand(by, why))

    def limit(self, row: BreakerRow, per_minute: int, *, by: str, why: str) -> Limit | None:
        """So many calls by all workers together; 0: as many as they make.

        Raises:
            ConfigurationError: the number is out of bounds.
        """
        if not 0 <= per_minute <= PER_MINUTE_MAX:
            raise ConfigurationError(f"a limit is 1 to {PER_MINUTE_MAX} calls per minute, or 0 for none")
        limit = Limit(per_minute=per_minute, burst=max(1, per_minute // BURST_PART)) if per_minute else None
        hand = _hand(by, why)
        words = f"at most {per_minute} calls per minute" if limit else "no limit"
        told = replace(hand, why=f"{words}: {hand.why}")
        self._change(row, lambda breaker, _now: replace(breaker, limit=limit, spent_until=None), told)
        return limit

    def _change(self, row: BreakerRow, step: Callable[[Breaker, datetime], Breaker], hand: Hand) -> None:
        self._breakers.change(row.breaker.connection, step, hand)


def _hand(by: str, why: str) -> Hand:
    return Hand(by=require_person(by), why=read_line("reason", why))
