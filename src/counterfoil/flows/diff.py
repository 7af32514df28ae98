"""What differs between two versions in what it means: nodes, routes, triggers, rows; never in layout."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.document import read_document
from counterfoil.flows.mapping.tables import Row, Table, parse_table
from counterfoil.flows.nodes.decide import Decide
from counterfoil.flows.nodes.node import Deed, Node
from counterfoil.flows.paths import README, Part, name_in, part_of
from counterfoil.flows.routes import Route
from counterfoil.flows.uses import Uses
from counterfoil.ports.errors import ConfigurationError

ROWS_SHOWN_MAX = 20
_ABSENT = "(none)"
_WORDS = {
    "order_key": "order key",
    "inputs": "with",
    "routes": "then",
    "operation": "do",
    "conditions": "decide",
}


def diff_files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """One line for each difference between two states of a workspace, by file."""
    for path in sorted({*before, *after} - {README}):
        try:
            lines = list(_diff_file(path, before.get(path), after.get(path)))
        except ConfigurationError as error:
            lines = [f"changed, and cannot be read: {error}"]
        yield from (f"{path}: {line}" for line in lines)


def diff_flows(before: Flow, after: Flow) -> Iterator[str]:
    """One line for each difference between two versions of a flow."""
    if before.version == after.version:
        return
    before, renamed = _renamed(before, after)
    lines = [f"node {old} is called {new} now" for old, new in renamed.items()]
    lines += _diff_fields(before, after, without=("name", "nodes", "uses"))
    for name in sorted({*before.nodes, *after.nodes}):
        old, new = before.nodes.get(name), after.nodes.get(name)
        if old is None or new is None:
            lines.append(f"node {name} {'added' if old is None else 'removed'}{_what(new)}")
        else:
            lines += [f"node {name}: {each}" for each in _diff_nodes(old, new)]
    lines += _diff_uses(before.uses, after.uses)
    yield from lines or ["changed"]


def _diff_file(path: str, before: str | None, after: str | None) -> Iterator[str]:
    if before is None or after is None:
        yield "added" if before is None else "removed"
    elif before != after:
        match part_of(path):
            case Part.FLOWS:
                yield from diff_flows(parse_flow(before), parse_flow(after))
            case Part.TABLES:
                yield from _diff_csv(name_in(path), before, after)
            case Part.MAPPINGS | Part.ENVIRONMENTS | Part.SUGGESTIONS:
                yield from _diff_documents(path, before, after)
            case Part.TESTS | None:
                yield "changed"


def _what(node: Node | None) -> str:
    return "" if node is None else f" ({node.deed.words})"


def _diff_uses(before: Uses, after: Uses) -> Iterator[str]:
    for kind, word, diff in (
        ("flows", "flow", _diff_texts),
        ("mappings", "mapping", _diff_documents),
        ("tables", "table", _diff_csv),
    ):
        old, new = before.texts.get(kind, {}), after.texts.get(kind, {})
        for name in sorted({*old, *new}):
            if name not in old or name not in new:
                yield f"{word} {name} {'added' if name not in old else 'removed'}"
            else:
                yield from (f"{word} {name}: {line}" for line in diff(name, old[name], new[name]))


def _diff_texts(_name: str, before: str, after: str) -> Iterator[str]:
    return diff_flows(parse_flow(before), parse_flow(after))


def _diff_documents(_name: str, before: str, after: str) -> Iterator[str]:
    return _diff_mappings(_leaves(before), _leaves(after))


def _diff_csv(name: str, before: str, after: str) -> Iterator[str]:
    return _diff_tables(parse_table(name, before), parse_table(name, after))


def _diff_nodes(before: Node, after: Node) -> Iterator[str]:
    if type(before.deed) is type(after.deed):
        yield from _diff_fields(before.deed, after.deed, without=())
        yield from _diff_order(before.deed, after.deed)
    else:
        yield f"{before.deed.words} -> {after.deed.words}"
    yield from _diff_fields(before, after, without=("name", "deed"))


def _diff_order(before: Deed, after: Deed) -> Iterator[str]:
    """Conditions in another order: the first that holds is taken."""
    if isinstance(before, Decide) and isinstance(after, Decide):
        old = [name for name in before.conditions if name in after.conditions]
        new = [name for name in after.conditions if name in before.conditions]
        if old != new:
            yield f"order: {', '.join(before.conditions)} -> {', '.join(after.conditions)}"


def _diff_fields(before: Any, after: Any, *, without: tuple[str, ...]) -> Iterator[str]:
    """The fields of two flows or nodes, whatever a version of the language has."""
    for each in dataclasses.fields(before):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name in without or not each.compare or old == new:
            continue
        word = _WORDS.get(each.name, each.name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _diff_mappings(old, new, word)
        else:
            yield f"{word}: {_shown(old)} -> {_shown(new)}"


def _diff_mappings(
    before: Mapping[str, object], after: Mapping[str, object], word: str = ""
) -> Iterator[str]:
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield f"{word} {name}: {_shown(old)} -> {_shown(new)}".lstrip()


def _shown(value: object) -> str:
    if isinstance(value, Route):
        bound = "" if value.at_most is None else f" at most {value.at_most} times, else {value.otherwise}"
        return value.to + bound
    return _ABSENT if value is None else str(value)


def _renamed(before: Flow, after: Flow) -> tuple[Flow, dict[str, str]]:
    """The older flow under the newer one's node names, where a node changed nothing but its name."""
    names: dict[str, str] = {}
    added = [node for node in after.nodes.values() if node.name not in before.nodes]
    for node in before.nodes.values():
        if node.name in after.nodes:
            continue
        alike = [new for new in added if new.deed.words == node.deed.words and new.name not in names.values()]
        if len(alike) == 1:
            names[node.name] = alike[0].name
    return (_under(before, names), names) if names else (before, names)


