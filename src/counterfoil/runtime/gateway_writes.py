"""Carries out instructions at the gateway at most once each, by keys.

A repeat that finds that something may have been sent never sends; what became of it is asked for by
`runtime/asking.py`. Writes are sent one by one and never grouped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

import structlog

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import TransientError
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
from counterfoil.runtime.sending import Sender, WritesHeld

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not decided yet, and nothing is to be sent again: a look or a person decides."""

    state: EffectState
    due_at: datetime | None
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
        self._sender = Sender(connection, effects, clock)
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
        sent = self._sender.send(row, act, lambda: self._gateway.carry_out(instruction), _ended)
        if isinstance(sent, WritesHeld):
            return sent
        if isinstance(sent.answer, Unknown):
            return outcome_of(sent.row)
        if isinstance(sent.answer, Carried):
            self.tell(sent.answer.transaction)
        return sent.answer

    def tell(self, transaction: TransactionId) -> None:
        """Makes an event of what was carried out; where that fails, the next poll does."""
        if self._heard is None:
            return
        try:
            self._heard(transaction)
        except TransientError:
            log.warning("own_answer_not_told", connection=self._connection, transaction=transaction)


def _ended(row: EffectRow, answer: Answer) -> EffectRow:
    """The row after the gateway answered."""
    match answer:
        case Carried():
            details = {**row.details, **_told(answer)}
            return replace(row, state=EffectState.DONE, carried=answer.transaction, details=details)
        case Unknown(why=why):
            return replace(row, state=EffectState.UNKNOWN, why=why)
        case NotYet(why=why):
            return replace(row, state=EffectState.WAITING, why=why)
        case TooLate(why=why) if row.effect.kind is EffectKind.GIVE_BACK:
            return replace(row, state=EffectState.WAITING, why=why)
        case Declined(why=why) | NotOffered(why=why) | TooLate(why=why):
            return replace(row, state=EffectState.FAILED, why=why)
        case _:
            assert_never(answer)


def _is_other(known: Effect, wanted: Effect) -> bool:
    """Whether the row of the key is of something else; of an adopted charge only the amount is known."""
    if known.kind is EffectKind.ADOPTED:
        return known.amount not in {None, wanted.amount}
    return (known.connection, known.digest) != (wanted.connection, wanted.digest)


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
