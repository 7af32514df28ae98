"""Looking a row up in a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.mapping.tables import VALID_FROM, VALID_TO, Index
from counterfoil.flows.mapping.values import look_up
from counterfoil.flows.nodes.look_up import ABSENT, FOUND, LookUp
from counterfoil.flows.nodes.node import Node
from counterfoil.runtime.nodes.means import Place
from counterfoil.runtime.step import Operation, Step, StepResult


def make_looking_up(deed: LookUp, place: Place) -> Operation:
    index = Index(place.around.uses.tables[deed.table], tuple(deed.by))
    return Operation(spec=place.spec, act=lambda step: _look_up(place.node, deed, index, step))


def _look_up(node: Node, deed: LookUp, index: Index, step: Step) -> StepResult:
    key = tuple(_text(step.inputs, path) for path in deed.by.values())
    on = _day(_text(step.inputs, deed.on)) if deed.on else None
    row = None if deed.on and on is None else index.find(key, on)
    if row is not None:
        cells = {name: cell for name, cell in row.cells.items() if name not in {VALID_FROM, VALID_TO}}
        return StepResult(outcome=FOUND, value=cells)
    why = f"{deed.on} is no day" if deed.on and on is None else index.absent(key, on)
    title = f"Table {deed.table} says nothing of it"
    question = Hold(kind=ReviewKind.DECISION, title=title, why=f"node {node.name}: {why}")
    return StepResult(outcome=ABSENT, summary={"why": why}, review=question)


def _text(record: Mapping[str, object], path: str) -> str:
    found = look_up(record, tuple(path.split(".")))
    return "" if found is None else str(found).strip()


def _day(text: str) -> date | None:
    """A date as written; a moment is none: its day hangs on a zone, which a mapping knows."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