def _under(flow: Flow, names: Mapping[str, str]) -> Flow:
    def called(name: str) -> str:
        return names.get(name, name)

    nodes = {}
    for node in flow.nodes.values():
        routes = {outcome: _route_under(route, names) for outcome, route in node.routes.items()}
        inputs = {key: called(source) for key, source in node.inputs.items()}
        error = node.on_error and _route_under(node.on_error, names)
        new = replace(node, name=called(node.name), inputs=inputs, routes=routes, on_error=error)
        nodes[new.name] = new
    return replace(flow, start=called(flow.start), nodes=nodes)


def _route_under(route: Route, names: Mapping[str, str]) -> Route:
    otherwise = route.otherwise and names.get(route.otherwise, route.otherwise)
    return replace(route, to=names.get(route.to, route.to), otherwise=otherwise)


def _leaves(text: str) -> dict[str, object]:
    """Every text of a document under the path that leads to it; comments and layout count for nothing."""
    found: dict[str, object] = {}
    waiting = [("", read_document(text).node)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node.value, str):
            found[path] = _visible(node.value)
            continue
        for number, entry in enumerate(node.value, start=1):
            key, value = (entry[0].value, entry[1]) if isinstance(entry, tuple) else (number, entry)
            waiting.append((f"{path}.{key}".lstrip("."), value))
    return dict(sorted(found.items()))


def _visible(text: str) -> str:
    """Blanks at its ends count, such as those of a separator: in quotes they are seen."""
    return text if text and text == text.strip() else repr(text)


def _diff_tables(before: Table, after: Table) -> Iterator[str]:
    if before.columns != after.columns:
        yield f"columns: {', '.join(before.columns)} -> {', '.join(after.columns)}"
    old, new = ({_cells(row) for row in table.rows} for table in (before, after))
    gone, come = sorted(old - new), sorted(new - old)
    lines = [*(f"row removed: {row}" for row in gone), *(f"row added: {row}" for row in come)]
    yield from lines[:ROWS_SHOWN_MAX]
    if len(lines) > ROWS_SHOWN_MAX:
        yield f"and {len(lines) - ROWS_SHOWN_MAX} rows more"


def _cells(row: Row) -> str:
    valid = [str(day) for day in (row.valid_from, row.valid_to) if day.year not in {1, 9999}]
    return ", ".join([*(f"{column} {cell}" for column, cell in row.cells.items()), *valid])
