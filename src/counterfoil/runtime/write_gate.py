"""How writes at the gateway stand, in words for people; the gap is looked at before each poll."""

from __future__ import annotations

from counterfoil.ports.effects import EffectState, EffectStore
from counterfoil.ports.errors import DecisionError
from counterfoil.runtime.days_reader import Polled
from counterfoil.runtime.gap import WORKS, GapWatch
from counterfoil.runtime.polling import Poller

COUNTED_MAX = 1000


class GuardedPoll:
    """Polls one connection, and opens its gate beside it.

    The watch comes first, because a poll moves on the cursor by which the gap is known.
    """

    def __init__(self, connection: str, gap: GapWatch, poller: Poller, effects: EffectStore) -> None:
        self._connection = connection
        self._gap = gap
        self._poller = poller
        self._effects = effects
        self._gate = "writes held: the gateway was not asked yet what was done before the start"

    def turn(self) -> Polled:
        try:
            self._gate = self._gap.turn()
        except DecisionError as error:
            self._gate = f"writes held: {error}"
        return self._poller.turn()

    @property
    def state(self) -> str:
        """Whether anything may be written, and what waits to be known."""
        rows = self._effects.unsettled(self._connection, COUNTED_MAX)
        questions = sum(row.state is EffectState.QUESTION for row in rows)
        unknown = len(rows) - questions
        told = [self._gate] if self._gate != WORKS else []
        told += [f"{unknown} sent whose outcome is asked for"] if unknown else []
        told += [f"{questions} wait for a person's word"] if questions else []
        return "; ".join(told) or WORKS
