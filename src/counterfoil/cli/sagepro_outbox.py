"""`counterfoil sagepro outbox`: postings left for a FoxPro program to enter, and people's decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.outbox import judging
from counterfoil.connectors.sagepro.outbox.folder import OutboxFolder, Place
from counterfoil.connectors.sagepro.outbox.handed import Handed, HandedBook, State
from counterfoil.connectors.sagepro.outbox.lines import DamagedFileError
from counterfoil.connectors.sagepro.outbox.requests import read_request
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.encoding import encode
from counterfoil.ports.errors import ConfigurationError, CounterfoilError

app = typer.Typer(
    help="Postings left for a FoxPro program to enter: list, show, withdraw, judge.", no_args_is_help=True
)

ProfilePath = Annotated[Path, typer.Argument(metavar="PROFILE", help="The company's profile (YAML).")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The entry's number.")]
By = Annotated[str, typer.Option(help="Who decides; kept for good.")]
Last = Annotated[int, typer.Option(help="Also as many of the last entries, whatever became of them.")]

PROGRAM = "counterfoil.prg"
_NEEDS_A_PERSON = frozenset({State.REFUSED, State.CONFLICT, State.DOUBT})


@dataclass(frozen=True, slots=True)
class _Outbox:
    book: HandedBook
    folder: OutboxFolder
    ledger: PostingLedger


@app.command("list")
def list_(profile: ProfilePath, *, last: Last = 0, as_json: AsJson = False) -> None:
    """Shows what is handed over and not settled; the exit code is 1 where something needs a person."""
    with _opened(profile) as outbox:
        entries = {one.number: one for one in (*outbox.book.open_entries(), *outbox.book.history(last))}
        ordered = [entries[number] for number in sorted(entries)]
        if as_json:
            say_document({"entries": [_document(outbox, one) for one in ordered]})
        else:
            _tell(outbox, ordered)
    if any(one.state in _NEEDS_A_PERSON for one in ordered):
        raise typer.Exit(FINDINGS)


@app.command()
def show(profile: ProfilePath, number: Number, *, as_json: AsJson = False) -> None:
    """Shows one entry with its rows."""
    with _opened(profile) as outbox:
        one = _entry(outbox, number)
        if as_json:
            say_document(_document(outbox, one))
            return
        _tell(outbox, [one])
        for row in one.rows:
            say(f"    {row.table} {'new row' if row.added else f'record {row.record}'}")
            for change in row.fields:
                say(f"        {change.field}: {shown(change.before or '-')} -> {shown(change.after)}")


@app.command()
def withdraw(profile: ProfilePath, number: Number, *, by: By = "") -> None:
    """Takes an entry back that the worker has not taken, or closes one that was refused."""
    with _opened(profile) as outbox:
        state = judging.withdraw(outbox.book, outbox.folder, number, by.strip(), SystemClock().now())
    later = "" if state is State.WITHDRAWN else ": the agent finishes this at its next look"
    say(f"{state.value}  entry {number}{later}")


@app.command()
def judge(
    profile: ProfilePath,
    number: Number,
    *,
    rows: Annotated[Literal["in", "out"], typer.Option(help="Whether its rows stand in the books.")],
    by: By = "",
) -> None:
    """Says of an entry in doubt or conflict, after its rows were compared, whether it is in the books."""
    with _opened(profile) as outbox:
        now = SystemClock().now()
        state = judging.judge(
            outbox.book, outbox.ledger, number, is_in_books=rows == "in", person=by.strip(), at=now
        )
    say(f"{state.value}  entry {number}")


@app.command()
def requests(profile: ProfilePath, *, as_json: AsJson = False) -> None:
    """Shows what the FoxPro side asks for; nothing is carried out."""
    with _opened(profile) as outbox:
        for path in outbox.folder.requests():
            try:
                asked = read_request(path)
            except DamagedFileError as error:
                say_error(f"{path.name}: {error}")
                continue
            words = ", ".join(f"{name} {shown(value)}" for name, value in asked.values.items())
            if as_json:
                say_document({"file": asked.file, **asked.values})
            else:
                say(f"{asked.file}  {words}")


@app.command()
def program(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where it is written.")]) -> None:
    """Writes counterfoil.prg, the FoxPro side's program, with the line ends that FoxPro expects."""
    source = (files("counterfoil.connectors.sagepro.outbox") / PROGRAM).read_text("ascii")
    target = folder / PROGRAM
    try:
        target.write_bytes(source.replace("\n", "\r\n").encode("ascii"))
    except OSError as error:
        say_error(f"{target} cannot be written: {error}")
        raise typer.Exit(CANNOT) from error
    say(f"written  {target}")


@contextmanager
def _opened(path: Path) -> Iterator[_Outbox]:
    try:
        profile = read_profile(path)
        if profile.outbox is None:
            raise ConfigurationError(f"{path} names no outbox")
        own = locate_tables(profile).own_folder
        with closing(PostingLedger(own)) as ledger:
            folder = OutboxFolder(profile.outbox)
            folder.create()
            yield _Outbox(HandedBook(own), folder, ledger)
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error


def _entry(outbox: _Outbox, number: int) -> Handed:
    one = outbox.book.get(number)
    if one is None:
        raise ConfigurationError(f"the outbox has no entry {number}; see the list of those that it has")
    return one


def _state(outbox: _Outbox, one: Handed) -> str:
    """The state, and of an open entry where its file lies."""
    if one.state is not State.OPEN:
        return str(one.state.value)
    on_the_way = outbox.folder.on_the_way()
    if (Place.ANSWERS, one.number) in on_the_way:
        return "answered"
    return "taken" if (Place.TAKEN, one.number) in on_the_way else "waiting"


def _tell(outbox: _Outbox, entries: list[Handed]) -> None:
    for one in entries:
        say(f"{one.number}  {_state(outbox, one)}  {shown(one.fact.summary)}  {one.key}")
        notes = (one.why, one.person and f"by {one.person}")
        say(f"    handed over {one.handed_at:%Y-%m-%d %H:%M %Z}".rstrip())
        for note in filter(None, notes):
            say(f"    {shown(note)}")
    if not entries:
        say("Nothing is on its way.")


def _document(outbox: _Outbox, one: Handed) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": _state(outbox, one),
        "posting": one.fact.summary,
        "key": str(one.key),
        "handed_at": one.handed_at.isoformat(),
        "why": one.why,
        "person": one.person,
        "rows": [encode(row) for row in one.rows],
    }
