"""Channels by which people are told: connections whose address is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from typing_extensions import override

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.notices.sending import require_address, send
from counterfoil.flows.calling import expand
from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import FlowError
from counterfoil.flows.names import is_name
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.nodes.notify import Notify
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.notifier import Notice, Notifier
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.deployments import ENVIRONMENTS

KIND = "notify"
_ADDRESS = "address"
_NO_COMPANY = ""
_MODES = {True: "live", False: "test"}


class Channels(Notifier):
    """The hub's channels; each address is opened when it is used."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @override
    def send(self, environment: str, notice: Notice) -> None:
        row = find_channel(self._workspace, notice.channel, environment)
        send(self._workspace.connections.secrets(row.id)[_ADDRESS], notice)


def channel_rows(workspace: Workspace) -> Sequence[ConnectionRow]:
    return [row for row in workspace.connections.all() if row.kind == KIND]


def channel_faults(workspace: Workspace, environment: str, flows: Iterable[Flow]) -> Iterator[str]:
    """Notices to channels that the environment has not; of flows that may run."""
    known = {row.name for row in channel_rows(workspace) if row.environment == environment}
    for flow in flows:
        for node in _nodes(flow):
            if isinstance(node.deed, Notify) and node.deed.to not in known:
                add = f"counterfoil notify add {node.deed.to} --environment {environment}"
                what = f"node {node.name} tells {node.deed.to}"
                yield f"{flow.name}: {what}, no channel of {environment}: {add}"


def _nodes(flow: Flow) -> Iterable[Node]:
    """Those of called flows too; what is wrong with the calls is told elsewhere."""
    try:
        return expand(flow).nodes.values()
    except FlowError:
        return ()


def find_channel(workspace: Workspace, name: str, environment: str) -> ConnectionRow:
    """The channel of that name.

    Raises:
        ConfigurationError: there is none.
    """
    rows = [row for row in channel_rows(workspace) if row.environment == environment]
    for row in rows:
        if row.name == name:
            return row
    known = ", ".join(row.name for row in rows) or "none"
    raise ConfigurationError(f"there is no channel {name} in {environment}; there is: {known}")


def put_channel(workspace: Workspace, name: str, environment: str, address: Secret) -> bool:
    """Adds a channel or gives it another address; whether it is new.

    Raises:
        ConfigurationError: no name, environment or address, or another connection has the name.
    """
    if environment not in ENVIRONMENTS:
        raise ConfigurationError(f"an environment is one of {', '.join(ENVIRONMENTS)}")
    if not is_name(name):
        raise ConfigurationError(f"{name} is no name of a channel: lower-case letters, digits and _")
    require_address(address)
    rows = [row for row in workspace.connections.all(environment) if row.name == name]
    if rows and rows[0].kind != KIND:
        raise ConfigurationError(f"another connection of {environment} is called {name}")
    row = ConnectionRow(
        id=rows[0].id if rows else workspace.ids.new_id(),
        environment=environment,
        name=name,
        kind=KIND,
        company=_NO_COMPANY,
        mode=_MODES[environment == ENVIRONMENTS[-1]],
        enabled=True,
    )
    workspace.connect(row, {_ADDRESS: address})
    return not rows
