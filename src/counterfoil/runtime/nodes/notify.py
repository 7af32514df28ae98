"""Telling people: what no channel takes after its tries is an outcome, so that a notice never holds money."""

from __future__ import annotations

from counterfoil.flows.nodes.notify import FAILED, SENT, TEXT_MAX, TITLE_MAX, Notify
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.ports.notifier import Notice
from counterfoil.runtime.nodes.means import Place
from counterfoil.runtime.patience import Patience
from counterfoil.runtime.step import Operation, Step, StepResult


def make_notifying(deed: Notify, place: Place) -> Operation:
    return Operation(spec=place.spec, act=lambda step: _notify(deed, place, step))


def _notify(deed: Notify, place: Place, step: Step) -> StepResult:
    bench = place.bench
    notice = Notice(
        channel=deed.to,
        title=deed.title.filled(step.inputs, TITLE_MAX),
        text=deed.text.filled(step.inputs, TEXT_MAX),
    )
    try:
        bench.means.notifier.send(step.run.environment, notice)
    except ConfigurationError as error:
        return StepResult(outcome=FAILED, summary={"notice": f"{deed.to}: not sent: {error}"})
    except TransientError as error:
        Patience(bench.store, bench.clock, bench.spread).wait(place.node, step, str(error))
        return StepResult(outcome=FAILED, summary={"notice": f"{deed.to}: not sent: {error}"})
    return StepResult(outcome=SENT, summary={"notice": f"{deed.to}: {notice.title}"})
