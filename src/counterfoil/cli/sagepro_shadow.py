"""`counterfoil sagepro shadow`: what clerks keyed beside what Counterfoil would have posted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.shadow.comparing import Keyed, State
from counterfoil.connectors.sagepro.shadow.looking import look
from counterfoil.ports.errors import CounterfoilError


def shadow(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")],
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were keyed as planned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compares the plans that were kept on shadow with what clerks keyed; opens tables for reading alone."""
    try:
        found = look(read_profile(profile))
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document({"plans": [_entry(each) for each in found]})
    else:
        _tell(found, everything=everything)
    if any(each.state is State.OTHERWISE for each in found):
        raise typer.Exit(FINDINGS)


def _tell(found: list[Keyed], *, everything: bool) -> None:
    for each in found:
        if everything or each.state is not State.SAME:
            by = f" by {shown(each.by)}" if each.by else ""
            say(f"  {each.state.value:<16}  {shown(each.summary)}{by}  {each.key}")
            for why in each.differences:
                say(f"  {'':<16}  - {shown(why)}")
    counts = Counter(each.state.value for each in found)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    say(f"{len(found)} plans{': ' if told else ''}{told}")


def _entry(each: Keyed) -> dict[str, object]:
    return {
        "fact": shown(each.summary),
        "key": each.key,
        "state": each.state.value,
        "keyed_by": shown(each.by),
        "differences": [shown(why) for why in each.differences],
    }
