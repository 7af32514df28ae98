"""`counterfoil alerts`: what is wrong, who is told, and when not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.alert_desk import AlertDesk, Wish
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.monitor.alerts import Alert, Phase
from counterfoil.monitor.configuration import Change
from counterfoil.monitor.rules import RULES, Limits
from counterfoil.monitor.telling import Silence

app = typer.Typer(help="What is wrong, who is told, and when not.", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]
Environment = Annotated[str, typer.Option(help="dev, qa or production.")]


@app.command("list")
def list_(
    *,
    all_: Annotated[bool, typer.Option("--all", help="Also what is over, of the last month.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows what is wrong now, and what nobody is told of."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = AlertDesk(workspace)
        alerts = [one for one in desk.alerts() if all_ or one.phase is not Phase.RESOLVED]
        silences = desk.silences()
    if as_json:
        say_document(
            {
                "alerts": [alert_document(one) for one in alerts],
                "silences": [_silence_document(one) for one in silences],
            }
        )
        return
    for one in alerts:
        say(alert_line(one))
    if not alerts:
        say("nothing is wrong")
    for silence in silences:
        say(_silence_line(silence))


@app.command()
def rules(*, environment: Environment, as_json: AsJson = False, data: Data = None) -> None:
    """Shows every rule with its limits in an environment."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = AlertDesk(workspace)
        said = desk.environment(environment)
        limits = {rule.name: desk.limits(rule, environment) for rule in RULES}
    if as_json:
        document = [
            {"rule": rule.name, "measure": rule.measure} | _limits_document(limits[rule.name])
            for rule in RULES
        ]
        say_document({"channels": list(said.channels), "rules": document})
        return
    say(f"channels: {', '.join(said.channels) or 'none: nobody is told'}")
    for rule in RULES:
        say(f"{rule.name}  {_limits_words(limits[rule.name])}: {rule.measure}")


@app.command("set")
def set_(
    rule: Annotated[str, typer.Argument(help="The rule's name, as `alerts rules` shows it.")],
    *,
    environment: Environment,
    at: Annotated[
        tuple[int, int] | None, typer.Option(help="Where it is bad, and where it is good again.")
    ] = None,
    hold_minutes: Annotated[int | None, typer.Option(min=0, help="For how long it must be bad.")] = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether the rule counts.")] = None,
    data: Data = None,
) -> None:
    """Changes a rule's limits in an environment, from the next turn on."""
    raise_at, clear_at = at or (None, None)
    change = Change(raise_at=raise_at, clear_at=clear_at, hold_minutes=hold_minutes, enabled=enabled)
    with told(), Workspace(read_settings(data=data)) as workspace:
        limits = AlertDesk(workspace).set_limits(rule, environment, change)
    say(f"{rule} in {environment}: {_limits_words(limits)}")


@app.command()
def channels(
    names: Annotated[list[str], typer.Argument(help="Channels, as `notify list` shows them.")],
    *,
    environment: Environment,
    remind_hours: Annotated[int | None, typer.Option(help="After how long people are reminded.")] = None,
    data: Data = None,
) -> None:
    """Says which channels take an environment's alerts, in place of those before."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        said = AlertDesk(workspace).set_channels(environment, names, remind_hours)
    hours = said.remind // timedelta(hours=1)
    say(f"alerts of {environment} go to {', '.join(said.channels)}, and again after {hours} hours")
    say(f"try it: counterfoil alerts test --environment {environment}")


@app.command("test")
def try_(*, environment: Environment, data: Data = None) -> None:
    """Sends a test alert through each channel of an environment."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        tried = AlertDesk(workspace).test(environment)
    for channel, how in tried:
        say(f"{channel}: {shown(how)}")
    if any(how != "took it" for _, how in tried):
        raise typer.Exit(1)


@app.command("dry-run")
def dry_run(*, as_json: AsJson = False, data: Data = None) -> None:
    """Judges how everything stands now; nothing is kept and nobody is told."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        trial = AlertDesk(workspace).dry_run()
    if as_json:
        news = [
            {"environment": name, "channels": list(channels), "rules": [one.alert.key.rule for one in group]}
            for name, channels, group in trial.news
        ]
        say_document({"alerts": [alert_document(one) for one in trial.alerts], "news": news})
        return
    for alert in trial.alerts:
        say(alert_line(alert))
    if not trial.alerts:
        say("nothing is wrong")
    for name, channels, group in trial.news:
        where = ", ".join(channels) or "nobody: no channel is named"
        say(f"{len(group)} of {name or 'what concerns all'} would be told to {where}")


@app.command()
def silence(
    rule: Annotated[str, typer.Argument(help="The rule.")],
    subject: Annotated[
        str, typer.Argument(help="A company or connection, as the alert says; left out: any.")
    ] = "",
    *,
    hours: Annotated[int, typer.Option(min=1, help="For how long.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    why: Annotated[str, typer.Option(help="Why.")],
    data: Data = None,
) -> None:
    """Lets nobody be told of some alerts for a while; they are judged and shown all the same."""
    wish = Wish(
        rule=rule,
        subject=subject,
        length=timedelta(hours=hours),
        by=by,
        why=why,
    )
    with told(), Workspace(read_settings(data=data)) as workspace:
        made = AlertDesk(workspace).silence(wish)
    say(_silence_line(made))


@app.command()
def unsilence(
    name: Annotated[str, typer.Argument(help="The silence's name, as `alerts list` shows it.")],
    *,
    data: Data = None,
) -> None:
    """Ends a silence; what stands is told at the next turn."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        AlertDesk(workspace).end_silence(name)
    say(f"silence {name} has ended")


def alert_line(alert: Alert) -> str:
    where = " ".join(part for part in (alert.key.environment, alert.key.subject) if part)
    since = (alert.raised_at or alert.since).strftime("%Y-%m-%d %H:%M")
    return f"{alert.phase.value}  {alert.key.rule}  {shown(where)}  since {since}: {shown(alert.words)}"


def alert_document(alert: Alert) -> dict[str, Any]:
    return {
        "rule": alert.key.rule,
        "environment": alert.key.environment,
        "subject": alert.key.subject,
        "phase": alert.phase.value,
        "value": alert.value,
        "words": alert.words,
        "since": (alert.raised_at or alert.since).isoformat(),
        "told": alert.told.value,
    }


def _silence_line(one: Silence) -> str:
    of = " ".join(part for part in (one.rule, one.subject) if part)
    until = f"until {one.until:%Y-%m-%d %H:%M}"
    return f"silence {one.id}: {shown(of)} {until}, by {shown(one.by)}: {shown(one.why)}"


def _silence_document(one: Silence) -> dict[str, str]:
    return {
        "silence": one.id,
        "rule": one.rule,
        "subject": one.subject,
        "until": one.until.isoformat(),
        "by": one.by,
        "why": one.why,
    }


def _limits_words(limits: Limits) -> str:
    if not limits.enabled:
        return "off"
    held = f" for {limits.hold // timedelta(minutes=1)} minutes" if limits.hold else ""
    return f"raised at {limits.raise_at}{held}, good at {limits.clear_at}"


def _limits_document(limits: Limits) -> dict[str, Any]:
    return {
        "raise_at": limits.raise_at,
        "clear_at": limits.clear_at,
        "hold_minutes": limits.hold // timedelta(minutes=1),
        "enabled": limits.enabled,
    }
