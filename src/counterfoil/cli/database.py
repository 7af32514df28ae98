"""`counterfoil database`: backup, restore and upgrade."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap import database_care, key_file
from counterfoil.cli.failures import told
from counterfoil.config import Settings, read_settings
from counterfoil.ports.errors import ConfigurationError

app = typer.Typer(help="Backs up, restores and upgrades the hub's database.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="Folder of everything that the hub keeps.")]
PURGED = {
    "steps": "finished runs, with all that their nodes found",
    "results": "finished runs, with what they came to",
    "hints": "pushes that were confirmed or refused",
    "workers": "workers that went with their machines",
}
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
        settings = read_settings(data=data)
    done = f"Written to {file}. Not in it: the keys of the connections' secrets, {settings.key_ring}."
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


@app.command()
def purge(
    data: Data = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only; nothing goes.")] = False,
) -> None:
    """Lets go of what is older than the settings keep it, in small groups, while the hub works."""
    with told():
        counts = database_care.purge(read_settings(data=data), dry_run=dry_run)
    for kind, count in counts.items():
        typer.echo(f"{count:>10}  {PURGED[kind]}")
    typer.echo("Nothing was changed." if dry_run else "Gone.")


@app.command()
def keys(
    data: Data = None,
    *,
    make: Annotated[bool, typer.Option("--make", help="Make the key file, where there is none.")] = False,
    add: Annotated[bool, typer.Option("--add", help="Add a key, which seals from now on.")] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Seal all with the newest key, and drop the others.")
    ] = False,
) -> None:
    """Shows the keys of the connections' secrets, or replaces them while hub and workers go on."""
    with told():
        settings = read_settings(data=data)
        if make + add + drop_old > 1:
            raise ConfigurationError("one at a time: add a key, copy the file to every machine, then drop")
        typer.echo(_change_keys(settings, make=make, add=add, drop_old=drop_old))
        names = key_file.key_names(settings.key_ring)
    typer.echo(f"Keys in {settings.key_ring}: {', '.join(names)}; {names[-1]} seals.")


def _change_keys(settings: Settings, *, make: bool, add: bool, drop_old: bool) -> str:
    """What was done, in words."""
    if make:
        key_file.make_keys(settings.key_ring)
        return "A new key file: keep a copy of it apart from backups of the database."
    if add:
        key_file.add_newest(settings.key_ring)
        return "Copy the file to every machine of this database now, then run this again with --drop-old."
    if drop_old:
        moved = database_care.drop_old_keys(settings)
        return (
            f"The secrets of {moved} connections are sealed anew; older keys are gone. Copy the file again."
        )
    return "Nothing was changed."
