"""`counterfoil dead-letters`: runs that stopped until a person acts, and what people did about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.dead_letter_desk import DeadLetterDesk, Seen
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.cli.letter_telling import (
    act_document,
    cause_document,
    letter_document,
    tell_done,
    tell_letter,
    tell_letters,
    view_document,
)
from counterfoil.config import read_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.dead_letters import LetterFilter
from counterfoil.store.letter_acts import Done

app = typer.Typer(
    help="Runs that stopped until a person acts: why, what may be done, and who did what.",
    no_args_is_help=True,
)

Run = Annotated[str, typer.Argument(help="The run, as `dead-letters list` shows it.")]
MaybeRun = Annotated[str, typer.Argument(help="One run; or name a cause.")]
Cause = Annotated[str, typer.Option(help="All letters with this cause; their number is told first.")]
Environment = Annotated[str, typer.Option(help="Only this environment's.")]
By = Annotated[str, typer.Option(help="Who does it; kept with it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command("list")
def list_(  # noqa: PLR0913 - a command's options
    *,
    cause: Annotated[str, typer.Option(help="Only this cause's.")] = "",
    environment: Environment = "",
    problem: Annotated[str, typer.Option(help="Only retry, ask, configure or bug.")] = "",
    flow: Annotated[str, typer.Option(help="Only this flow's.")] = "",
    transaction: Annotated[str, typer.Option(help="Only this transaction's.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many letters to show.")] = 50,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows how many letters each cause has, and the oldest letters."""
    wanted = LetterFilter(
        environment=environment, cause=cause, problem=problem, flow=flow, order_key_end=transaction
    )
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = DeadLetterDesk(workspace)
        causes, letters = desk.causes(wanted), desk.letters(wanted, limit)
    if as_json:
        counted = [cause_document(each) for each in causes]
        say_document({"causes": counted, "letters": [letter_document(each) for each in letters]})
    else:
        tell_letters(causes, letters)


@app.command()
def show(run: Run, *, as_json: AsJson = False, data: Data = None) -> None:
    """Shows a letter: the reason, the failing node, its inputs, what happened, and what may be done."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = DeadLetterDesk(workspace).find(run)
    if as_json:
        say_document(view_document(found))
    else:
        tell_letter(found)


@app.command()
def retry(  # noqa: PLR0913 - a command's options
    run: MaybeRun = "",
    *,
    by: By,
    cause: Cause = "",
    environment: Environment = "",
    reason: Annotated[str, typer.Option(help="A line to keep with it.")] = "",
    live_flow: Annotated[
        bool, typer.Option("--live-flow", help="With the version of its flow that is live now.")
    ] = False,
    yes: Yes = False,
    data: Data = None,
) -> None:
    """Tries again as a new attempt, which reads what is done already: nothing is posted twice."""
    with _chosen(data, run, cause, environment, "retry", yes=yes) as (desk, seen):
        done = desk.retry(seen, by=by, why=reason, live_flow=live_flow)
    _end(done, "retried")


@app.command()
def correct(
    run: Annotated[str, typer.Argument(help="One dead letter, or a held run with an open review task.")],
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why it is corrected.")],
    invoice: Annotated[str | None, typer.Option(help="The invoice that the payment is for.")] = None,
    order: Annotated[str | None, typer.Option(help="The order that the payment is for.")] = None,
    data: Data = None,
) -> None:
    """Tries again with another invoice or order number; refused once anything may have been written.

    Nothing else of a payment can be corrected: the rest is the gateway's record of what happened.
    """
    given = {"invoice_reference": invoice, "order_reference": order}
    with told(), Workspace(read_settings(data=data)) as workspace:
        changes = {name: text for name, text in given.items() if text is not None}
        DeadLetterDesk(workspace).correct(run, changes, by=by, why=reason)
    say("corrected; it is tried again")


@app.command()
def skip(  # noqa: PLR0913 - a command's options
    run: MaybeRun = "",
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why nothing is to be done.")],
    cause: Cause = "",
    environment: Environment = "",
    yes: Yes = False,
    data: Data = None,
) -> None:
    """Closes it without doing anything; younger runs of the same payment or order go on."""
    with _chosen(data, run, cause, environment, "skip", yes=yes) as (desk, seen):
        done = desk.skip(seen, by=by, why=reason)
    _end(done, "skipped")


@app.command()
def resolve(  # noqa: PLR0913 - a command's options
    run: MaybeRun = "",
    *,
    by: By,
    reference: Annotated[str, typer.Option(help="What was done, such as the number of a keyed receipt.")],
    reason: Annotated[str, typer.Option(help="A line to keep with it.")] = "",
    cause: Cause = "",
    environment: Environment = "",
    yes: Yes = False,
    data: Data = None,
) -> None:
    """Closes it because a person did it by hand; younger runs of the same payment or order go on."""
    with _chosen(data, run, cause, environment, "resolve", yes=yes) as (desk, seen):
        done = desk.resolve(seen, by=by, reference=reference, why=reason)
    _end(done, "resolved")


@app.command()
def log(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many lines.")] = 50,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows who did what with which letter or review task, newest first; nothing is ever taken out of it."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = DeadLetterDesk(workspace).log(limit)
    if as_json:
        say_document({"acts": [act_document(each) for each in found]})
        return
    for each in found:
        who, about = each.by or "by itself", each.run or each.task
        say(f"{each.at:%Y-%m-%d %H:%M}  {each.act:8}  {shown(who)}  {about}  {shown(each.why)}")
    if not found:
        say("nobody did anything yet")


@contextmanager
def _chosen(
    data: Path | None, run: str, cause: str, environment: str, act: str, *, yes: bool
) -> Iterator[tuple[DeadLetterDesk, Seen]]:
    """The desk, and what is to be acted on there."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = DeadLetterDesk(workspace)
        yield desk, _seen(desk, run, cause, environment, act, yes=yes)


def _seen(desk: DeadLetterDesk, run: str, cause: str, environment: str, act: str, *, yes: bool) -> Seen:
    """What is to be acted on; of a cause, the number is told and asked about first."""
    if bool(run) == bool(cause):
        raise ConfigurationError("name one run, or a cause with --cause")
    if run:
        return desk.named(run)
    wanted = LetterFilter(cause=cause, environment=environment)
    seen = desk.seen(wanted)
    (group,) = desk.causes(wanted)
    say(f"{len(seen.letters)} dead letters have the cause {cause}: {shown(group.why)}")
    if not yes:
        typer.confirm(f"{act} {len(seen.letters)}?", abort=True)
    return seen


def _end(done: Done, word: str) -> None:
    tell_done(done, word)
    if not done.runs:
        raise typer.Exit(1)
