"""The folder of an agent on its own: made, opened to callers, its keys and certificate replaced."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.agent.gates import Scope
from counterfoil.bootstrap.agent_credentials import write_credentials
from counterfoil.bootstrap.agent_folder import (
    AUTHORITY,
    Admission,
    AgentFolder,
    AgentSettings,
    make_agent_folder,
)
from counterfoil.cli.failures import told
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.secrets import SecretError, add_key, drop_old_keys, read_keys

PORT = 8801

Folder = Annotated[Path, typer.Argument(help="The agent's folder.", file_okay=False)]
Profile = Annotated[Path, typer.Option(help="The company's profile (YAML).")]
Host = Annotated[
    list[str],
    typer.Option("--host", help="Name or address of this machine for callers, who are told the first."),
]
Scopes = Annotated[list[Scope], typer.Option("--scope", help="What the caller may do; several may be given.")]


def init(
    folder: Folder,
    *,
    profile: Profile,
    host: Host,
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = PORT,
    listen: Annotated[str, typer.Option(help="Address of this machine to listen on.")] = "0.0.0.0",  # noqa: S104
    client_certificates: Annotated[
        bool, typer.Option(help="Whether callers must show a certificate, beside their token.")
    ] = True,
) -> None:
    """Makes the folder of an agent on its own: settings, keys, an authority and a certificate."""
    with told():
        settings = AgentSettings(
            profile=profile.resolve(),
            address=f"https://{_bracketed(host[0])}:{port}",
            listen=listen,
            port=port,
            client_authority=Path(AUTHORITY) if client_certificates else None,
        )
        made = make_agent_folder(folder, settings, host, SystemClock().now())
    typer.echo(f"Made {folder} for company {made.company}, reached at {settings.address}.")


def admit(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="Whom the credentials are for; stands in the agent's log.")],
    *,
    scope: Scopes,
    to: Annotated[Path, typer.Option(help="File to write the credentials to; keep it secret.")],
    days: Annotated[int, typer.Option(help="How long they count.", min=1, max=3650)] = 365,
) -> None:
    """Writes credentials for a caller: address, token and certificate in one private file."""
    with told():
        admission = Admission(name=name, scopes=scope, lasts=timedelta(days=days))
        write_credentials(to, AgentFolder(folder).admit(admission, SystemClock().now()))
    named = ", ".join(one.value for one in scope)
    typer.echo(f"Written to {to}: {name} may {named} for {days} days.")


def keys(
    folder: Folder,
    *,
    add: Annotated[
        bool, typer.Option("--add", help="Add a key; new credentials are signed with it.")
    ] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Keep the newest key only; what others signed ends at once.")
    ] = False,
) -> None:
    """Shows the keys that sign tokens, or replaces them; a running agent goes by it at its next request."""
    with told():
        path = AgentFolder(folder).keys
        if add and drop_old:
            raise ConfigurationError("add a key, give out new credentials, and only then drop the old ones")
        try:
            change = add_key if add else drop_old_keys if drop_old else None
            names = change(path).names if change else tuple(key.name for key in read_keys(path))
        except SecretError as error:
            raise ConfigurationError(str(error)) from error
    typer.echo(f"Keys that count: {', '.join(names)}; {names[-1]} signs.")


def renew(folder: Folder) -> None:
    """Makes a new certificate for the agent from its folder's authority; start the agent again to show it."""
    with told():
        ends = AgentFolder(folder).renew(SystemClock().now())
    typer.echo(f"The new certificate ends on {ends:%Y-%m-%d}. Start the agent again.")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
