"""How everything stands, on one screen: what a status command shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import msgspec

from counterfoil.bootstrap.alert_desk import AlertDesk
from counterfoil.bootstrap.monitoring import Around, look
from counterfoil.bootstrap.serving import LOOPBACK
from counterfoil.bootstrap.surroundings import agents
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.monitor.alerts import Alert, standing
from counterfoil.monitor.snapshot import Snapshot

_SECONDS = 5


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What a hub says of itself."""

    ready: bool
    reasons: list[str] = []
    parts: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """All of it."""

    snapshot: Snapshot
    alerts: Sequence[Alert]
    hub: Ready | None
    """The hub on this machine, at the port of the settings; None where none answers."""
    port: int


def read_status(workspace: Workspace) -> Status:
    """Looks at everything now, whether a hub runs or not.

    Raises:
        CounterfoilError: the database does not answer.
    """
    port = workspace.settings.port
    return Status(
        snapshot=look(workspace, Around(agents=agents(workspace))),
        alerts=standing(AlertDesk(workspace).alerts()),
        hub=ask_hub(port),
        port=port,
    )


def ask_hub(port: int) -> Ready | None:
    """What the hub at a port of this machine says; None where nothing there speaks as a hub does."""
    try:
        with httpx2.Client(timeout=_SECONDS, trust_env=False) as client:
            return msgspec.json.decode(client.get(f"http://{LOOPBACK}:{port}/ready").content, type=Ready)
    except (httpx2.HTTPError, msgspec.MsgspecError):
        return None
