"""Fields of results by path, as nodes name them: ``payment.amount``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.mapping.fields import misread
from counterfoil.flows.mapping.types import Type
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.flows.records import NoFieldError, field_at
from counterfoil.ports.field_types import RecordSpec


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a node asks for, and as what."""

    path: str
    type: Type


def wrong_paths(asked: Iterator[Asked], node: Node, around: Around) -> Iterator[tuple[str, str]]:
    """The paths that lead nowhere or to something of another type, each with what is wrong."""
    held = around.held(node)
    for each in asked:
        head, *path = each.path.split(".")
        if head not in node.inputs:
            yield each.path, f"no {quoted(head)} under 'with'{nearest(head, node.inputs)}"
        elif head in held:
            record = held[head]
            wrong = (
                f"{node.inputs[head]} gives nothing"
                if record is None
                else _wrong(record, head, path, each.type)
            )
            if wrong:
                yield each.path, wrong


def _wrong(record: RecordSpec, head: str, path: list[str], wanted: Type) -> str:
    try:
        return misread(field_at(record, path, head), wanted)
    except NoFieldError as error:
        return str(error)
