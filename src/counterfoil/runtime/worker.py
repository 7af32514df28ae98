"""The worker: takes a run's turn, carries it, and writes down how the turn ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import assert_never

import structlog

from counterfoil.ports.engine import Carry, Failed, Finished, Outcome, Parked, RetryAfter
from counterfoil.ports.errors import ConfigurationError, DecisionError, TransientError
from counterfoil.runtime.calls import one_turn
from counterfoil.runtime.problems import problem_of
from counterfoil.runtime.turnstile import Turnstile
from counterfoil.store.run_queue import Begun, Behind, Idle, RunQueue, Struck, Turn
from counterfoil.telemetry.meters import Meters, TurnNote
from counterfoil.telemetry.tracing import Attribute, Attributes, Open, Span, span

log = structlog.get_logger()

_WORDS = {Finished: "done", Parked: "parked", RetryAfter: "again", Failed: "dead"}
"""How a turn's end is counted; one that ended in an exception is an error."""

STRIKES_MAX = 5
"""Attempts in a row that may end without order, such as a killed worker, before the run is a dead letter."""
WAIT_SECONDS_MAX = 300


def wait_seconds(tries: int) -> int:
    """2, 4, 8 ... up to five minutes."""
    return int(min(2 ** min(tries, 16), WAIT_SECONDS_MAX))


def outcome_of_error(error: Exception, turn: Turn, wait: Callable[[int], int]) -> Outcome:
    """What an error means that the carrier did not turn into an outcome itself."""
    match error:
        case TransientError():
            failed = turn.failed + 1
            seconds = error.retry_after_seconds or wait(failed)
            return RetryAfter(seconds=seconds, why=str(error), failed=failed, problem=problem_of(error))
        case ConfigurationError() | DecisionError():
            return Failed(why=str(error), problem=problem_of(error))
        case _ if turn.strikes >= STRIKES_MAX:
            last = f"{type(error).__name__}: {error}"
            return Failed(why=f"failed {turn.strikes} times in a row, last with {last}")
        case _:
            why = f"{type(error).__name__}: {error}"
            return RetryAfter(seconds=wait(turn.strikes), why=why, problem=problem_of(error))


class Worker:
    """Carries one run at a time per calling thread; the engine calls `turn` for every job."""

    def __init__(
        self,
        queue: RunQueue,
        carry: Carry,
        *,
        name: str,
        wait: Callable[[int], int] = wait_seconds,
        meters: Meters | None = None,
    ) -> None:
        self._queue = queue
        self._carry = carry
        self._name = name
        self._turnstile = Turnstile()
        self._wait = wait
        self._meters = meters or Meters()

    def turn(self, run_id: str) -> int | None:
        """Carries a run as far as it goes; the seconds after which its job must come again, or None."""
        with self._turnstile.together():
            begun = self._queue.begin(run_id, self._name)
            if not isinstance(begun, Struck):
                return self._begun(run_id, begun)
        with self._turnstile.alone():
            return self._begun(run_id, self._queue.begin(run_id, self._name, alone=True))

    def _begun(self, run_id: str, begun: Begun) -> int | None:
        match begun:
            case Turn():
                with self._meters.turn(begun.flow) as note, _span(begun) as opened:
                    seconds = self._take(begun, note)
                    opened.say(Attribute.OUTCOME, note.outcome)
                    return seconds
            case Behind():
                log.info("run_parked_behind", run=run_id, elder=begun.elder)
            case Idle():
                log.info("run_idle", run=run_id, status=begun.status)
            case Struck():
                log.error("run_not_begun", run=run_id, strikes=begun.strikes)
            case _:
                assert_never(begun)
        return None

    def _take(self, turn: Turn, note: TurnNote) -> int | None:
        if turn.strikes > STRIKES_MAX:
            return self._end(
                turn, Failed(why=f"ended its worker {STRIKES_MAX} times in a row"), in_order=False
            )
        try:
            with one_turn():
                outcome = self._carry(turn.run)
        except Exception as error:  # noqa: BLE001 - the worker loop: one run must not stop the others
            log.warning("run_attempt_failed", run=turn.run, attempt=turn.attempt, error=type(error).__name__)
            return self._end(
                turn, outcome_of_error(error, turn, self._wait), in_order=isinstance(error, TransientError)
            )
        note.outcome = _WORDS[type(outcome)]
        return self._end(turn, outcome, in_order=True)

    def _end(self, turn: Turn, outcome: Outcome, *, in_order: bool) -> int | None:
        match outcome:
            case Finished():
                if not self._queue.finish(turn):
                    self._queue.bury(turn, Failed(why="the flow ended without closing its run: report this"))
            case Parked():
                self._queue.park(turn, outcome)
            case RetryAfter():
                self._queue.retry(turn, outcome, in_order=in_order)
                return outcome.seconds
            case Failed():
                log.warning("run_dead", run=turn.run, attempt=turn.attempt)
                self._queue.bury(turn, outcome)
            case _:
                assert_never(outcome)
        return None


def _span(turn: Turn) -> AbstractContextManager[Open]:
    told: Attributes = {
        Attribute.FLOW: turn.flow,
        Attribute.RUN: turn.run,
        Attribute.ATTEMPT: turn.attempt,
    }
    return span(Span.RUN, told, parent=turn.trace)
