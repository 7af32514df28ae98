"""`counterfoil sagepro changes`: what others did to the books since it was last asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.foxpro.telling import CANNOT, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.editions import watch
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.watch.feed import Feed
from counterfoil.ports.changes import PAGE_MAX, Change, ChangesAnswer, LostUpdate, Notice, StartOver
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.encoding import CHANGES_ANSWER
from counterfoil.ports.errors import CounterfoilError


def changes(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")],
    *,
    since: Annotated[
        str | None, typer.Option(help="The cursor of the last answer; without it, what is kept is begun.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=PAGE_MAX, help="How much is told at most.")] = PAGE_MAX,
    as_json: AsJson = False,
) -> None:
    """Tells new and changed customers, invoices and orders, and payments that somebody keyed by hand.

    Opens tables for reading and shared, and changes no byte of them; the agent may run meanwhile.
    """
    try:
        answer = _asked(profile, since, limit)
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document(CHANGES_ANSWER.encode(answer))
    else:
        _tell(answer)


def _asked(path: Path, since: str | None, limit: int) -> ChangesAnswer:
    profile = read_profile(path)
    with watch(profile) as watched:
        return Feed(watched.site, own_folder(profile), SystemClock()).changes(since, limit)


def _tell(answer: ChangesAnswer) -> None:
    if isinstance(answer, StartOver):
        say(f"start over: {answer.why}")
    else:
        for notice in answer.notices:
            _tell_notice(notice)
        if not answer.notices:
            say("Nothing new.")
        if answer.more:
            say("More waits.")
    say(f"cursor {answer.cursor}")


def _tell_notice(notice: Notice) -> None:
    if isinstance(notice, Change):
        _tell_change(notice)
    elif isinstance(notice, LostUpdate):
        _tell_lost(notice)


def _tell_change(change: Change) -> None:
    of = f" of {change.customer}" if change.customer != change.number else ""
    say(f"{change.happened.value} {change.subject.value} {shown(change.number + of)}")
    for field in change.fields:
        say(f"    {field.field}: {shown(field.before) or '-'} -> {shown(field.after) or '-'}")


def _tell_lost(lost: LostUpdate) -> None:
    place = f"{lost.table} record {lost.record} ({lost.number})"
    say(f"lost update of {shown(', '.join(map(str, lost.postings)))} in {shown(place)}")
    for one in lost.fields:
        say(f"    {one.field}: holds {shown(one.found) or '-'}, should hold {shown(one.expected)}")
    say(f"    {shown(lost.advice)}")
