"""Trying one node again as the node itself says, and the way of its error after that.

What a node that only reads or decides could not do, was not done: its error may lead elsewhere. An error of a
node that writes is never taken for a failure, because a write whose answer was lost may have happened; it is
tried as every run is. Only ``busy``, the answer which says that nothing was changed, may lead elsewhere, and
only where no try before it ended without an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.durations import seconds
from counterfoil.flows.nodes.node import ON_ERROR, Node
from counterfoil.flows.retry import Retry
from counterfoil.ports.catalogue import Nature
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import DecisionError, TransientError
from counterfoil.ports.run_store import Json, RunStore
from counterfoil.runtime.step import NotYetError, Operation, Step, StepResult

USUAL: Final = Retry(times=8, first=timedelta(seconds=2), at_most=timedelta(minutes=1))
"""How a node with ``on_error`` alone is tried, as every run is."""
_NOTHING_DONE: Final = frozenset({"busy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is known of a step's tries."""

    failed: int = 0
    is_open: bool = False
    """Whether a try began that may have written, and gave no answer."""


def is_patient(node: Node) -> bool:
    return node.retry is not None or node.on_error is not None


class Patience:
    """Counts the tries of a step beside its intent."""

    def __init__(self, store: RunStore, clock: Clock, spread: Callable[[int], int] = int) -> None:
        self._store = store
        self._clock = clock
        self._spread = spread

    def act(
        self, node: Node, operation: Operation, step: Step, earlier: Mapping[str, Json]
    ) -> tuple[StepResult, Tried]:
        """The result or the node's error, and the tries before it; `earlier` is kept by what writes.

        Raises:
            NotYetError: it is tried again later.
            CounterfoilError: what goes the usual way.
        """
        writes = operation.spec.nature is Nature.EFFECT
        tried = self._read(step)
        if writes:
            self._note(step, Tried(failed=tried.failed, is_open=True), earlier)
        try:
            return operation.act(step), tried
        except TransientError as error:
            if writes or (error.rests and node.on_error is None):
                raise
            self._failed(node, step, tried, str(error), at_least=error.retry_after_seconds or 0)
            if node.on_error is None:
                raise
            return _error(node, _no_success(node, str(error))), tried
        except DecisionError as error:
            if writes or node.on_error is None:
                raise
            return _error(node, _question(error)), tried

    def wait(self, node: Node, step: Step, why: str) -> None:
        """For a node that goes on by itself after its last try: counts one that failed.

        Raises:
            NotYetError: there are tries left.
        """
        self._failed(node, step, self._read(step), why)

    def answered(
        self, node: Node, step: Step, result: StepResult, tried: Tried, *, writes: bool
    ) -> StepResult:
        """Of an outcome that is to be tried again: the same where it goes the usual way, or the node's error.

        Raises:
            NotYetError: it is tried again later.
        """
        why = str(result.summary.get("why") or f"ended as {result.outcome}")
        is_open = tried.is_open or (writes and result.outcome not in _NOTHING_DONE)
        self._failed(node, step, Tried(failed=tried.failed, is_open=is_open), why)
        return result if is_open or node.on_error is None else _error(node, _no_success(node, why))

    def _failed(self, node: Node, step: Step, tried: Tried, why: str, at_least: int = 0) -> None:
        """Counts a try that failed; raises NotYetError where there are tries left."""
        retry = node.retry or USUAL
        now = Tried(failed=tried.failed + 1, is_open=tried.is_open)
        self._note(step, now, {})
        if now.failed < retry.times:
            pause = self._spread(max(seconds(retry.pause(now.failed)), at_least))
            raise NotYetError(self._clock.now() + timedelta(seconds=pause), why)

    def _read(self, step: Step) -> Tried:
        kept = self._store.find_intent(step.run.id, step.name)
        if kept is None:
            return Tried()
        return Tried(failed=int(str(kept.get("failed", 0))), is_open=bool(kept.get("open")))

    def _note(self, step: Step, tried: Tried, earlier: Mapping[str, Json]) -> None:
        intent = {"inputs": dict(step.inputs), "failed": tried.failed, "open": tried.is_open}
        self._store.begin_step(step.run.id, step.name, intent, earlier)


def decided(node: Node, operation: Operation, step: Step) -> StepResult:
    """What a node gives that asks nothing of the world: tried once, its question may lead elsewhere."""
    try:
        return operation.act(step)
    except DecisionError as error:
        if node.on_error is None:
            raise
        return _error(node, _question(error))


def _question(error: DecisionError) -> Hold:
    return Hold(kind=error.kind, title=error.title, why=str(error))


def _no_success(node: Node, why: str) -> Hold:
    return Hold(kind=ReviewKind.DECISION, title=f"Node {node.name} did not succeed", why=why)


def _error(node: Node, question: Hold) -> StepResult:
    return StepResult(outcome=ON_ERROR, summary={"error": f"{node.name}: {question.why}"}, review=question)
