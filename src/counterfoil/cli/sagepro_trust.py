"""`counterfoil sagepro trust`: where a company stands on the ladder of trust, and moving it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.foxpro.telling import CANNOT, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.trust.moving import move_company, trust_record
from counterfoil.connectors.sagepro.trust.raising import Request
from counterfoil.connectors.sagepro.trust.rungs import Backup, Move, Rung, Standing
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.encoding import encode
from counterfoil.ports.errors import ConfigurationError, CounterfoilError

app = typer.Typer(
    help="The ladder of trust: read-only, shadow, outbox, direct; who moved a company, when and why.",
    no_args_is_help=True,
)

ProfilePath = Annotated[Path, typer.Argument(metavar="PROFILE", help="The company's profile (YAML).")]
To = Annotated[Rung, typer.Option(help="The rung.")]
By = Annotated[str, typer.Option(help="Who moves the company; kept for good.")]
Reason = Annotated[str, typer.Option(help="Why; kept for good.")]


@app.command()
def show(profile: ProfilePath, *, as_json: AsJson = False) -> None:
    """Tells where the company stands, and every move that was taken."""
    with _told():
        read = read_profile(profile)
        record = trust_record(read)
        standing, moves = record.standing(read.mode), record.moves()
    if as_json:
        say_document(_document(read, standing, moves))
    else:
        _tell(read, standing, moves)


@app.command("raise")
def raise_(  # noqa: PLR0913 - each is one thing that a person must say
    profile: ProfilePath,
    *,
    to: To,
    by: By = "",
    reason: Reason = "",
    kind: Annotated[
        list[str] | None, typer.Option(help="A posting kind to be written or handed over; repeat for each.")
    ] = None,
    backup: Annotated[Path | None, typer.Option(help="A backup of the company's files.")] = None,
    backup_taken_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="When, in the company's time zone."),
    ] = None,
) -> None:
    """Moves the company up; a live one to the outbox with proven kinds, to direct with a clean check too."""
    with _told():
        read = read_profile(profile)
        rung = trust_record(read).standing(read.mode).rung
        if to.height < rung.height or (to is rung and to.height <= Rung.SHADOW.height):
            raise ConfigurationError(f"the company does not stand below {to.value}: nothing to raise")
        kinds = tuple(dict.fromkeys(kind or ()))
        named = _backup(read, backup, backup_taken_at)
        request = Request(rung=to, person=by.strip(), reason=reason.strip(), kinds=kinds, backup=named)
        move = move_company(read, request, SystemClock().now())
    say(f"Company {read.company} stands on {_described(move)}")


@app.command()
def lower(profile: ProfilePath, *, to: To = Rung.READ_ONLY, by: By = "", reason: Reason = "") -> None:
    """Moves the company down, at once; a running agent obeys with its next group of postings."""
    with _told():
        read = read_profile(profile)
        if to.height >= trust_record(read).standing(read.mode).rung.height:
            raise ConfigurationError(f"the company does not stand above {to.value}: nothing to lower")
        request = Request(rung=to, person=by.strip(), reason=reason.strip())
        move = move_company(read, request, SystemClock().now())
    say(f"Company {read.company} stands on {_described(move)}")


@contextmanager
def _told() -> Iterator[None]:
    try:
        with translated():
            yield
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error


def _backup(profile: Profile, path: Path | None, at: datetime | None) -> Backup | None:
    if path is None or at is None:
        return None
    return Backup(path=str(path.resolve()), taken_at=at.replace(tzinfo=profile.zone))


def _tell(profile: Profile, standing: Standing, moves: tuple[Move, ...]) -> None:
    say(f"Company {profile.company} ({profile.mode.value}) stands on {standing.rung.value}")
    if standing.why:
        say(f"  {shown(standing.why)}")
    for move in moves:
        at = move.at.astimezone(profile.zone)
        say(f"  {at:%Y-%m-%d %H:%M}  {shown(move.person)}: {_described(move)}, {shown(move.reason)}")
    if not moves:
        say("  nobody has moved it yet")


def _described(move: Move) -> str:
    if move.rung.height <= Rung.SHADOW.height:
        return str(move.rung.value)
    what = ", ".join(move.kinds) if move.is_calibrated else "every kind, without calibration: a test company"
    backup = f"; backup {move.backup.path} of {move.backup.taken_at:%Y-%m-%d %H:%M}" if move.backup else ""
    return f"{move.rung.value} ({shown(what + backup)})"


def _document(profile: Profile, standing: Standing, moves: tuple[Move, ...]) -> dict[str, Any]:
    return {
        "company": profile.company,
        "mode": profile.mode.value,
        "rung": standing.rung.value,
        "why": standing.why or None,
        "moves": [encode(move) for move in moves],
    }
