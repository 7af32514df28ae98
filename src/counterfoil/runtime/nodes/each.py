"""Telling every item of a list as an event of its own, each once for a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from counterfoil.flows.nodes.each import ITEMS_MAX, NOTHING, TOLD, Each
from counterfoil.flows.triggers.items import ITEMS
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.intake import OwnEvent, OwnEventSink
from counterfoil.ports.run_store import Json, Run
from counterfoil.runtime.nodes.means import Place
from counterfoil.runtime.step import Operation, Step, StepResult

SOURCE = "flow"


class TooManyItemsError(DecisionError):
    """More items than one run may tell."""

    title = "A list has more items than a flow may start runs for"


def make_each(deed: Each, place: Place) -> Operation:
    """For a node that was checked."""
    source = place.around.specs_of_inputs(place.node).get(ITEMS)
    if source is None or not source.item_key:
        raise DefectError(f"node {place.node.name} has no list of items: the flow was not checked")
    events = place.bench.means.events
    return Operation(spec=place.spec, act=lambda step: _tell(deed, source, step, events))


def _tell(deed: Each, source: OperationSpec, step: Step, events: OwnEventSink) -> StepResult:
    """A repeat tells the same again, and what is stored already starts nothing more."""
    items = _named(step.inputs[ITEMS], source)
    if not items:
        return StepResult(outcome=NOTHING, summary={ITEMS: f"no {deed.item}"})
    told = events.tell([_event(deed, step.run, key, item) for key, item in items.items()])
    idle = sum(each.is_new and not each.runs for each in told)
    summary = {ITEMS: f"{len(told)} told as {deed.event}"}
    if idle:
        summary["without_flow"] = f"{idle}: no flow is live for {deed.event}"
    return StepResult(outcome=TOLD, value={"count": str(len(told))}, summary=summary)


def _named(found: Json, source: OperationSpec) -> Mapping[str, Json]:
    """Each item by what it is called."""
    items = found.get(ITEMS)
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise DefectError(f"{source.name} gave no list of items")
    if len(items) > ITEMS_MAX:
        raise TooManyItemsError(
            f"{source.name} found {len(items)} items; a run starts {ITEMS_MAX} others at most: narrow it"
        )
    names = [str(item.get(source.item_key) or "") for item in items]
    wrong = [name for name, count in Counter(names).items() if count > 1 or not name]
    if wrong:
        raise DefectError(f"{source.name} gave several items that are called {wrong[0]!r}, or one without")
    return dict(zip(names, items, strict=True))


def _event(deed: Each, run: Run, key: str, item: Json) -> OwnEvent:
    return OwnEvent(
        connection=run.event.connection,
        company=run.company,
        key=f"item/{run.id}/{deed.item}/{key}",
        source=SOURCE,
        kind=deed.event,
        order_key=f"item/{deed.item}/{run.company}/{key}",
        body={"item": item, "company": run.company, "run": run.id},
        occurred_at=run.event.occurred_at,
    )
