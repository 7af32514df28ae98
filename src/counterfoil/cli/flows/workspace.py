"""`counterfoil flows init`, `save`, `diff`, `history`: flows as files that git keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.flow_files import require_sound, starting_files
from counterfoil.bootstrap.promotion import from_environment, require_environment
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows.options import HERE, By, Data, Folder, opened
from counterfoil.cli.foxpro.telling import say, shown
from counterfoil.config import read_settings
from counterfoil.flows.diff import diff_files
from counterfoil.flows.linking import linked_flows
from counterfoil.flows.paths import Part, path_of
from counterfoil.ports.clock import SystemClock
from counterfoil.store.deployments import ENVIRONMENTS, Entry
from counterfoil.store.remote import set_remote
from counterfoil.store.repository import FlowRepository

COMMIT_SHOWN = 10
FILES = "files"

State = Annotated[str, typer.Argument(help="A commit, HEAD, an environment, or files: as they lie here.")]


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", file_okay=False)],
    *,
    by: By,
    remote: Annotated[str, typer.Option(help="Where push and pull go: a git address or path.")] = "",
) -> None:
    """Makes a workspace: a git repository with the flows, mappings and tables that ship."""
    with told():
        files = starting_files()
        repository = FlowRepository.create(folder, files, SystemClock())
        if remote:
            set_remote(repository, remote)
        repository.save(files, by=by, message="What ships with Counterfoil")
    say(f"{len(files)} files saved in {folder}")


def save(
    *,
    message: Annotated[str, typer.Option("--message", "-m", help="Why; kept with the change.")],
    by: By,
    workspace: Folder = HERE,
) -> None:
    """Keeps the files as they are: one commit; refused where one is not sound or seems to hold a secret."""
    with told():
        repository = opened(workspace)
        files = repository.files()
        require_sound(files)
        commit = repository.save(files, by=by, message=message)
    say(f"saved as {commit[:COMMIT_SHOWN]}" if commit else "nothing has changed")


def diff(
    before: State = "HEAD", after: State = FILES, *, workspace: Folder = HERE, data: Data = None
) -> None:
    """Tells what differs in what it means: nodes, routes, triggers, rows of tables; not layout."""
    with told():
        states = [_state(name, workspace, data) for name in (before, after)]
        if {before, after} & {*ENVIRONMENTS}:
            states = [
                state if name in ENVIRONMENTS else _as_live(state)
                for name, state in zip((before, after), states, strict=True)
            ]
        lines = list(diff_files(*states))
    for line in lines or ["no difference"]:
        say(shown(line))


def history(
    environment: Annotated[str | None, typer.Argument(help="Whose deployments; else what was saved.")] = None,
    *,
    workspace: Folder = HERE,
    data: Data = None,
) -> None:
    """Lists what was saved, or what was deployed to an environment: newest first, who and why."""
    with told():
        if environment is None:
            for saved in opened(workspace).history():
                say(
                    shown(
                        f"{saved.id[:COMMIT_SHOWN]}  {_minute(saved.at)}  {saved.by}: {_first(saved.message)}"
                    )
                )
            return
        require_environment(environment)
        with Workspace(read_settings(data=data)) as hub:
            for entry in hub.deployments.log(environment):
                _tell(entry)


def _tell(entry: Entry) -> None:
    order = entry.order
    approved = f", approved by {order.approver}" if order.approver else ""
    commit = f" {order.commit[:COMMIT_SHOWN]}" if order.commit else ""
    say(shown(f"{entry.id}  {_minute(entry.at)}  {order.kind}{commit} by {order.by}{approved}"))
    for why in filter(None, (_first(order.message), order.reason)):
        say(shown(f"    {why}"))
    for change in order.changes:
        say(f"    {change.flow}: {_version(change.before)} -> {_version(change.after)}")


def _state(name: str, folder: Path, data: Path | None) -> dict[str, str]:
    if name in ENVIRONMENTS:
        with Workspace(read_settings(data=data)) as hub:
            texts = from_environment(hub, name).texts
        return _by_path(texts)
    repository = opened(folder)
    return repository.files() if name == FILES else repository.files_at(name)


def _as_live(files: Mapping[str, str]) -> dict[str, str]:
    """An environment has flows only, each with what it uses."""
    return _by_path(linked_flows(files))


def _by_path(texts: Mapping[str, str]) -> dict[str, str]:
    return {path_of(Part.FLOWS, flow): text for flow, text in texts.items()}


def _version(version: str | None) -> str:
    return version[:COMMIT_SHOWN] if version else "(not live)"


def _minute(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _first(message: str) -> str:
    return message.partition("\n")[0]
