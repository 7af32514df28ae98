"""The command itself: sets the stage, plays what has not been played, judges the books."""

from __future__ import annotations

import contextlib
import shutil
import signal
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.console import Console

from counterfoil.bootstrap.processes import FolderLock
from counterfoil.cli.demo import books, stage
from counterfoil.cli.demo.hub import Hub, StoryStuckError
from counterfoil.cli.demo.plan import Plan, choose, read_plan, write_plan
from counterfoil.cli.demo.shopper import SandboxRefusedError
from counterfoil.cli.demo.stage import Folders
from counterfoil.cli.demo.story import Cast, play, transactions_of
from counterfoil.cli.demo.telling import Teller
from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.foxpro.errors import FoxProError
from counterfoil.ports.clock import Clock, SystemClock
from counterfoil.ports.errors import CounterfoilError
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging

SEED = 1
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended before it came to its end."""


class Interrupted(BaseException):
    """Somebody asked the demo to stop."""


def demo(
    data: Annotated[Path, typer.Option(help="Folder for everything that the demo makes.")] = Path(
        "demo-data"
    ),
    *,
    generation: Annotated[
        Generation, typer.Option(help="Which of PayTrace's two APIs the hub speaks to the sandbox.")
    ] = "v1",
    headless: Annotated[
        bool, typer.Option(help="Check the books, then stop; an error if one cent is off.")
    ] = False,
) -> None:
    """Shows payments made at a PayTrace sandbox arriving as receipts in a Sage Pro sample company."""
    teller = Teller(Console(highlight=False))
    folders = Folders(data.resolve())
    lock = FolderLock(folders.lock)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        lock.acquire(on_wait=lambda: teller.say("Another start in this folder is still stopping; waiting."))
        with folders.open_log() as stream:
            configure_logging(scrub_object, as_json=True, stream=stream)
            is_right = _run(folders, teller, generation, headless=headless)
    except (CounterfoilError, FoxProError, OSError, StoryStuckError, SandboxRefusedError) as error:
        teller.say(f"The demo stopped: {error}")
        raise typer.Exit(1) from error
    except Interrupted:
        teller.say("Stopped. The next start goes on where this one ended.")
        raise typer.Exit(INTERRUPTED) from None
    finally:
        lock.release()
    raise typer.Exit(0 if is_right else 1)


def _interrupt(*_: object) -> None:
    raise Interrupted


def _run(folders: Folders, teller: Teller, generation: Generation, *, headless: bool) -> bool:
    clock = SystemClock()
    teller.heading("Counterfoil: from a PayTrace payment to a receipt in Sage Pro")
    _make_company(folders, teller, clock)
    plan = _plan(folders)
    with contextlib.ExitStack() as stack:
        stack.enter_context(stage.database_stopped_at_the_end(folders))
        with teller.working("a PayTrace sandbox runs"):
            address = stack.enter_context(stage.running_sandbox(folders))
        shopper = stack.enter_context(stage.shopping(address, clock, plan))
        with teller.working("PostgreSQL runs, its schema is up to date, both sandboxes are connected"):
            connections = stage.connect(folders, address, plan, generation)
            stack.callback(connections.close)
        with teller.working("the hub takes hints, polls and works; its agent owns the tables"):
            hub = stack.enter_context(stage.running_hub(folders))
        cast = stage.cast(shopper, hub, connections, clock)
        is_right = _tell(folders, plan, cast, teller)
        is_right = _judge(folders, cast, teller) and is_right
        if not headless:
            is_right = _stay(hub, address, teller) and is_right
    return is_right


def _make_company(folders: Folders, teller: Teller, clock: Clock) -> None:
    """Writes the sample company into a draft folder first, so that a kill leaves none half made."""
    if folders.company.exists():
        teller.say(f"The sample company in {folders.company} is taken as it stands.")
        return
    draft = folders.data / "sagepro.draft"
    with teller.working("company 01 is written: customers, invoices, orders and stock as FoxPro tables"):
        shutil.rmtree(draft, ignore_errors=True)
        write_company(make_company(SEED, clock.now().date()), draft)
        draft.rename(folders.company)


def _plan(folders: Folders) -> Plan:
    plan = read_plan(folders.plan)
    if plan is None:
        plan = choose(books.open_items(folders.company))
        write_plan(folders.plan, plan)
    return plan


def _tell(folders: Folders, plan: Plan, cast: Cast, teller: Teller) -> bool:
    """Plays each chapter and judges it by what stood in the books before it first began.

    One that was found right is only shown by later starts.
    """
    teller.heading("The story")
    is_right = True
    for chapter in plan.chapters:
        is_over = folders.has_ended(chapter.number)
        now = books.balances_of(chapter, books.read_balances(folders.company))
        before = folders.begin(chapter.number, now)
        runs = play(chapter, cast)
        after = books.balances_of(chapter, books.read_balances(folders.company))
        changes = () if is_over else books.compared(before, after)
        title = f"{chapter.number}/{len(plan.chapters)}  {chapter.title}"
        teller.chapter(f"{title} (earlier)" if is_over else title, runs, changes)
        if off := books.judge_chapter(chapter, changes):
            teller.say(f"BROKEN: {off}")
            is_right = False
        else:
            folders.end(chapter.number)
    return is_right


def _judge(folders: Folders, cast: Cast, teller: Teller) -> bool:
    teller.heading("The books, read back from the table files with an independent reader")
    records = transactions_of(cast.shopper.transactions())
    held = {run["transaction"] for run in cast.hub.held_runs() if not run["document"]}
    judgements = [books.judge_gateway(folders.company, records, held), *books.judge_company(folders.company)]
    teller.verdicts(judgements)
    is_right = all(is_met for _, is_met, _ in judgements)
    teller.say("Every cent is where it belongs." if is_right else "The books are off; see above.")
    return is_right


def _stay(hub: Hub, sandbox_url: str, teller: Teller) -> bool:
    """Waits for Ctrl-C; False when the hub has ended by itself."""
    teller.heading("The product is running")
    teller.say(f"Runs, receipts, what waits for a person:  {hub.url}/")
    teller.say(f"API:                                      {hub.url}/docs")
    teller.say(f"PayTrace sandbox:                         {sandbox_url}/  (user demo123, password demo123)")
    teller.say("Ctrl-C stops it; the next start finds everything as it stands.")
    pause = Event()
    with contextlib.suppress(Interrupted):
        while hub.is_alive:
            pause.wait(1)
        teller.say("The hub has ended by itself; logs/hub.log in the data folder tells why.")
        return False
    teller.say("Stopping. The next start finds everything as it stands.")
    return True
