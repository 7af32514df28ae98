"""Sends what is wanted of the gateway at most once: the intent is stored before, the answer after.

The one place from which anything is sent that moves money or asks for it. Only whoever stored the intent
sends, and not late; what then came of it is stored whatever others concluded meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import CounterfoilError, OutcomeUnknownError, TransientError
from counterfoil.ports.instructions import Unknown

log = structlog.get_logger()

SEND_WITHIN = timedelta(seconds=20)
"""How long after its intent was stored an instruction may still be sent: a process that was frozen between
the two finds that others went on, and does not send."""
LONGEST_CALL = timedelta(minutes=5)
"""Longer than any call may take; before it nobody asks for a call that may still be on its way."""
FIRST_LOOK = timedelta(seconds=30)
TRY_AGAIN = timedelta(minutes=5)
"""When giving money back is tried again after the gateway was away or had its own idea of the time."""
LINK = "link"
"""In an effect's details: the gateway's number of the link that was sent."""

A = TypeVar("A")


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesHeld:
    """Nothing is sent until what was done before a restore is known; it goes on by itself."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Generic[A]):
    """What the gateway answered, and the row as it stands after it."""

    answer: A | Unknown
    row: EffectRow


class Sender:
    """The only way to send, of one connection."""

    def __init__(self, connection: str, effects: EffectStore, clock: Clock) -> None:
        self._connection = connection
        self._effects = effects
        self._clock = clock

    def send(
        self,
        row: EffectRow,
        act: EffectKind,
        call: Callable[[], A],
        end: Callable[[EffectRow, A | Unknown], EffectRow],
    ) -> Sent[A] | WritesHeld:
        """Calls once, if this caller may; `end` gives the row after the answer.

        Raises:
            TransientError: nothing was sent, or somebody else is sending it; repeat.
            CounterfoilError: the gateway took nothing; what the call raised.
        """
        sending = self._claim(row, act)
        if isinstance(sending, WritesHeld):
            return sending
        answer: A | Unknown
        try:
            answer = call()
        except OutcomeUnknownError as error:
            answer = Unknown(why=str(error))
        except CounterfoilError as error:
            self._keep(replace(sending, state=EffectState.WAITING, why=str(error)))
            raise
        if isinstance(answer, Unknown):
            log.warning("gateway_outcome_unknown", effect=row.effect.key, connection=self._connection)
        return Sent(answer=answer, row=self._keep(end(sending, answer)))

    def _claim(self, row: EffectRow, act: EffectKind) -> EffectRow | WritesHeld:
        """The row as its only sender has it."""
        now = self._clock.now()
        sending = self._effects.send(
            replace(
                row,
                state=EffectState.SENDING,
                sent=act,
                tries=row.tries + 1,
                sent_at=now,
                looks=0,
                missed_at=None,
                due_at=now + LONGEST_CALL,
                why="",
            )
        )
        if sending is Moved.WRITES_HELD:
            return WritesHeld(why="writes through this connection are held after a restart or a restore")
        if sending is Moved.BY_OTHERS:
            raise TransientError(f"{row.effect.key} is being carried out by somebody else")
        if self._clock.now() - now > SEND_WITHIN:
            self._keep(replace(sending, state=EffectState.WAITING, why="it was not sent in time"))
            raise TransientError(f"{row.effect.key} was not sent in time, and nothing was done")
        return sending

    def _keep(self, ended: EffectRow) -> EffectRow:
        """Stores what became of this very try, also over what somebody concluded meanwhile."""
        ended = replace(ended, due_at=self._next_due(ended))
        while True:
            stored = self._effects.change(ended)
            if not isinstance(stored, Moved):
                return stored
            row = self._effects.find(ended.effect.key)
            if row is None or _is_settled_by(row, ended):
                return row or ended
            if row.tries != ended.tries or _is_carried_by_another(row, ended):
                why = f"carried out twice, once as {_made(ended)}: look at the gateway and take one back"
                ended = replace(ended, state=EffectState.QUESTION, tries=row.tries, why=why)
            ended = replace(ended, version=row.version)

    def _next_due(self, row: EffectRow) -> datetime | None:
        now = self._clock.now()
        if row.state is EffectState.UNKNOWN:
            return now + FIRST_LOOK
        waits = row.state is EffectState.WAITING and row.effect.kind is EffectKind.GIVE_BACK
        return now + TRY_AGAIN if waits else None


def _made(row: EffectRow) -> object:
    """What carried the effect out: a transaction, or of a link its number."""
    return row.carried or row.details.get(LINK)


def _is_carried_by_another(row: EffectRow, ended: EffectRow) -> bool:
    """Whether somebody stored another transaction meanwhile, be it as an answer or as one too many."""
    if row.state is EffectState.QUESTION and ended.state is EffectState.DONE:
        return _made(row) not in {None, _made(ended)}
    return row.state is EffectState.DONE


def _is_settled_by(row: EffectRow, ended: EffectRow) -> bool:
    """Whether what others stored meanwhile leaves nothing to tell of this try's end."""
    if ended.state is EffectState.DONE:
        return row.state is EffectState.DONE and _made(row) == _made(ended)
    return row.state is EffectState.DONE or row.tries != ended.tries
