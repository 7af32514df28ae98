"""Fields of results by path, as nodes name them: ``payment.amount``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.flows.errors import nearest, quoted
from counterfoil.flows.mapping.types import Kind, Type
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.catalogue import FieldType, ResultField

_KINDS = {FieldType.MONEY: {Kind.MONEY}, FieldType.TEXT: {*Kind} - {Kind.MONEY}}
_PARTS_OF_MONEY = {"amount": Kind.NUMBER, "currency": Kind.TEXT}


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a node asks for, and as what."""

    path: str
    type: Type


def wrong_paths(asked: Iterator[Asked], node: Node, around: Around) -> Iterator[tuple[str, str]]:
    """The paths that lead nowhere or to something of another type, each with what is wrong."""
    specs = around.specs_of_inputs(node)
    for each in asked:
        head, _, rest = each.path.partition(".")
        if head not in node.inputs:
            yield each.path, f"no {quoted(head)} under 'with'{nearest(head, node.inputs)}"
        elif head in specs and specs[head].results:
            fields = {field.name: field for field in specs[head].results}
            name, _, part = rest.partition(".")
            if name not in fields:
                yield each.path, f"{quoted(head)} has no {quoted(name)}{nearest(name, fields)}"
            elif wrong := _misfit(fields[name], part, each.type):
                yield each.path, wrong


def _misfit(field: ResultField, part: str, asked: Type) -> str:
    if field.may_be_absent and not asked.optional:
        return f"may be absent; say: optional {asked}"
    if part and (field.type is not FieldType.MONEY or part not in _PARTS_OF_MONEY):
        return f"{field.name} has no {quoted(part)}"
    known = {_PARTS_OF_MONEY[part]} if part else _KINDS[field.type]
    return "" if asked.kind in known else f"is {field.type.value}, not {asked.kind.value}"
