"""`counterfoil database`: backup, restore and upgrade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap import database_care
from counterfoil.cli.failures import told
from counterfoil.config import Settings, read_settings

app = typer.Typer(help="Backs up, restores and upgrades the hub's database.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of everything that the hub keeps.")]
BackupFile = Annotated[Path, typer.Argument(help="The backup's file.", dir_okay=False)]
Programs = Annotated[
    Path, typer.Argument(help="Folder with the older PostgreSQL's programs.", file_okay=False)
]


def perform(work: Callable[[Settings, Path], None], data: Path | None, path: Path, done: str) -> None:
    """Does the work, or says what to do instead."""
    with told():
        work(read_settings(data=data), path)
    typer.echo(done)


@app.command()
def backup(file: BackupFile, data: Data = None) -> None:
    """Writes the database into one file, while the hub works; keep it and the folder `keys` apart."""
    with told():
        keys = read_settings(data=data).keys
    done = f"Written to {file}. Not in it: the keys of the connections' secrets, in {keys}."
    perform(database_care.back_up, data, file, done)


@app.command()
def restore(file: BackupFile, data: Data = None) -> None:
    """Reads a backup into an empty data folder or database."""
    perform(database_care.restore, data, file, f"Restored from {file}. Put the folder `keys` back as well.")


@app.command()
def upgrade(programs: Programs, data: Data = None) -> None:
    """Moves the embedded database to the PostgreSQL that this Counterfoil brings; the old files are kept."""
    done = "Upgraded. The old files are kept beside the new ones; delete them when you are content."
    perform(database_care.upgrade_server, data, programs, done)
