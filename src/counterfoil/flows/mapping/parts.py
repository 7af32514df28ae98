"""Pieces of the document that mappings have and flows have not: lists, and texts with blanks."""

from __future__ import annotations

import yaml

from counterfoil.flows.document import Part
from counterfoil.flows.mapping.values import has_half_sign

_TEXT_MAX = 1_000
LIST_MAX = 100


def written(part: Part) -> str:
    """The scalar exactly as written, blanks and emptiness included.

    Raises:
        FlowError: it is no scalar, or too long.
    """
    text = part.raw()
    if len(text) > _TEXT_MAX:
        raise part.wrong(f"a text has at most {_TEXT_MAX} characters")
    if has_half_sign(text):
        raise part.wrong("half a character")
    return text


def items(part: Part) -> list[Part]:
    """The list's parts; a part that is no list is a list of one.

    Raises:
        FlowError: it is empty or too long.
    """
    if not isinstance(part.node, yaml.SequenceNode):
        return [part]
    nodes: list[yaml.Node] = part.node.value
    if not nodes or len(nodes) > LIST_MAX:
        raise part.wrong(f"a list has 1 to {LIST_MAX} entries")
    return [
        Part(node, f"{part.path}.{number}", node.start_mark.line + 1)
        for number, node in enumerate(nodes, start=1)
    ]


def is_list(part: Part) -> bool:
    return isinstance(part.node, yaml.SequenceNode)


def is_map(part: Part) -> bool:
    return isinstance(part.node, yaml.MappingNode)


def content(part: Part) -> object:
    """The part as plain data, for the hash of a mapping: order of names and layout do not count."""
    if is_list(part):
        return [content(each) for each in items(part)]
    if is_map(part):
        return {name: content(each) for name, each in part.entries()}
    return written(part)
