"""What flows need of an environment: books of their company, channels, and connections to other systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterfoil.bootstrap.channels import channel_faults
from counterfoil.bootstrap.connections import find_connection
from counterfoil.bootstrap.flow_files import failures
from counterfoil.bootstrap.scheduled import company_faults
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.errors import FlowError
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.overlap import overlaps, unlike_items
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.installed import installed_connectors
from counterfoil.store.deployments import Tests


def sound_faults(texts: Mapping[str, str]) -> Iterator[str]:
    """What keeps the flows from running at all, or two of them from standing beside each other.

    Mappings, tables and called flows are part of a version, and cannot be missing.
    """
    catalogue = shipped_catalogue()
    for name, text in sorted(texts.items()):
        try:
            read_flow(text, catalogue)
        except FlowError as error:
            yield from (f"{name}, {finding}{_not_installed(str(finding))}" for finding in error.findings)
    flows = [parse_flow(text) for _, text in sorted(texts.items())]
    yield from (*overlaps(flows), *unlike_items(flows))


def need_faults(workspace: Workspace, environment: str, texts: Mapping[str, str]) -> Iterator[str]:
    """What the environment lacks, and how it is added."""
    flows = [parse_flow(text) for _, text in sorted(texts.items())]
    yield from company_faults(workspace, environment, flows)
    yield from channel_faults(workspace, environment, flows)
    for flow in flows:
        yield from _unreached(workspace, environment, flow)


def failing_tests(texts: Mapping[str, str], tests: Tests) -> Iterator[str]:
    """What the flows' own tests find now; the flows must be sound."""
    for name, text in sorted(texts.items()):
        version = parse_flow(text).version[:12]
        for failure in failures(text, tests.get(name, {})):
            yield f"{failure}: version {version} of {name} is not deployed while it fails"


def _unreached(workspace: Workspace, environment: str, flow: Flow) -> Iterator[str]:
    """Other systems to which the environment has no connection of that name."""
    for name, deed in _reaching(flow):
        kind = deed.operation.partition(".")[0]
        row = find_connection(workspace, environment, deed.connection)
        what = f"{flow.name}: node {name} reaches {deed.connection}"
        if row is None or row.kind != kind:
            add = f"counterfoil connectors connect {kind} {deed.connection} --environment {environment}"
            yield f"{what}, no {kind} connection of {environment}: {add}"
        elif not row.enabled:
            yield f"{what}, which is switched off in {environment}"


def _reaching(flow: Flow) -> Sequence[tuple[str, Do]]:
    try:
        nodes = expand(flow).nodes.values()
    except FlowError:
        return ()
    return [(node.name, node.deed) for node in nodes if isinstance(node.deed, Do) and node.deed.connection]


def _not_installed(finding: str) -> str:
    """Where connectors could not be loaded, an operation may be unknown because of it."""
    troubles = installed_connectors().troubles
    return f" ({'; '.join(troubles)})" if troubles and "no operation" in finding else ""
