"""`counterfoil sagepro check`: what is safe at a site, what is not, and what nobody knows."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.discovery.cards import CardColumn
from counterfoil.connectors.sagepro.discovery.checking import SiteCheck, check_site
from counterfoil.connectors.sagepro.discovery.safety import Verdict
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.ports.errors import CounterfoilError


def check(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")], *, as_json: AsJson = False
) -> None:
    """Says for each posting kind whether it is safe, unsafe or unknown, and counts card numbers in tables.

    Opens tables for reading and shared, samples rows within bounds, and changes no byte of the site.
    """
    try:
        with translated():
            found = check_site(read_profile(profile))
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document(_document(found))
    else:
        _tell(found)
    if found.cards.columns or any(each.verdict is Verdict.UNSAFE for each in found.kinds):
        raise typer.Exit(FINDINGS)


def _tell(found: SiteCheck) -> None:
    """A reason that holds for several kinds is told once."""
    say(f"Company {found.company}")
    told: set[str] = set()
    for each in found.kinds:
        fresh = [reason for reason in each.reasons if reason not in told]
        word = f", {shown(each.word)} vouches for it" if each.word else ""
        say(f"  {each.verdict:<7}  {each.name}{word}" + _above(len(each.reasons) - len(fresh)))
        for reason in fresh:
            say(f"           - {shown(reason)}")
        told.update(fresh)
    for locked in found.locked:
        say(f"  note     {shown(locked)}")
    if not found.cards.columns:
        say(f"No card numbers were found in {found.cards.rows} rows; memos were not looked at.")
    for column in found.cards.columns:
        say(f"  unsafe   {_told(column)}")
    for unread in found.cards.unread:
        say(f"  unknown  not looked at for card numbers: {shown(unread)}")


def _above(count: int) -> str:
    return f": {count} of the reasons above" if count else ""


def _told(column: CardColumn) -> str:
    holds = "is named after card data and filled in" if column.is_named_so else "looks like card numbers"
    return f"{column.table}.{column.column} {holds} in {column.populated} of {column.looked_at} rows"


def _document(found: SiteCheck) -> dict[str, Any]:
    return {
        "company": found.company,
        "kinds": [
            {
                "kind": each.name,
                "verdict": each.verdict,
                "reasons": [shown(text) for text in each.reasons],
                "word": shown(each.word),
            }
            for each in found.kinds
        ],
        "locked": [shown(text) for text in found.locked],
        "cards": {
            "rows": found.cards.rows,
            "columns": [dataclasses.asdict(column) for column in found.cards.columns],
            "unread": [shown(text) for text in found.cards.unread],
        },
    }
