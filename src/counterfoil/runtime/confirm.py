"""Turns hints into events by reading the gateway's own record; outside any lane, limited per connection.

A silent post can be forged by anybody who learns its address, so the number of confirmations per minute is
bounded for each connection, and a forged hint costs one read and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import CounterfoilError, DecisionError, TransientError
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.intake import EventSink, Hint, HintStore
from counterfoil.telemetry.tracing import Attribute, Span, span

log = structlog.get_logger()

PER_MINUTE = 600
PARALLEL = 4
GROUP_MAX = 100
LOOKS_MAX = 6
"""How often an unknown transaction is asked for: the gateway's record may come later than its push."""
AWAY_SECONDS = 5
"""When a gateway that gave no answer is asked again, unless it says itself."""


class MinuteLimit:
    """At most so many turns in any minute, refilled evenly."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._step = timedelta(minutes=1) / per_minute
        self._burst = timedelta(minutes=1)
        self._clock = clock
        self._paid_until = clock.now() - self._burst
        self._guard = Lock()

    def take(self, wanted: int) -> int:
        """How many of the wanted turns may be used now."""
        with self._guard:
            now = self._clock.now()
            # A clock that was set back owes no turns; it starts anew from where it stands.
            start = min(max(self._paid_until, now - self._burst), now)
            granted = min(wanted, int((now - start) / self._step))
            self._paid_until = start + granted * self._step
            return granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What one turn did."""

    confirmed: int = 0
    refused: int = 0
    postponed: int = 0


def look_again_at(now: datetime, attempts: int) -> datetime:
    """1, 4, 16, 64 seconds and so on, at most an hour."""
    return now + min(timedelta(seconds=4 ** min(attempts, 6)), timedelta(hours=1))


class Confirmer:
    """Confirms one connection's hints."""

    def __init__(
        self, connection: str, gateway: GatewayRecords, hints: HintStore, events: EventSink, clock: Clock
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._hints = hints
        self._events = events
        self._clock = clock
        self._limit = MinuteLimit(PER_MINUTE, clock)

    def turn(self) -> Confirmed:
        """Reads what is due, a bounded number in parallel."""
        due = self._hints.due(self._connection, GROUP_MAX)
        taken = due[: self._limit.take(len(due))]
        if len(taken) < len(due):
            log.warning("confirmations_limited", connection=self._connection, waiting=len(due) - len(taken))
        return self._confirm_all(taken)

    def _confirm_all(self, hints: Sequence[Hint]) -> Confirmed:
        if not hints:
            return Confirmed()
        if len(hints) == 1:
            ends = [self._confirm(hints[0])]
        else:
            with ThreadPoolExecutor(PARALLEL, thread_name_prefix="confirm") as pool:
                ends = list(pool.map(self._confirm, hints))
        return Confirmed(
            confirmed=ends.count("confirmed"),
            refused=ends.count("refused"),
            postponed=ends.count("postponed"),
        )

    def _confirm(self, hint: Hint) -> str:
        with span(Span.INTAKE, {Attribute.SOURCE: hint.source}):
            return self._confirm_one(hint)

    def _confirm_one(self, hint: Hint) -> str:
        why = "the gateway does not know the transaction"
        try:
            record = self._gateway.fetch_transaction(hint.transaction)
            if record is not None:
                self._hints.confirm(hint, self._events.accept(self._connection, record, hint.source))
                return "confirmed"
        except DecisionError as error:
            why = str(error)
        except CounterfoilError as error:
            asked = error.retry_after_seconds if isinstance(error, TransientError) else None
            due_at = self._clock.now() + timedelta(seconds=asked or AWAY_SECONDS)
            return self._postpone(hint, due_at, str(error), looked=False)
        if hint.attempts + 1 < LOOKS_MAX:
            return self._postpone(hint, look_again_at(self._clock.now(), hint.attempts), why, looked=True)
        return self._refuse(hint, why)

    def _postpone(self, hint: Hint, due_at: datetime, why: str, *, looked: bool) -> str:
        try:
            self._hints.postpone(hint, due_at, why, looked=looked)
        except TransientError:
            log.warning("hint_left_waiting", hint=hint.id)
        return "postponed"

    def _refuse(self, hint: Hint, why: str) -> str:
        log.warning("hint_refused", connection=self._connection, hint=hint.id)
        try:
            self._hints.refuse(hint, why)
        except TransientError:
            log.warning("hint_left_waiting", hint=hint.id)
        return "refused"
