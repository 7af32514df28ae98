"""Effects on another system that it would take for repeats: a call is known there by its word alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import Finding, quoted
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.node import Around, Node
from counterfoil.ports.catalogue import Nature

EFFECT = "effect"
"""The setting that holds the word."""


def same_effects(flow: Flow, around: Around) -> Iterator[Finding]:
    """Nodes that one run may come to after another of the same connection and word."""
    found: dict[tuple[str, str], list[Node]] = {}
    for node in flow.nodes.values():
        if (key := _key(node, around)) is not None:
            found.setdefault(key, []).append(node)
    for (connection, word), nodes in found.items():
        behind = {each.name: _behind(each, flow.nodes) for each in nodes} if len(nodes) > 1 else {}
        for node in nodes:
            earlier = [each.name for each in nodes if each is not node and node.name in behind[each.name]]
            if earlier:
                yield Finding(
                    node.line,
                    f"{node.name}: {connection} takes it for a repeat of {earlier[0]}, because both say"
                    f" {EFFECT}: {quoted(word)}; give each a word of its own",
                )


def _key(node: Node, around: Around) -> tuple[str, str] | None:
    spec = around.spec_of(node)
    if not isinstance(node.deed, Do) or spec is None or not spec.connects or spec.nature is not Nature.EFFECT:
        return None
    return node.deed.connection, node.deed.settings.get(EFFECT, "")


def _behind(node: Node, nodes: Mapping[str, Node]) -> set[str]:
    seen: set[str] = set()
    waiting = set(_targets(node))
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in seen:
            seen.add(name)
            waiting |= set(_targets(nodes[name])) - seen
    return seen


def _targets(node: Node) -> Iterable[str]:
    return (target for route in node.ways.values() for target in route.targets)
