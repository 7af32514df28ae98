"""Asks the gateway what became of writes whose answer was lost, and drives money on its way back.

Due times stand in the rows, so that any process takes up what another left, and nothing sleeps meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import CounterfoilError, DecisionError
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.looking import Doubtful, Found, Nothing, Refused, Sight, Undecided
from counterfoil.runtime.money_back import MoneyBack
from counterfoil.runtime.searching import Search
from counterfoil.runtime.sending import LONGEST_CALL

log = structlog.get_logger()

LOOKS = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
DAILY = timedelta(days=1)
APART = timedelta(hours=12)
"""How far apart two looks in vain must lie at least: exports may stand still for hours (assumed)."""
GROUP_MAX = 50


def next_look(row: EffectRow, now: datetime) -> datetime:
    """30 seconds, 5 minutes and an hour after it was sent, then daily."""
    sent = row.sent_at or row.begun_at
    ahead = [sent + after for after in LOOKS if sent + after > now]
    return ahead[0] if ahead else now + DAILY


def conclude(row: EffectRow, sight: Sight, now: datetime, lag: timedelta) -> EffectRow:
    """The row after a look.

    That nothing was found counts only once the gateway's records must be there, and decides only when it
    was so twice, half a day apart: then it was never made, and may be sent again. `now` is the time before
    the look, because what was made since could not be seen.
    """
    looked = replace(row, looks=row.looks + 1, due_at=next_look(row, now))
    match sight:
        case Found(transaction=transaction):
            after = replace(looked, state=EffectState.DONE, carried=transaction, due_at=None, why="")
        case Refused(why=why, voided=voided):
            after = _refused(replace(looked, carried=voided), why, now)
        case Doubtful(why=why):
            after = replace(looked, state=EffectState.QUESTION, why=why)
        case Undecided():
            after = replace(looked, state=EffectState.UNKNOWN, missed_at=None)
        case Nothing(voided=voided):
            after = _missed(looked, voided, now, lag)
        case _:
            assert_never(sight)
    return after


def _missed(row: EffectRow, voided: TransactionId | None, now: datetime, lag: timedelta) -> EffectRow:
    if not is_late(row, now, lag):
        return replace(row, state=EffectState.UNKNOWN)
    if row.missed_at is None or now - row.missed_at < max(lag, APART):
        return replace(row, state=EffectState.UNKNOWN, missed_at=row.missed_at or now)
    if voided is not None:
        why = f"it was made as {voided} and voided, as the gateway tells"
        return _refused(replace(row, carried=voided), why, now)
    return never_made(row, "it was looked for twice and not found", now)


def is_late(row: EffectRow, now: datetime, lag: timedelta) -> bool:
    """Whether its record must be there by now, had it been made."""
    return row.sent_at is not None and now - row.sent_at >= max(lag, LONGEST_CALL)


def never_made(row: EffectRow, why: str, now: datetime) -> EffectRow:
    """It may be sent again: by whoever wants it, or at once where money is on its way back."""
    due = now if row.effect.kind is EffectKind.GIVE_BACK else None
    return replace(row, state=EffectState.WAITING, due_at=due, missed_at=None, why=why)


def _refused(row: EffectRow, why: str, now: datetime) -> EffectRow:
    if row.effect.kind is EffectKind.GIVE_BACK:
        return never_made(row, why, now)
    return replace(row, state=EffectState.FAILED, due_at=None, why=why)


def hear_word(
    effects: EffectStore, key: str, carried: TransactionId | None, *, by: str, now: datetime
) -> EffectRow:
    """A named person's word: which transaction carried an effect out, or (None) that none did.

    Raises:
        DecisionError: it does not wait for anybody's word, changed while it was given, or the transaction
            carried out something else.
    """
    row = effects.find(key)
    if row is None or row.state not in {EffectState.UNKNOWN, EffectState.QUESTION}:
        raise DecisionError(f"{key} does not wait for anybody's word")
    if carried is not None and carried != row.effect.transaction:
        _require_unclaimed(effects, row, carried)
    told = {"said_by": by, "said_at": now.isoformat(), "said": carried or "none"}
    row = replace(row, details={**row.details, **told})
    if carried is None:
        after = never_made(row, f"{by} says that it was never made", now)
    else:
        after = replace(row, state=EffectState.DONE, carried=carried, due_at=None, why="")
    stored = effects.change(after)
    if isinstance(stored, Moved):
        raise DecisionError(f"{key} changed meanwhile: look again")
    return stored


def _require_unclaimed(effects: EffectStore, row: EffectRow, carried: TransactionId) -> None:
    """One transaction is one charge or one refund; only a void bears the number of what it takes back."""
    if effects.claimed(row.effect.connection, [carried]):
        raise DecisionError(f"{carried} is known to have carried out something else: look again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one turn did."""

    looked: int = 0
    driven: int = 0
    undecided: int = 0
    """Those of them that still wait for a look or a person."""


class Asker:
    """Takes up what is due of one connection."""

    def __init__(
        self,
        connection: str,
        writes: GatewayWrites,
        search: Search,
        effects: EffectStore,
        clock: Clock,
        *,
        lag: timedelta,
    ) -> None:
        self._connection = connection
        self._writes = writes
        self._search = search
        self._effects = effects
        self._clock = clock
        self._lag = lag
        self._back = MoneyBack(writes, search, effects, clock)

    def turn(self) -> Asked:
        """Looks for what is due, one by one; what cannot be read now is looked for later."""
        due = self._effects.due(self._connection, self._clock.now(), GROUP_MAX)
        waiting = [row for row in due if row.state is EffectState.WAITING]
        for row in waiting:
            self._back.drive(row)
        looked = [self._look(row) for row in due if row.state is not EffectState.WAITING]
        return Asked(
            looked=len(looked),
            driven=len(waiting),
            undecided=sum(row.state in {EffectState.UNKNOWN, EffectState.QUESTION} for row in looked),
        )

    def _look(self, row: EffectRow) -> EffectRow:
        now = self._clock.now()
        try:
            sight = self._search.see(row, now, is_late=is_late(row, now, self._lag))
        except CounterfoilError as error:
            later = replace(row, due_at=next_look(row, now), why=str(error))
            if row.state is EffectState.SENDING:
                later = replace(later, state=EffectState.UNKNOWN)
            stored = self._effects.change(later)
            return row if isinstance(stored, Moved) else stored
        after = conclude(row, sight, now, self._lag)
        stored = self._effects.change(after)
        if isinstance(stored, Moved):
            return row
        if stored.state is EffectState.DONE and stored.carried is not None:
            self._writes.tell(stored.carried)
        log.info("gateway_outcome_asked", effect=row.effect.key, state=stored.state.value)
        return stored
