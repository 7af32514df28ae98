"""Agents on their own: a folder with real keys and certificates, served with TLS on a real port."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from counterfoil.agent.gates import EVERYTHING, Scope
from counterfoil.agent.site import Site
from counterfoil.bootstrap.agent_credentials import Credentials
from counterfoil.bootstrap.agent_folder import (
    AUTHORITY,
    Admission,
    AgentFolder,
    AgentSettings,
    make_agent_folder,
)
from counterfoil.bootstrap.agent_serving import config_apart, doors_of
from counterfoil.bootstrap.serving import listening
from counterfoil.ports.clock import Clock, SystemClock
from tests.support.agent_server import at_work

CLOCK = SystemClock()
HOST = "127.0.0.1"
PROFILE = """\
company: "01"
system_folder: nowhere
accounts: {receivable: "11000-000", clearing: {}}
"""


def new_folder(
    path: Path,
    *,
    port: int,
    host: str = HOST,
    made_at: datetime | None = None,
    client_certificates: bool = True,
) -> AgentFolder:
    """The folder of an agent of company 01, whose tables nobody asks for."""
    profile = path.with_suffix(".yaml")
    profile.write_text(PROFILE, "utf-8")
    settings = AgentSettings(
        profile=profile,
        address=f"https://{host}:{port}",
        listen=host,
        port=port,
        client_authority=Path(AUTHORITY) if client_certificates else None,
    )
    return make_agent_folder(path, settings, ["files.example"], made_at or CLOCK.now())


@contextmanager
def apart(site: Site, listener: socket.socket, folder: AgentFolder, clock: Clock = CLOCK) -> Iterator[None]:
    """The folder's agent at work over a site."""
    with at_work(config_apart(folder, site, doors_of(folder, clock)), listener):
        yield


@contextmanager
def port_of_ours(host: str = HOST) -> Iterator[tuple[socket.socket, int]]:
    """A listening socket and its port."""
    with listening(0, host) as listener:
        yield listener, listener.getsockname()[1]


def admitted(
    folder: AgentFolder, *scopes: Scope, lasts: timedelta = timedelta(days=1), now: datetime | None = None
) -> Credentials:
    """Credentials for these scopes, or for everything."""
    admission = Admission(name="hub", scopes=scopes or EVERYTHING, lasts=lasts)
    return folder.admit(admission, now or CLOCK.now())
