"""A person starts a live flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.promotion import require_environment, require_person
from counterfoil.bootstrap.scheduled import books_rows
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.errors import nearest
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.intake import OwnEventSink, OwnEventTold
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.starting import Start, start_by_person
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.inbox import Inbox
from counterfoil.store.own_events import StoredOwnEvents


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which flow a person starts, and with what."""

    flow: str
    environment: str
    company: str = ""
    """Empty: the only company that has books there."""
    given: Mapping[str, str]


def start_flow(workspace: Workspace, wish: Wish, *, by: str) -> OwnEventTold:
    """Starts a live flow; a running hub carries it at once.

    Raises:
        ConfigurationError: it is not live there, nobody starts it by hand, or what was given does not fit.
    """
    require_environment(wish.environment)
    require_no_card(person=by, **{f"field {name}": text for name, text in wish.given.items()})
    live = workspace.deployments.live(wish.environment)
    if wish.flow not in live:
        raise ConfigurationError(f"{wish.flow} is not live in {wish.environment}{nearest(wish.flow, live)}")
    (text,) = workspace.deployments.texts([live[wish.flow]]).values()
    row = _books(workspace, wish)
    start = Start(
        environment=wish.environment,
        connection=row.id,
        company=row.company,
        by=require_person(by),
        given=wish.given,
        id=workspace.ids.new_id(),
        at=workspace.clock.now(),
    )
    with own_events(workspace) as sink:
        return sink.tell([start_by_person(parse_flow(text), start)])[0]


@contextmanager
def own_events(workspace: Workspace) -> Iterator[OwnEventSink]:
    """Where a process that is no hub tells its own starts."""
    engine = Engine(workspace.database.conninfo)
    inbox = Inbox(workspace.database, engine.defer, clock=workspace.clock, ids=workspace.ids)
    inbox.start()
    try:
        yield StoredOwnEvents(inbox)
    finally:
        inbox.close()


def _books(workspace: Workspace, wish: Wish) -> ConnectionRow:
    rows = {row.company: row for row in books_rows(workspace.connections.all(wish.environment))}
    if wish.company in rows:
        return rows[wish.company]
    if wish.company:
        raise ConfigurationError(f"company {wish.company} has no books in {wish.environment}")
    if len(rows) != 1:
        choice = f"say for which company: {', '.join(sorted(rows))}" if rows else "connect a company first"
        raise ConfigurationError(f"{wish.environment} has books of {len(rows)} companies: {choice}")
    return next(iter(rows.values()))
