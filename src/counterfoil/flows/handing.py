"""Whether what operations take is what earlier nodes give them, on every way that a run may come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from counterfoil.flows.errors import Finding, nearest, quoted
from counterfoil.flows.fitting import unfit
from counterfoil.flows.nodes.call import Given
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.catalogue import OperationSpec
from counterfoil.ports.field_types import RecordSpec

_NAMED_MAX = 3


def unfit_inputs(node: Node, spec: OperationSpec, around: Around) -> Iterator[Finding]:
    """The inputs that are, or may be, of another record than the node takes."""
    for name, wanted in spec.takes.items():
        source = node.inputs.get(name)
        if source in around.nodes:
            yield from _unfit(node, name, wanted, around)


def _unfit(node: Node, name: str, wanted: RecordSpec, around: Around) -> Iterator[Finding]:
    source = node.inputs[name]
    given = around.given(node, source)
    wrong = {outcome: why for outcome, record in given.items() if (why := unfit(record, wanted))}
    if not wrong or _may_fit(around.nodes[source], given, wanted):
        return
    outcome, why = next(iter(wrong.items()))
    record = given[outcome]
    gives = f"gives {record.name if record else 'nothing'} where it ends as {quoted(outcome)}"
    text = f"{node.name}: {node.deed.words} takes {name} as {wanted.name}, and {source} {gives}"
    reason = f": {why}" if record is not None else ""
    yield Finding(node.line, text + reason + _hint(node, source, wanted, around))


def _may_fit(source: Node, given: dict[str, RecordSpec | None], wanted: RecordSpec) -> bool:
    """What a caller hands over is known where the flow is called; by itself, one of the records is enough."""
    members = [each for record in given.values() if record is not None for each in record.one_of]
    return isinstance(source.deed, Given) and any(not unfit(each, wanted) for each in members)


def _hint(node: Node, source: str, wanted: RecordSpec, around: Around) -> str:
    spec = around.spec_of(around.nodes[source])
    fits = [each for each, record in spec.gives.items() if not unfit(record, wanted)] if spec else []
    if fits:
        return f"; only {' and '.join(map(quoted, fits))} may lead there"
    if nodes := [each for each in around.nodes if each != node.name and _gives(each, wanted, around)]:
        return nearest(source, nodes)
    makers = (each.name for each in around.catalogue.values() if _makes(each, wanted))
    named = ", ".join(islice(makers, _NAMED_MAX))
    return f"; {named} gives it" if named else ""


def _gives(node: str, wanted: RecordSpec, around: Around) -> bool:
    spec = around.spec_of(around.nodes[node])
    return spec is not None and _makes(spec, wanted)


def _makes(spec: OperationSpec, wanted: RecordSpec) -> bool:
    return any(not unfit(each, wanted) for each in spec.gives.values())
