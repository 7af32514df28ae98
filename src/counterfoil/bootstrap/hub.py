"""The hub: intake, worker, confirmation and polls over one workspace, as one process."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread

from counterfoil.bootstrap.agents import AgentKeeper
from counterfoil.bootstrap.audit_trail import audit_loop
from counterfoil.bootstrap.books_feeds import BooksFeeds
from counterfoil.bootstrap.bulk_work import BulkWorks
from counterfoil.bootstrap.card_desk import VaultCardDesk, counters
from counterfoil.bootstrap.carrying import Carrying
from counterfoil.bootstrap.cashiers import CashierBook
from counterfoil.bootstrap.gateway_feeds import GatewayFeeds
from counterfoil.bootstrap.gateways import close_gateways, open_gateways
from counterfoil.bootstrap.intake import StoredHintIntake
from counterfoil.bootstrap.interpreting import make_interpreter
from counterfoil.bootstrap.monitoring import Around, Lookout, living_workers
from counterfoil.bootstrap.schedules import Schedules
from counterfoil.bootstrap.sites import SiteBook
from counterfoil.bootstrap.surroundings import GatewayClocks
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.ports.errors import CounterfoilError
from counterfoil.runtime.engine import Engine
from counterfoil.store.acts import Acts
from counterfoil.store.dead_letters import DeadLetters
from counterfoil.store.events import StoredEvents
from counterfoil.store.hints import HintInbox
from counterfoil.store.inbox import Inbox
from counterfoil.store.overview import Overview as OverviewRows
from counterfoil.store.own_events import StoredOwnEvents
from counterfoil.telemetry.meters import Meters
from counterfoil.web.app import Deps
from counterfoil.web.cards import card_routes
from counterfoil.web.hooks import hook_routes
from counterfoil.web.letters import StoredLetters
from counterfoil.web.models import HealthAnswer
from counterfoil.web.reading import StoredOverview

WORKS = "works"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inboxes:
    """Both group-committing writers of this process."""

    events: Inbox
    hints: HintInbox

    def start(self) -> None:
        self.events.start()
        self.hints.start()

    def close(self) -> None:
        self.hints.close()
        self.events.close()


class Hub:
    """Everything that a hub process runs beside its HTTP server."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stop = Event()
        self._engine = Engine(workspace.database.conninfo)
        self._inboxes = Inboxes(
            events=Inbox(workspace.database, self._engine.defer, clock=workspace.clock, ids=workspace.ids),
            hints=HintInbox(workspace.database, clock=workspace.clock, ids=workspace.ids),
        )
        self._links = open_gateways(workspace)
        self._agents = AgentKeeper(workspace)
        self._sites = SiteBook(workspace, self._links)
        own_events = StoredOwnEvents(self._inboxes.events)
        cashiers = CashierBook(workspace, self._links, self._sites, self._inboxes.hints)
        carry = make_interpreter(workspace, self._sites, cashiers, own_events).carry
        self._meters = Meters()
        self._carrying = Carrying(workspace, self._engine, carry, self._meters)
        self._gateways = GatewayFeeds(workspace, self._links, self._events(), self._inboxes.hints)
        self._feeds = BooksFeeds(workspace, self._events())
        self._schedules = Schedules(workspace, own_events)
        self._bulk = BulkWorks(workspace, self._links, self._events()).loop
        self._audit = audit_loop(workspace)
        self._clocks = GatewayClocks(self._links)
        self._lookout = Lookout(workspace, self._meters, self._look_around)

    def start(self) -> None:
        if self._workspace.server is not None:
            watch = self._workspace.server.watch
            Thread(target=watch, args=(self._stop,), name="database-watch", daemon=True).start()
        self._agents.start()
        self._inboxes.start()
        self._carrying.start()
        self._gateways.start()
        self._feeds.start()
        self._schedules.start()
        self._bulk.start()
        self._audit.start()
        self._lookout.loop.start()

    def stop(self) -> bool:
        """Takes nothing new, lets what is in hand end, stops the agents and the database.

        False when a run did not come to the end of its turn in time: it ends with this process.
        """
        self._stop.set()
        self._lookout.loop.stop()
        self._gateways.stop()
        self._feeds.stop()
        self._schedules.stop()
        self._bulk.stop()
        self._audit.stop()
        self._inboxes.close()
        all_ended = self._carrying.stop()
        self._sites.close()
        close_gateways(self._links)
        self._agents.stop()
        self._workspace.close()
        if self._workspace.server is not None:
            self._workspace.server.stop()
        return all_ended

    def deps(self) -> Deps:
        """What the HTTP application needs."""
        doors = [link.door for link in self._links]
        intake = StoredHintIntake(doors, self._inboxes.hints, wake=self._gateways.wake_confirms)
        desk = VaultCardDesk(self._workspace, counters(self._workspace, self._links))
        overview = StoredOverview(
            OverviewRows(self._workspace.database), self.health, self._workspace.clock.now
        )
        hooks = [*hook_routes(intake), *card_routes(desk)]
        database = self._workspace.database
        letters = StoredLetters(rows=DeadLetters(database), acts=Acts(database))
        return Deps(overview=overview, letters=letters, hooks=hooks, meters=self._meters)

    def health(self) -> HealthAnswer:
        vital = self._signs_of_life() | self._agents.states() | self._stopped_loops()
        reasons = [f"{part}: {state}" for part, state in vital.items() if state != WORKS]
        parts = vital | self._agents.notices() | dict(self._gateways.states())
        loops = (*self._feeds.loops, self._schedules.loop, self._bulk, self._audit, self._lookout.loop)
        parts |= {loop.name: loop.state for loop in loops}
        return HealthAnswer(ready=not reasons, reasons=reasons, parts=parts)

    def _signs_of_life(self) -> dict[str, str]:
        """The database answers, and a worker, of this process or another, lives by what stands there."""
        try:
            workers = living_workers(self._workspace)
        except CounterfoilError as error:
            return {"database": str(error), "worker": "not known: the database does not answer"}
        here = self._carrying.state
        return {"database": WORKS, "worker": WORKS if workers else f"none lives; the one here is {here}"}

    def _stopped_loops(self) -> dict[str, str]:
        """Polls that do not run; one that runs and fails, such as while a gateway is away, is no reason."""
        loops = (*self._gateways.loops, *self._feeds.loops, self._schedules.loop)
        return {loop.name: loop.state for loop in loops if not loop.runs}

    def _look_around(self) -> Around:
        return Around(agents=self._agents.signs(), clocks=self._clocks.signs())

    def _events(self) -> StoredEvents:
        return StoredEvents(self._workspace.database, self._inboxes.events)
