"""Carries one run through its flow, behind ports: the same in production, in a dry run and in a test.

A step is named ``node#visit``. What a reading node found is stored with the intent of the next effect and
the effect's result after it, so that a repeated run takes the same way and acts again on nothing that is
finished. Whatever lies between intent and result is made harmless by the effect's own key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from counterfoil.domain.dead_letters import ErrorClass, Problem
from counterfoil.domain.review import ENDS_A_WAIT, Hold, ReviewKind
from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow
from counterfoil.flows.nodes.node import ON_ERROR, Node
from counterfoil.flows.routes import ENDS, End, Route
from counterfoil.flows.triggers.trigger import TRIGGER
from counterfoil.flows.validate import read_flow
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature
from counterfoil.ports.clock import Clock
from counterfoil.ports.engine import Failed, Finished, Outcome, Parked
from counterfoil.ports.errors import (
    ConfigurationError,
    DecisionError,
    DefectError,
    TransientError,
)
from counterfoil.ports.run_store import Json, ReviewTask, Run, RunResult, RunStore
from counterfoil.runtime.nodes.making import NodeOperations, node_operations
from counterfoil.runtime.nodes.means import Bench, Means
from counterfoil.runtime.patience import Patience, Tried, decided, is_patient
from counterfoil.runtime.problems import problem_of
from counterfoil.runtime.retry import RetryPolicy
from counterfoil.runtime.step import NotYetError, Operation, Step, StepResult
from counterfoil.telemetry.tracing import Attribute, Span, span

_STEPS_MAX = 10_000
"""No flow that was checked goes round for ever; this ends one whose bounds multiply."""
_AGAIN: Final = frozenset({End.RETRY, End.WAIT})

Watch = Callable[[Node, StepResult], None]
"""Is told of each node that a run comes through, with what it gave; what a repeat reads again included."""


def _unwatched(_node: Node, _result: StepResult) -> None:
    """Nobody looks on."""


class Interpreter:
    """Carries runs; safe to use from several threads at once."""

    def __init__(
        self,
        store: RunStore,
        means: Means,
        clock: Clock,
        policy: RetryPolicy | None = None,
        watch: Watch = _unwatched,
    ) -> None:
        self._store = store
        self._policy = policy or RetryPolicy()
        self._bench = Bench(means=means, store=store, clock=clock, spread=self._policy.spread)
        self._clock = clock
        self._watch = watch
        self._flows: dict[str, Flow] = {}
        self._acts: dict[str, NodeOperations] = {}

    def carry(self, run_id: str) -> Outcome:
        """Carries the run as far as it goes; may be repeated at any time, and after any crash."""
        run = self._store.read_run(run_id)
        walk: _Walk | None = None
        try:
            flow = self._flow(run.flow_version)
            walk = _Walk(run, flow, self._acts[run.flow_version], self._bench)
            walk.watch = self._watch
            return self._go(walk)
        except TransientError as error:
            return self._not_now(run, walk, error)
        except DecisionError as error:
            question = Hold(kind=error.kind, title=error.title, why=str(error))
            return self._hold(run, question, walk.summary if walk else {})
        except ConfigurationError as error:
            # Looked at again by itself: whoever mends a setting need not know what waited for it.
            parked = self._policy.park(f"needs configuration: {error}", self._clock.now())
            return replace(parked, problem=problem_of(error, walk.at if walk else ""))
        except DefectError as error:
            return Failed(why=str(error), problem=problem_of(error, walk.at if walk else ""))

    def _go(self, walk: _Walk) -> Outcome:
        try:
            node, result, end = walk.go()
        except NotYetError as error:
            return Parked(until=error.until, why=str(error), lacks=False)
        return self._end(walk, node, result, end)

    def know(self, flow: Flow) -> None:
        """Takes a flow that was read and found sound, so that it is not read again."""
        whole = expand(flow)
        self._acts[flow.version] = node_operations(whole, self._bench)
        self._flows[flow.version] = whole

    def _flow(self, version: str) -> Flow:
        flow = self._flows.get(version)
        if flow is None:
            flow = read_flow(self._store.read_flow_version(version), self._bench.means.catalogue)
            if flow.version != version:
                raise DefectError(
                    f"flow {flow.name} is stored as {version}, but its content is {flow.version}"
                )
            self.know(flow)
        return self._flows[version]

    def _end(self, walk: _Walk, node: Node, result: StepResult, end: End) -> Outcome:
        why = str(result.summary.get("why") or f"{node.name} ended as {result.outcome}")
        match end:
            case End.DONE:
                self._store.close_run(walk.run.id, RunResult.DONE, walk.summary)
                return Finished()
            case End.REVIEW:
                question = result.review or Hold(kind=ReviewKind.DECISION, title=walk.flow.title, why=why)
                return self._hold(walk.run, question, walk.summary)
            case End.RETRY:
                return self._again(walk.run, walk, why)
            case End.WAIT:
                if result.review is not None and result.review.kind in ENDS_A_WAIT:
                    task = _task(walk.run, result.review, walk.summary)
                    self._store.ask(walk.run.id, walk.step, task)
                looked = _failed_before(walk.run, walk) + 1
                return replace(self._policy.park(why, self._clock.now()), failed=looked)

    def _not_now(self, run: Run, walk: _Walk | None, error: TransientError) -> Outcome:
        """What failed because a connection rests is none of the run's own failures."""
        if not error.rests:
            return self._again(run, walk, str(error), error.retry_after_seconds or 0)
        problem = problem_of(error, walk.at if walk else "")
        failed = _failed_before(run, walk)
        return Parked(until=None, why=str(error), awaits=error.rests, failed=failed, problem=problem)

    def _again(self, run: Run, walk: _Walk | None, why: str, at_least_seconds: int = 0) -> Outcome:
        failed = _failed_before(run, walk) + 1
        outcome = self._policy.after(failed, why, self._clock.now(), at_least_seconds)
        problem = Problem(error_class=ErrorClass.RETRY, node=walk.at if walk else "")
        return replace(outcome, problem=problem)

    def _hold(self, run: Run, question: Hold, summary: Json) -> Finished:
        task = _task(run, question, summary)
        self._store.close_run(run.id, RunResult.HELD, summary, task)
        return Finished()


