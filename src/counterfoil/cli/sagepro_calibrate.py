"""`counterfoil sagepro calibrate`: what Sage Pro itself writes, compared with our plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.calibration_text import document_of, tell, tell_kinds
from counterfoil.cli.calibration_words import Said, keyed_work, note_work
from counterfoil.cli.foxpro.telling import (
    CANNOT,
    FINDINGS,
    AsJson,
    progress,
    say,
    say_document,
    say_error,
    shown,
)
from counterfoil.connectors.sagepro.calibration.calibrating import accept as accept_columns
from counterfoil.connectors.sagepro.calibration.calibrating import calibrate
from counterfoil.connectors.sagepro.calibration.file import Accepted
from counterfoil.connectors.sagepro.calibration.proven import proven_kinds
from counterfoil.connectors.sagepro.calibration.vouching import vouch as vouch_for
from counterfoil.connectors.sagepro.editions import take_snapshot
from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.domain.payment import Tender
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import CounterfoilError

app = typer.Typer(
    help="Sees what Sage Pro itself writes, and compares it with Counterfoil's plans.", no_args_is_help=True
)

ProfilePath = Annotated[Path, typer.Argument(metavar="PROFILE", help="The company's profile (YAML).")]
By = Annotated[str, typer.Option(help="Who says so; kept for good.")]


@app.command()
def snapshot(
    profile: ProfilePath, file: Annotated[Path, typer.Argument(help="A new file outside the site.")]
) -> None:
    """Keeps every row of the company's tables in a file; reads in place, changes no byte of the site.

    Columns that look like card numbers and memos are not read. The file holds names and addresses: guard it.
    """
    with _told():
        _take(read_profile(profile), file)


@app.command()
def compare(  # noqa: PLR0913 - each is one thing that a clerk keyed
    profile: ProfilePath,
    before: Annotated[Path, typer.Argument(help="The snapshot from before it was keyed.")],
    after: Annotated[Path, typer.Argument(help="The one from after; taken now where there is none.")],
    *,
    kind: Annotated[
        str,
        typer.Option(prompt="What was keyed", help="receipt, reversal, another fact's word, or observe."),
    ],
    by: By = "",
    customer: Annotated[str, typer.Option(help="The customer's number.")] = "",
    credit: Annotated[str, typer.Option(help="The open credit that was applied.")] = "",
    invoice: Annotated[list[str] | None, typer.Option(help="Paid invoice and amount: 1001=100.00.")] = None,
    discount: Annotated[list[str] | None, typer.Option(help="Discount taken: 1001=2.00.")] = None,
    write_off: Annotated[list[str] | None, typer.Option(help="Written off: 1001=0.05.")] = None,
    on_account: Annotated[str, typer.Option(help="Money that no invoice took.")] = "0",
    amount: Annotated[str, typer.Option(help="The whole amount; checked against its parts.")] = "",
    reference: Annotated[str, typer.Option(help="Check or reference number as typed.")] = "",
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The date that was keyed.")
    ] = None,
    tender: Annotated[Tender, typer.Option(help="Whose clearing account was chosen.")] = Tender.CARD,
    undoes: Annotated[
        Path | None, typer.Option(help="The later snapshot of what was voided or is built on.")
    ] = None,
    fact: Annotated[Path | None, typer.Option(help="The fact as a JSON file, for all other kinds.")] = None,
    what: Annotated[str, typer.Option(help="What was observed, in a few words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compares what changed with Counterfoil's plan for the same fact; notes it in the calibration file."""
    said = Said(
        kind=kind, by=by, customer=customer, credit=credit, invoices=invoice or [], discounts=discount or [],
        write_offs=write_off or [], on_account=on_account, amount=amount, reference=reference,
        day=day.date() if day else None, tender=tender, undoes=undoes, fact=fact, what=what,
    )  # fmt: skip
    with _told():
        read, now = read_profile(profile), SystemClock().now()
        if not after.exists():
            _take(read, after)
        work = keyed_work(read, said, now)
        outcome = calibrate(read, before, after, work, now)
        note_work(before, after, work)
    if as_json:
        say_document(document_of(outcome))
    else:
        tell(outcome)
    otherwise = outcome.observed.differs if outcome.observed else outcome.comparison.differences
    if otherwise:
        raise typer.Exit(FINDINGS)


@app.command("accept")
def accept_(
    profile: ProfilePath,
    columns: Annotated[list[str], typer.Argument(help="Columns that differ, such as arcash.batch.")],
    *,
    kind: Annotated[str, typer.Option(help="The posting kind.")],
    by: By = "",
    reason: Annotated[str, typer.Option(help="Why it may differ; kept for good.")] = "",
) -> None:
    """Takes differences as they are; each needs a person and a reason."""
    with _told():
        who = Accepted(by=by.strip(), at=SystemClock().now(), reason=reason.strip())
        accept_columns(read_profile(profile), kind, columns, who)
    say(f"{kind}: {', '.join(columns)} accepted")


@app.command()
def vouch(
    profile: ProfilePath,
    *,
    kind: Annotated[list[str], typer.Option(help="A posting kind that was not compared; repeat for each.")],
    by: By = "",
    reason: Annotated[str, typer.Option(help="What makes the person sure; kept for good.")] = "",
) -> None:
    """Notes a person's word for kinds that Sage Pro was not seen writing.

    For kinds that Sage Pro has no way to key it is enough to write them directly; for the others, to hand
    them over to the outbox.
    """
    with _told():
        who = Accepted(by=by.strip(), at=SystemClock().now(), reason=reason.strip())
        vouch_for(read_profile(profile), tuple(dict.fromkeys(kind)), who)
    say(f"{by.strip()} vouches for {', '.join(dict.fromkeys(kind))}")


@app.command()
def show(profile: ProfilePath, *, as_json: AsJson = False) -> None:
    """Tells which posting kinds are proven here, and what is still open."""
    with _told():
        kinds = proven_kinds(read_profile(profile))
    if as_json:
        say_document({"kinds": {kind: [shown(why) for why in proof.open] for kind, proof in kinds.items()}})
    else:
        tell_kinds(kinds)
    if not kinds or any(proof.open for proof in kinds.values()):
        raise typer.Exit(FINDINGS)


def _take(profile: Profile, file: Path) -> None:
    with progress() as advance:
        taken = take_snapshot(profile, file, SystemClock().now(), advance)
    say(f"{file}: {taken.tables} tables, {taken.rows} rows")
    for each in taken.unread:
        say(f"  not read  {shown(each)}")


@contextmanager
def _told() -> Iterator[None]:
    try:
        with translated():
            yield
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
