"""Telling every item of a list as an event of its own, each once for a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from counterfoil.flows.conditions.condition import Condition, UndecidedError
from counterfoil.flows.nodes.each import ITEM, ITEMS_MAX, NOTHING, TOLD, Each
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.triggers.items import ITEMS
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.intake import OwnEvent, OwnEventSink
from counterfoil.ports.run_store import Json, Run
from counterfoil.runtime.nodes.decide import ConditionUndecidedError
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
    events, when = place.bench.means.events, deed.checked(place.node, place.around)

    def act(step: Step) -> StepResult:
        items = _named(step.inputs[ITEMS], source)
        wanted = {key: item for key, item in items.items() if _is_wanted(place.node, when, key, item)}
        told = _tell(deed, wanted, step, events)
        left = {"left_out": f"{len(items) - len(wanted)}: {deed.when}"} if len(wanted) < len(items) else {}
        return replace(told, summary=dict(told.summary) | left)

    return Operation(spec=place.spec, act=act)


def _is_wanted(node: Node, when: Condition | None, key: str, item: Json) -> bool:
    """Where one item has no answer nothing is told of any: a person looks first."""
    if when is None:
        return True
    try:
        return when.holds({ITEM: item})
    except UndecidedError as error:
        raise ConditionUndecidedError(f"node {node.name}, item {key}: {error}: {when.text}") from error


def _tell(deed: Each, items: Mapping[str, Json], step: Step, events: OwnEventSink) -> StepResult:
    """A repeat tells the same again, and what is stored already starts nothing more."""
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