def _failed_before(run: Run, walk: _Walk | None) -> int:
    """A try that came further than the one before it is the first that failed here."""
    return 0 if walk is not None and walk.came_further else run.failed


def _task(run: Run, question: Hold, summary: Json) -> ReviewTask:
    return ReviewTask(
        run=run.id,
        kind=question.kind.value,
        title=question.title,
        why=question.why,
        details=summary,
    )


class _Walk:
    """One attempt's way through the flow."""

    def __init__(self, run: Run, flow: Flow, operations: NodeOperations, bench: Bench) -> None:
        self.run = run
        self.flow = flow
        self.summary: dict[str, Any] = {}
        self.watch: Watch = _unwatched
        self.came_further = False
        """Whether an effect was finished in this attempt."""
        self.at = ""
        """The node that the walk came to last."""
        self.step = ""
        """Its execution: ``node#visit``."""
        self._operations = operations
        self._store = bench.store
        self._patience = Patience(bench.store, bench.clock, bench.spread)
        self._values: dict[str, Json] = {TRIGGER: flow.trigger.told(run.event.body)}
        self._visits: Counter[str] = Counter()
        self._taken: Counter[tuple[str, str]] = Counter()
        self._unstored: dict[str, Json] = {}
        self._repeating = True

    def go(self) -> tuple[Node, StepResult, End]:
        """To the first end on the way: the last node, its result and the end."""
        node = self.flow.nodes[self.flow.start]
        for _ in range(_STEPS_MAX):
            self.at = node.name
            result, target = self._visit(node)
            self.watch(node, result)
            self._keep(node, result)
            if target in ENDS:
                return node, result, ENDS[target]
            node = self.flow.nodes[target]
        raise DefectError(f"flow {self.flow.name}: more than {_STEPS_MAX} steps")

    def _keep(self, node: Node, result: StepResult) -> None:
        """An error leaves no result, not even that of an earlier visit."""
        self._values.pop(node.name, None)
        if result.outcome != ON_ERROR:
            self._values[node.name] = result.value
        self.summary.update(result.summary)

    def _visit(self, node: Node) -> tuple[StepResult, str]:
        self._visits[node.name] += 1
        name = self.step = f"{node.name}#{self._visits[node.name]}"
        operation = self._operations[node.name]
        if operation.spec.nature is Nature.PURE:
            result = decided(node, operation, self._step(node, name))
            return result, self._target(node, result)
        stored = self._store.find_result(self.run.id, name) if self._repeating else None
        if stored is not None:
            result = decode_result(stored)
            return result, self._target(node, result)
        # Results are stored in order, so behind the first gap there is nothing to find.
        self._repeating = False
        with span(Span.STEP, {Attribute.NODE: node.name}) as opened:
            result, target = self._act(node, name, operation)
            opened.say(Attribute.OUTCOME, result.outcome)
        return result, target

    def _act(self, node: Node, name: str, operation: Operation) -> tuple[StepResult, str]:
        step = self._step(node, name)
        effect = operation.spec.nature is Nature.EFFECT
        earlier = self._unstored if effect else {}
        if is_patient(node):
            result, tried = self._patience.act(node, operation, step, earlier)
        else:
            if effect:
                self._store.begin_step(self.run.id, name, {"inputs": dict(step.inputs)}, earlier)
            result, tried = operation.act(step), Tried()
        target = self._target(node, result)
        if ENDS.get(target) is End.RETRY and is_patient(node):
            result = self._patience.answered(node, step, result, tried, writes=effect)
            target = self._target(node, result)
        if effect:
            self._unstored = {}
        self._store_result(name, result, target, effect=effect)
        return result, target

    def _store_result(self, name: str, result: StepResult, target: str, *, effect: bool) -> None:
        if not effect:
            self._unstored[name] = encode_result(result)
        elif ENDS.get(target) not in _AGAIN:
            self.came_further = True
            self._store.finish_step(self.run.id, name, encode_result(result))

    def _step(self, node: Node, name: str) -> Step:
        """The inputs whose nodes have run; the flow's check made sure of the needed ones."""
        inputs = {
            name: self._values[source] for name, source in node.inputs.items() if source in self._values
        }
        return Step(name=name, run=self.run, inputs=inputs, summary=dict(self.summary))

    def _target(self, node: Node, result: StepResult) -> str:
        route: Route | None = node.ways.get(result.outcome)
        if route is None:
            what = f"node {node.name} ({node.deed.words})"
            raise DefectError(f"{what} ended as {result.outcome!r}, which it never said it could")
        self._taken[node.name, result.outcome] += 1
        if route.at_most is None or route.otherwise is None:
            return route.to
        within = self._taken[node.name, result.outcome] <= route.at_most
        return route.to if within else route.otherwise


def encode_result(result: StepResult) -> Json:
    """A step's result as it is stored."""
    return encoding.encode(result)


def decode_result(stored: Json) -> StepResult:
    """A step's result from its stored form."""
    return encoding.decode(StepResult, stored)
