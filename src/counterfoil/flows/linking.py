"""A flow of a workspace becomes whole: its text with the mappings and tables that it uses behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.paths import Part, name_in, part_of, path_of
from counterfoil.flows.uses import CHARACTERS_MAX, ENTRY, plan_of, write_uses
from counterfoil.ports.errors import ConfigurationError


def linked_flows(files: Mapping[str, str]) -> dict[str, str]:
    """The whole texts of a workspace's flows, by name.

    Raises:
        FlowError: one cannot be linked.
    """
    return {name_in(path): link(text, files) for path, text in files.items() if part_of(path) is Part.FLOWS}


def link(text: str, files: Mapping[str, str]) -> str:
    """The flow's own text, followed by what it uses; unchanged where it uses nothing that there is.

    What is missing is left out: the flow's check tells it, with the node that wants it.

    Raises:
        FlowError: the text is no flow, holds such an entry already, or uses something that is not sound.
    """
    flow = parse_flow(text)
    if flow.uses.line:
        raise FlowError(Finding(flow.uses.line, f"{ENTRY} is written when a flow is deployed; take it out"))
    mappings = dict(_texts(Part.MAPPINGS, _wanted(flow, Part.MAPPINGS), files))
    tables = {*_wanted(flow, Part.TABLES), *_tables_of(mappings, files)}
    if not mappings and not tables:
        return text
    whole = f"{text.rstrip()}\n\n{write_uses(mappings, dict(_texts(Part.TABLES, tables, files)))}"
    if len(whole) > CHARACTERS_MAX:
        raise FlowError(Finding(1, f"with what it uses, a flow has at most {CHARACTERS_MAX} characters"))
    return whole


def own_text(text: str, flow: Flow) -> str:
    """What people wrote of a whole text: line by line the same."""
    return "\n".join(text.splitlines()[: flow.uses.line - 1]) if flow.uses.line else text


def _wanted(flow: Flow, part: Part) -> set[str]:
    found = (each for node in flow.nodes.values() for each in node.deed.uses())
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
