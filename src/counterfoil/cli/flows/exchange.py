"""`counterfoil flows export`, `import`, `pull`, `push`: flows leave a workspace and come into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.flow_bundle import read_bundle, write_bundle
from counterfoil.bootstrap.flow_files import require_sound
from counterfoil.cli.failures import told
from counterfoil.cli.flows.files import read_text
from counterfoil.cli.flows.options import HERE, Folder, opened
from counterfoil.cli.foxpro.telling import say
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store import remote
from counterfoil.store.repository import require_room


def export(
    flow: Annotated[str, typer.Argument(help="The flow's name.")],
    *,
    to: Annotated[Path, typer.Option(help="A new file.", dir_okay=False)],
    revision: Annotated[str, typer.Option("--from", help="A commit.")] = "HEAD",
    workspace: Folder = HERE,
) -> None:
    """Writes a flow into one file, with the flows, mappings, tables and tests that belong to it."""
    with told():
        text = write_bundle(opened(workspace).files_at(revision), flow)
        with to.open("x", encoding="utf-8") as target:
            target.write(text)
    say(f"{flow} written to {to}")


def import_(
    file: Annotated[Path, typer.Argument(help="An exported flow.", exists=True, dir_okay=False)],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Also over files that differ.")] = False,
    workspace: Folder = HERE,
) -> None:
    """Puts an exported flow into the workspace, to be looked at with diff and kept with save."""
    with told():
        repository = opened(workspace)
        files, lying = read_bundle(read_text(file)), repository.files()
        differing = [path for path in files if lying.get(path, files[path]) != files[path]]
        if differing and not replace:
            raise ConfigurationError(f"--replace would overwrite {', '.join(sorted(differing))}")
        require_room(lying | files)
        require_sound(lying | files)
        repository.write(files)
    say(f"{len(files)} files from {file}")


def pull(*, workspace: Folder = HERE) -> None:
    """Takes over what others saved at the remote."""
    with told():
        count = remote.pull(opened(workspace), require_sound)
    say(f"{count} commits taken over")


def push(*, workspace: Folder = HERE) -> None:
    """Sends what was saved here to the remote."""
    with told():
        count = remote.push(opened(workspace))
    say(f"{count} commits sent")
