"""`counterfoil flows plan`, `deploy`, `requests`, `approve`, `refuse`, `rollback`: from Dev to Production."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap import promotion
from counterfoil.bootstrap.flow_effects import Bounds, Outlook, foresee
from counterfoil.bootstrap.promotion import Source
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.flows.options import HERE, By, Data, Environment, Folder, opened
from counterfoil.cli.foxpro.telling import say, say_error, shown
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.deployments import ENVIRONMENTS
from counterfoil.telemetry.logging import only_warnings

HEAD = "HEAD"
REFUSED = 1

From = Annotated[str, typer.Option("--from", help="An environment whose live flows are taken, or a commit.")]
Request = Annotated[int, typer.Argument(help="The number that counterfoil flows requests tells.")]


def plan(
    environment: Environment,
    *,
    from_: From = HEAD,
    days: Annotated[int, typer.Option(min=0, max=366, help="Whose events are tried; 0: none.")] = 7,
    events: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 200,
    workspace: Folder = HERE,
    data: Data = None,
) -> None:
    """Tells what a deployment would change, and what events that came would have come to.

    Nothing is written. Exit code 1 where it would be refused.
    """
    with told(), only_warnings(), Workspace(read_settings(data=data)) as hub:
        made = promotion.make_plan(hub, environment, _source(hub, from_, environment, workspace))
        outlook = None if made.faults else foresee(hub, made, Bounds(days=days, events=events))
    _say_lines(made.lines or ["nothing would change"])
    if outlook is not None:
        _say_outlook(outlook, days)
    for name in made.untried:
        say_error(f"{name}: this version was never live in qa")
    for fault in made.faults:
        say_error(fault)
    if made.faults or made.untried:
        raise typer.Exit(REFUSED)


def deploy(
    environment: Environment,
    *,
    by: By,
    from_: From = HEAD,
    force: Annotated[str, typer.Option(help="Why production takes what QA never had; kept with it.")] = "",
    workspace: Folder = HERE,
    data: Data = None,
) -> None:
    """Makes the flows of the last commit live, or asks a second person to, where it is production."""
    with told(), Workspace(read_settings(data=data)) as hub:
        made = promotion.make_plan(hub, environment, _source(hub, from_, environment, workspace))
        outcome = promotion.deploy(hub, made, by=by, forced_because=force)
    _say_lines(made.lines)
    tell_outcome(outcome, environment)


def tell_outcome(outcome: promotion.Outcome, environment: str) -> None:
    """What came of a deployment."""
    if outcome.request is not None:
        say(
            f"request {outcome.request} waits for another person: counterfoil flows approve {outcome.request}"
        )
    elif outcome.entry is not None:
        say(f"deployed to {environment}: {outcome.entry}")
    else:
        say(f"{environment} has these versions already")


def requests(*, data: Data = None) -> None:
    """Lists the deployments that wait for a second person, with what each would change."""
    with told(), Workspace(read_settings(data=data)) as hub:
        waiting = promotion.open_requests(hub)
    for request, lines in waiting:
        order = request.order
        say(shown(f"{request.id}  {request.at:%Y-%m-%d %H:%M}  {order.environment}, asked by {order.by}"))
        for why in filter(
            None, (order.message.partition("\n")[0], order.reason and f"FORCED: {order.reason}")
        ):
            say(shown(f"    {why}"))
        _say_lines([f"    {line}" for line in lines])


def approve(request: Request, *, by: By, data: Data = None) -> None:
    """Carries out what another person asked for."""
    with told(), Workspace(read_settings(data=data)) as hub:
        entry = promotion.approve(hub, request, by=by)
    say(f"deployed: {entry}")


def refuse(request: Request, *, by: By, data: Data = None) -> None:
    """Closes a request; nothing is deployed."""
    with told(), Workspace(read_settings(data=data)) as hub:
        promotion.refuse(hub, request, by=by)
    say(f"request {request} is closed")


def rollback(
    environment: Environment,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why; kept with it.")],
    data: Data = None,
) -> None:
    """Makes live again what was live before the last deployment; takes no second person."""
    with told(), Workspace(read_settings(data=data)) as hub:
        order = promotion.roll_back(hub, environment, by=by, reason=reason)
        texts = hub.deployments.texts(
            version for change in order.changes for version in (change.before, change.after) if version
        )
    _say_lines(list(promotion.tell_changes(order.changes, texts)))
    say(f"{environment} is back to what it had before {order.undoes}")


def _source(hub: Workspace, name: str, environment: str, folder: Path) -> Source:
    if name not in ENVIRONMENTS:
        repository = opened(folder)
        if name == HEAD and (head := repository.head()) and repository.files() != repository.files_at(head):
            raise ConfigurationError("something here is not saved: counterfoil flows save, then deploy")
        return promotion.from_repository(repository, name)
    source = promotion.from_environment(hub, name)
    if (folder / ".git").is_dir():
        return promotion.counting_on(source, environment, opened(folder))
    return source


def _say_outlook(outlook: Outlook, days: int) -> None:
    if outlook.trouble:
        say_error(f"not all events could be tried: {outlook.trouble}")
    if outlook.of:
        tried = f"{outlook.looked_at} of {outlook.of} events of the last {days} days"
        say(f"{tried} tried: {len(outlook.effects)} would come to something else")
    for each in outlook.effects:
        say(shown(f"    {each.kind} {each.transaction}"))
        say(shown(f"        now   {each.before}"))
        say(shown(f"        then  {each.after}"))


def _say_lines(lines: Sequence[str]) -> None:
    for line in lines:
        say(shown(line))
