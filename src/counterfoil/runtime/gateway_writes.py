"""Carries out instructions at the gateway at most once each: the intent is stored before, the answer after.

A repeat that finds that something may have been sent never sends; what became of it is asked for by
`runtime/asking.py`. Writes are sent one by one and never grouped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import CounterfoilError, OutcomeUnknownError, TransientError
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.instructions import (
    Answer,
    Carried,
    Declined,
    Instruction,
    NotOffered,
    NotYet,
    TooLate,
    Unknown,
)
from counterfoil.ports.run_store import Json
from counterfoil.runtime.effect_naming import effect_of, marked

log = structlog.get_logger()

SEND_WITHIN = timedelta(seconds=20)
"""How long after its intent was stored an instruction may still be sent: a process that was frozen between
the two finds that others went on, and does not send."""
LONGEST_CALL = timedelta(minutes=5)
"""Longer than any call may take; before it nobody asks for a call that may still be on its way."""
FIRST_LOOK = timedelta(seconds=30)
TRY_AGAIN = timedelta(minutes=5)
"""When giving money back is tried again after the gateway was away or had its own idea of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not decided yet, and nothing is to be sent again: a look or a person decides."""

    state: EffectState
    due_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesHeld:
    """Nothing is sent until what was done before a restore is known; it goes on by itself."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherContent:
    """The key was used for something else: a person must look."""

    key: str


Outcome = Carried | Declined | NotYet | TooLate | NotOffered | Pending | WritesHeld | OtherContent


class GatewayWrites:
    """The one way to the gateway for whatever moves money; one connection."""

    def __init__(
        self,
        connection: str,
        gateway: Gateway,
        effects: EffectStore,
        clock: Clock,
        *,
        heard: Callable[[TransactionId], None] | None = None,
    ) -> None:
        self._connection = connection
        self._gateway = gateway
        self._effects = effects
        self._clock = clock
        self._heard = heard

    def carry_out(
        self, key: str, instruction: Instruction, *, run: str | None = None, again: bool = False
    ) -> Outcome:
        """Carries the instruction out, or tells how far it is; the same key never does it twice.

        `again` is a new decision to try what the gateway refused before.

        Raises:
            TransientError: nothing was sent, or it is not known how the effect stands; repeat the call.
            ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
        """
        effect = effect_of(self._connection, key, instruction, run=run)
        row = self._effects.begin(effect)
        if _is_other(row.effect, effect):
            return OtherContent(key=key)
        match row.state:
            case EffectState.WAITING:
                return self.send(row, marked(self._connection, key, instruction), effect.kind)
            case EffectState.FAILED if again:
                return self.send(row, marked(self._connection, key, instruction), effect.kind)
            case _:
                return outcome_of(row)

    def want_back(self, key: str, wanted: GiveBack, *, run: str | None = None) -> Outcome:
        """Notes that a payer is to have money back; the connection's asker drives it from then on."""
        effect = effect_of(self._connection, key, wanted, run=run)
        row = self._effects.begin(effect)
        if _is_other(row.effect, effect):
            return OtherContent(key=key)
        if row.state is EffectState.WAITING and row.due_at is None:
            stored = self._effects.change(replace(row, due_at=self._clock.now()))
            row = row if isinstance(stored, Moved) else stored
        return outcome_of(row)

    def send(self, row: EffectRow, instruction: Instruction, act: EffectKind) -> Outcome:
        """Sends once, if this caller may; the answer is stored whatever happened meanwhile."""
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
        return self._send(sending, instruction)

    def tell(self, transaction: TransactionId) -> None:
        """Makes an event of what was carried out; where that fails, the next poll does."""
        if self._heard is None:
            return
        try:
            self._heard(transaction)
        except TransientError:
            log.warning("own_answer_not_told", connection=self._connection, transaction=transaction)

    def _send(self, row: EffectRow, instruction: Instruction) -> Outcome:
        try:
            answer = self._gateway.carry_out(instruction)
        except OutcomeUnknownError as error:
            answer = Unknown(why=str(error))
        except CounterfoilError as error:
            self._keep(replace(row, state=EffectState.WAITING, why=str(error)))
            raise
        return self._take(row, answer)

    def _take(self, row: EffectRow, answer: Answer) -> Outcome:
        match answer:
            case Carried():
                details = {**row.details, **_told(answer)}
                done = replace(row, state=EffectState.DONE, carried=answer.transaction, details=details)
                self._keep(done)
                self.tell(answer.transaction)
                return answer
            case Unknown(why=why):
                log.warning("gateway_outcome_unknown", effect=row.effect.key, connection=self._connection)
                return outcome_of(self._keep(replace(row, state=EffectState.UNKNOWN, why=why)))
            case NotYet(why=why):
                self._keep(replace(row, state=EffectState.WAITING, why=why))
                return answer
            case TooLate(why=why) if row.effect.kind is EffectKind.GIVE_BACK:
                self._keep(replace(row, state=EffectState.WAITING, why=why))
                return answer
            case Declined(why=why) | NotOffered(why=why) | TooLate(why=why):
                self._keep(replace(row, state=EffectState.FAILED, why=why))
                return answer
            case _:
                assert_never(answer)

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
                why = f"carried out twice, once as {ended.carried}: look at the gateway and take one back"
                ended = replace(ended, state=EffectState.QUESTION, tries=row.tries, why=why)
            ended = replace(ended, version=row.version)

    def _next_due(self, row: EffectRow) -> datetime | None:
        now = self._clock.now()
        if row.state is EffectState.UNKNOWN:
            return now + FIRST_LOOK
        waits = row.state is EffectState.WAITING and row.effect.kind is EffectKind.GIVE_BACK
        return now + TRY_AGAIN if waits else None


def _is_other(known: Effect, wanted: Effect) -> bool:
    """Whether the row of the key is of something else; of an adopted charge only the amount is known."""
    if known.kind is EffectKind.ADOPTED:
        return known.amount not in {None, wanted.amount}
    return (known.connection, known.digest) != (wanted.connection, wanted.digest)


def _is_carried_by_another(row: EffectRow, ended: EffectRow) -> bool:
    """Whether somebody stored another transaction meanwhile, be it as an answer or as one too many."""
    if row.state is EffectState.QUESTION and ended.state is EffectState.DONE:
        return row.carried not in {None, ended.carried}
    return row.state is EffectState.DONE


def _is_settled_by(row: EffectRow, ended: EffectRow) -> bool:
    """Whether what others stored meanwhile leaves nothing to tell of this try's end."""
    if ended.state is EffectState.DONE:
        return row.state is EffectState.DONE and row.carried == ended.carried
    return row.state is EffectState.DONE or row.tries != ended.tries


def _told(answer: Carried) -> Json:
    told: dict[str, object] = {}
    if answer.stored is not None:
        told["stored_payer"] = answer.stored.reference
    if answer.notes:
        told["notes"] = list(answer.notes)
    return told


def outcome_of(row: EffectRow) -> Outcome:
    """What a row that is not to be sent tells."""
    if row.state is EffectState.DONE and row.carried is not None:
        return Carried(transaction=row.carried)
    if row.state is EffectState.FAILED:
        return Declined(transaction=None, why=row.why)
    return Pending(state=row.state, due_at=row.due_at, why=row.why)
