"""What a test expects beside what came: each difference with its line."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from counterfoil.domain.money import Money, MoneyError
from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
from counterfoil.runtime.flow_testing.reading import items
from counterfoil.runtime.flow_testing.telling import Tree
from counterfoil.runtime.flow_testing.trying import Trail

_UNSAID_MEANS_NONE = ("postings", "charges", "calls", "told", "notices", "asked")


def differences(expected: Part, trail: Trail) -> Iterator[Finding]:
    """What is not as expected.

    What is not written is not looked at, save that postings, charges, calls, told items, notices and
    questions must all be written.
    """
    tree = trail.tree
    written = dict(expected.entries())
    for name, part in written.items():
        yield from _differences(part, tree.get(name))
    for name in _UNSAID_MEANS_NONE:
        if name in tree and name not in written:
            came = shown(tree[name])
            yield Finding(expected.line, f"{expected.path}.{name}: nothing is expected, but {came}")


def shown(tree: Tree) -> str:
    """A piece of what came, on one line."""
    if isinstance(tree, dict):
        return ", ".join(f"{name}: {shown(part)}" for name, part in tree.items())
    if isinstance(tree, list):
        return "; ".join(map(shown, tree)) or "(nothing)"
    return "(nothing)" if tree is None else str(tree)


def _differences(part: Part, tree: Tree) -> Iterator[Finding]:
    if part.is_text():
        if not _is_same(str(part.node.value).strip(), tree):
            yield _other(part, str(part.node.value).strip(), tree)
    elif isinstance(part.node, yaml.SequenceNode):
        yield from _list_differences(part, tree)
    elif not isinstance(tree, dict):
        yield _other(part, ", ".join(f"{name}: {_said(each)}" for name, each in part.entries()), tree)
    else:
        for name, each in part.entries():
            yield from _differences(each, tree.get(name))


def _list_differences(part: Part, tree: Tree) -> Iterator[Finding]:
    expected = items(part)
    came = tree if isinstance(tree, list) else []
    for each, one in zip(expected, came, strict=False):
        yield from _differences(each, one)
    for each in expected[len(came) :]:
        yield Finding(each.line, f"{each.path}: it did not come so far")
    for one in came[len(expected) :]:
        yield Finding(part.line, f"{part.path}: {shown(one)} came beside what is expected")


def _other(part: Part, expected: str, tree: Tree) -> Finding:
    return Finding(part.line, f"{part.path}: expected {expected}, but it is {shown(tree)}")


def _said(part: Part) -> str:
    return str(part.node.value).strip() if part.is_text() else "..."


def _is_same(expected: str, tree: Tree) -> bool:
    if not isinstance(tree, str):
        return tree is None and not expected
    return expected == tree.strip() or (_amount(expected) is not None and _amount(expected) == _amount(tree))


def _amount(text: str) -> Money | None:
    amount, _, currency = text.replace(",", "").partition(" ")
    try:
        return Money.of(amount, currency)
    except MoneyError:
        return None
