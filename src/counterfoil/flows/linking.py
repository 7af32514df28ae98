"""A flow of a workspace becomes whole: its text with the mappings and tables that it uses behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterfoil.flows.definition import Flow, parse_called, parse_flow
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.paths import Part, name_in, part_of, path_of
from counterfoil.flows.triggers.call import CallTrigger
from counterfoil.flows.uses import CHARACTERS_MAX, ENTRY, plan_of, write_uses
from counterfoil.ports.errors import ConfigurationError


def linked_flows(files: Mapping[str, str]) -> dict[str, str]:
    """The whole texts of a workspace's flows that something starts, by name; others are part of these.

    Raises:
        FlowError: one cannot be linked.
    """
    flows = {name_in(path): text for path, text in files.items() if part_of(path) is Part.FLOWS}
    called = {name for name, text in flows.items() if isinstance(parse_called(text).trigger, CallTrigger)}
    return {name: link(text, files) for name, text in flows.items() if name not in called}


def link(text: str, files: Mapping[str, str]) -> str:
    """The flow's own text, followed by what it uses; unchanged where it uses nothing that there is.

    What is missing is left out: the flow's check tells it, with the node that wants it.

    Raises:
        FlowError: the text is no flow, holds such an entry already, or uses something that is not sound.
    """
    flow = parse_flow(text)
    if flow.uses.line:
        raise FlowError(Finding(flow.uses.line, f"{ENTRY} is written when a flow is deployed; take it out"))
    flows = _called(flow, files)
    every = [flow, *map(parse_called, flows.values())]
    mappings = dict(_texts(Part.MAPPINGS, _wanted(every, Part.MAPPINGS), files))
    tables = dict(_texts(Part.TABLES, {*_wanted(every, Part.TABLES), *_tables_of(mappings, files)}, files))
    if not flows and not mappings and not tables:
        return text
    whole = f"{text.rstrip()}\n\n{write_uses(flows=flows, mappings=mappings, tables=tables)}"
    if len(whole) > CHARACTERS_MAX:
        raise FlowError(Finding(1, f"with what it uses, a flow has at most {CHARACTERS_MAX} characters"))
    return whole


def own_text(text: str, flow: Flow) -> str:
    """What people wrote of a whole text: line by line the same."""
    return "\n".join(text.splitlines()[: flow.uses.line - 1]) if flow.uses.line else text


def _called(flow: Flow, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of the flows that it calls, and of those that these call."""
    found: dict[str, str] = {}
    waiting = [flow]
    while waiting:
        wanted = _wanted([waiting.pop()], Part.FLOWS) - found.keys()
        for name, text in _texts(Part.FLOWS, wanted, files):
            found[name] = text
            waiting.append(_parsed(name, text))
    return dict(sorted(found.items()))


def _parsed(name: str, text: str) -> Flow:
    try:
        flow = parse_called(text)
    except FlowError as error:
        told = (Finding(1, f"flow {name}, {finding}") for finding in error.findings)
        raise FlowError(*told) from error
    if flow.uses.line:
        raise FlowError(Finding(1, f"flow {name}: {ENTRY} is written when a flow is deployed; take it out"))
    return flow


def _wanted(flows: Sequence[Flow], part: Part) -> set[str]:
    found = (each for flow in flows for node in flow.nodes.values() for each in node.deed.uses())
    return {name for kind, name in found if kind is part}


def _texts(part: Part, names: set[str], files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(names):
        text = files.get(path_of(part, name))
        if text is not None:
            yield name, text


def _tables_of(mappings: Mapping[str, str], files: Mapping[str, str]) -> set[str]:
    known = tuple(name_in(path) for path in files if part_of(path) is Part.TABLES)
    found: set[str] = set()
    for name, text in mappings.items():
        try:
            plan = plan_of(text, lambda table: files.get(path_of(Part.TABLES, table)), known)
        except FlowError as error:
            told = (Finding(1, f"mapping {name}, {finding}") for finding in error.findings)
            raise FlowError(*told) from error
        except ConfigurationError as error:
            raise FlowError(Finding(1, f"mapping {name}: {error}")) from error
        found |= set(plan.tables)
    return found
