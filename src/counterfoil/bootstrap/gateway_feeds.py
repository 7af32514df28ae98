"""What a hub does for gateway connections: hints confirmed, records and batches polled, outcomes asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.loops import Loop, stop_all
from counterfoil.bootstrap.pace import PacedPoll
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.intake import EventSink
from counterfoil.runtime.asking import Asker
from counterfoil.runtime.confirm import Confirmer
from counterfoil.runtime.gap import GapStores, GapWatch
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.own_charges import OwnCharges, WatchedEvents
from counterfoil.runtime.polling import PAUSE_MIN, Poller, PollSettings
from counterfoil.runtime.searching import Search
from counterfoil.runtime.settlement_polling import PAUSE as SETTLEMENT_PAUSE
from counterfoil.runtime.settlement_polling import SettlementPoller
from counterfoil.runtime.write_gate import GuardedPoll
from counterfoil.store.cursors import StoredCursors
from counterfoil.store.effects import StoredEffects
from counterfoil.store.gates import StoredGates
from counterfoil.store.hints import HintInbox, Hints, NewHint

CONFIRM_PAUSE = timedelta(seconds=1)
ASK_PAUSE = timedelta(seconds=10)
OWN_ANSWER = "own_answer"
"""The source of events that follow from what the gateway answered to us."""


def open_writes(
    workspace: Workspace, link: GatewayLink, *, heard: Callable[[TransactionId], None] | None = None
) -> GatewayWrites:
    """The one way by which a connection's money is moved."""
    effects = StoredEffects(workspace.database, workspace.clock)
    return GatewayWrites(link.connection, link.gateway, effects, workspace.clock, heard=heard)


def open_asker(workspace: Workspace, link: GatewayLink, writes: GatewayWrites) -> Asker:
    """Who asks what became of a connection's writes."""
    effects = StoredEffects(workspace.database, workspace.clock)
    search = Search(link.connection, link.gateway, effects, link.zone)
    return Asker(link.connection, writes, search, effects, workspace.clock, lag=link.policy.export_lag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One connection's loops."""

    link: GatewayLink
    confirms: Loop
    polls: Loop
    batches: Loop
    asks: Loop
    guarded: GuardedPoll


class GatewayFeeds:
    """A gateway that is away is the state of its own loops alone."""

    def __init__(
        self, workspace: Workspace, links: Sequence[GatewayLink], events: EventSink, hints: HintInbox
    ) -> None:
        self._workspace = workspace
        self._events = events
        self._hints = hints
        self._effects = StoredEffects(workspace.database, workspace.clock)
        self._cursors = StoredCursors(workspace.database, workspace.clock)
        self._feeds = [self._feed(link) for link in links]

    def start(self) -> None:
        for loop in self.loops:
            loop.start()

    def stop(self) -> None:
        stop_all(self.loops)

    def wake_confirms(self) -> None:
        for feed in self._feeds:
            feed.confirms.wake()

    @property
    def loops(self) -> Sequence[Loop]:
        return [loop for feed in self._feeds for loop in _loops(feed)]

    def states(self) -> Mapping[str, str]:
        """How polls and writes stand, in words for people."""
        states: dict[str, str] = {}
        for feed in self._feeds:
            states |= {loop.name: loop.state for loop in (feed.polls, feed.batches, feed.asks)}
            states[f"gateway writes {feed.link.name}"] = _state_of(feed.guarded)
        return states

    def _feed(self, link: GatewayLink) -> Feed:
        clock, longest = self._workspace.clock, self._longest
        settings = PollSettings(
            zone=link.zone,
            start=link.start,
            authorisation_life=link.policy.authorisation_life,
            export_lag=link.policy.export_lag,
        )
        events = WatchedEvents(self._events, OwnCharges(link.connection, self._effects))
        hints = Hints(self._workspace.database, clock)
        confirmer = Confirmer(link.connection, link.gateway, hints, events, clock)
        guarded = self._guarded(link, settings, events)
        batches = SettlementPoller(
            link.connection, link.gateway, settings, events=events, cursors=self._cursors, clock=clock
        )
        writes = open_writes(self._workspace, link, heard=heard_by(self._hints, link))
        asker = open_asker(self._workspace, link, writes)
        return Feed(
            link=link,
            confirms=Loop(f"confirm {link.name}", _only(confirmer.turn), pause=CONFIRM_PAUSE),
            polls=Loop(f"poll {link.name}", PacedPoll(guarded, longest).turn, pause=min(PAUSE_MIN, longest)),
            batches=Loop(f"batches {link.name}", _only(batches.turn), pause=SETTLEMENT_PAUSE),
            asks=Loop(f"ask {link.name}", _only(asker.turn), pause=ASK_PAUSE),
            guarded=guarded,
        )

    @property
    def _longest(self) -> timedelta:
        return timedelta(seconds=self._workspace.settings.poll_seconds_max)

    def _guarded(self, link: GatewayLink, settings: PollSettings, events: EventSink) -> GuardedPoll:
        clock = self._workspace.clock
        stores = GapStores(
            effects=self._effects, gates=StoredGates(self._workspace.database), cursors=self._cursors
        )
        gap = GapWatch(link.connection, link.gateway, settings, stores, clock)
        poller = Poller(
            link.connection, link.gateway, settings, events=events, cursors=self._cursors, clock=clock
        )
        return GuardedPoll(link.connection, gap, poller, self._effects)


def heard_by(hints: HintInbox, link: GatewayLink) -> Callable[[TransactionId], None]:
    """Own answers become events like pushes: once the gateway's own record was read."""

    def keep(transaction: TransactionId) -> None:
        hint = NewHint(
            connection=link.connection,
            source=OWN_ANSWER,
            subject=transaction,
            body={},
            redacted=False,
        )
        hints.submit(hint)

    return keep


def _only(turn: Callable[[], object]) -> Callable[[], None]:
    """A turn after which the loop's own pause follows."""

    def act() -> None:
        turn()

    return act


def _loops(feed: Feed) -> tuple[Loop, ...]:
    return (feed.confirms, feed.polls, feed.batches, feed.asks)


def _state_of(guarded: GuardedPoll) -> str:
    try:
        return guarded.state
    except CounterfoilError as error:
        return str(error)
