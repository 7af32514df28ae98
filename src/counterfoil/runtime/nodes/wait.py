"""Letting time pass: the run is parked, and the moment is fixed when it first comes to the node."""

from __future__ import annotations

from datetime import datetime

from counterfoil.flows.nodes.wait import OVER, Wait
from counterfoil.ports import encoding
from counterfoil.runtime.nodes.means import Bench, Place
from counterfoil.runtime.step import NotYetError, Operation, Step, StepResult

_FIXED = "fixed"


def make_waiting(deed: Wait, place: Place) -> Operation:
    return Operation(spec=place.spec, act=lambda step: _wait(deed, place.bench, step))


def _wait(deed: Wait, bench: Bench, step: Step) -> StepResult:
    until = _moment(deed, bench, step)
    if bench.clock.now() < until:
        raise NotYetError(until, f"waits {deed.length}")
    return StepResult(outcome=OVER, value={"until": until.isoformat()})


def _moment(deed: Wait, bench: Bench, step: Step) -> datetime:
    """Kept beside the step; what was kept first stands, whatever happens in between."""
    name = f"{step.name}/until"
    kept = bench.store.find_result(step.run.id, name)
    if kept is None:
        until = deed.length.end(bench.clock.now())
        noted = StepResult(outcome=_FIXED, value={"until": until.isoformat()})
        bench.store.finish_step(step.run.id, name, encoding.encode(noted))
        return until
    return datetime.fromisoformat(str(encoding.decode(StepResult, kept).value["until"]))
