"""`counterfoil sagepro quarantine`: rows that a crash left in doubt, shown and released."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.ledger import FILE, PostingLedger
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.foxpro.transactions.changes import QuarantinedRow
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError, CounterfoilError

Held = Mapping[int, tuple[QuarantinedRow, ...]]


def quarantine(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")],
    *,
    release: Annotated[
        int | None, typer.Option(help="The number whose rows were compared and mended by hand.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who judged the rows; kept in the posting ledger.")] = "",
    as_json: AsJson = False,
) -> None:
    """Shows the rows that an interrupted posting left in doubt; nothing is posted to them until release.

    The agent may run meanwhile.
    """
    try:
        held = _released(profile, release, by) if release is not None else _held(profile)
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document({"waiting": [_entry(number, rows) for number, rows in held.items()]})
    else:
        _tell(held)
    if held:
        raise typer.Exit(FINDINGS)


def _held(profile: Path) -> Held:
    folder = own_folder(read_profile(profile))
    if not (folder / FILE).exists():
        return {}
    with closing(PostingLedger(folder)) as ledger:
        return ledger.held()


def _released(profile: Path, number: int, person: str) -> Held:
    if not person.strip():
        raise ConfigurationError("say who judged the rows: --by NAME")
    folder = own_folder(read_profile(profile))
    if not (folder / FILE).exists():
        raise ConfigurationError(f"nothing was ever posted to this company: {folder / FILE} is missing")
    with closing(PostingLedger(folder)) as ledger:
        for row in ledger.release(number, person.strip(), SystemClock().now()):
            say(f"released  {row.table} record {row.recno}, judged by {shown(person.strip())}")
        return ledger.held()


def _tell(held: Held) -> None:
    for number, rows in held.items():
        postings = dict.fromkeys(posting for row in rows for posting in row.postings)
        say(f"{number}  {', '.join(map(shown, postings))}")
        for row in rows:
            say(f"    {row.table} record {row.recno}: {row.why}{_place(row)}")
    if not held:
        say("No row waits for a person.")


def _place(row: QuarantinedRow) -> str:
    if row.found_at is None:
        return "; it stands nowhere now"
    return "" if row.found_at == row.recno else f"; it stands at record {row.found_at} now"


def _entry(number: int, rows: tuple[QuarantinedRow, ...]) -> dict[str, Any]:
    return {
        "number": number,
        "postings": list(dict.fromkeys(posting for row in rows for posting in row.postings)),
        "rows": [_row(row) for row in rows],
    }


def _row(row: QuarantinedRow) -> dict[str, Any]:
    return {"table": row.table, "record": row.recno, "found_at": row.found_at, "why": row.why}
