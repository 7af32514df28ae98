"""Flow versions, which one is live in which environment, and who made it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.clock import Clock
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.errors import DeploymentRefusedError

ENVIRONMENTS = ("dev", "qa", "production")
THE_PROGRAM = "counterfoil"
"""Who made a shipped flow live, because none of its name was."""

Kind = Literal["shipped", "deploy", "rollback"]


Tests = Mapping[str, Mapping[str, str]]
"""Flow tests by the name of the flow, each by its path."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Change:
    """A flow that goes from one version to another; None: it is not live."""

    flow: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be live in an environment from now on, and on whose word."""

    environment: str
    kind: Kind
    changes: Sequence[Change]
    """A deployment names all flows of the environment, also those that stay; else only what moves counts."""
    by: str
    approver: str | None = None
    commit: str = ""
    message: str = ""
    reason: str = ""
    undoes: int | None = None

    @property
    def moves(self) -> list[Change]:
        return [change for change in self.changes if change.before != change.after]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log: an order that was carried out."""

    id: int
    at: datetime
    order: Order


class Deployments:
    """A version is immutable and named by the hash of its content; deploying moves a name to a version."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def deploy(self, environment: str, text: str) -> str:
        """Makes a shipped flow live for events that come from now on; runs under way end on their version.

        Raises:
            FlowError: the text is not a flow.
        """
        self.deploy_together(environment, [text])
        return parse_flow(text).version

    def deploy_together(self, environment: str, texts: Sequence[str], tests: Tests | None = None) -> None:
        """The same for several flows at one moment: no event starts some of the old ones and some of the new.

        Raises:
            FlowError: a text is not a flow; nothing was changed.
        """
        after = {flow.name: flow.version for flow in map(parse_flow, texts)}
        now = self._clock.now()
        with self._database.transaction() as connection:
            lock_environment(connection, environment)
            live = read_live(connection, environment)
            changes = [
                Change(flow=flow, before=live.get(flow), after=version)
                for flow, version in sorted(after.items())
                if live.get(flow) != version
            ]
            if changes:
                add_versions(connection, texts, now, tests)
                order = Order(environment=environment, kind="shipped", changes=changes, by=THE_PROGRAM)
                carry_out(connection, order, now)

    def live_triggers(self, environment: str) -> dict[str, str]:
        """What starts each flow that is live."""
        live = schema.deployment.c
        query = sa.select(live.flow, live.trigger).where(live.environment == environment)
        with self._database.autocommit() as connection:
            return {row.flow: row.trigger for row in connection.execute(query.order_by(live.flow))}

    def carry_out(self, order: Order, texts: Iterable[str] = (), tests: Tests | None = None) -> int:
        """Makes all changes of an order together, and logs it; gives the entry.

        Tests that are given are kept with the versions.

        Raises:
            FlowError: a text is not a flow.
            DeploymentRefusedError: what is live is not what the order was made for.
        """
        now = self._clock.now()
        with self._database.transaction() as connection:
            lock_environment(connection, order.environment)
            add_versions(connection, texts, now, tests)
            return carry_out(connection, order, now)

    def live(self, environment: str) -> dict[str, str]:
        """The version of each flow that is live."""
        with self._database.autocommit() as connection:
            return read_live(connection, environment)

    def find_live(self, environment: str, flow: str) -> str | None:
        """The version of the flow that is live in the environment."""
        return self.live(environment).get(flow)

    def texts(self, versions: Iterable[str]) -> dict[str, str]:
        """The texts of stored versions, by hash."""
        version = schema.flow_version.c
        query = sa.select(version.hash, version.body).where(version.hash.in_(sorted(set(versions))))
        with self._database.autocommit() as connection:
            return {row.hash: row.body for row in connection.execute(query)}

    def tests(self, versions: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """The tests that came with stored versions last, by hash; none of one that came without."""
        version = schema.flow_version.c
        query = sa.select(version.hash, version.tests).where(version.hash.in_(sorted(set(versions))))
        with self._database.autocommit() as connection:
            rows = connection.execute(query.where(version.tests.is_not(None)))
            return {row.hash: row.tests for row in rows}

    def has_been_live(self, environment: str, version: str) -> bool:
        """Whether the version was ever live there; what stands there since before the log counts too."""
        log, change, live = schema.deployment_log.c, schema.deployment_change.c, schema.deployment.c
        logged = sa.select(change.entry).join(schema.deployment_log, log.id == change.entry)
        logged = logged.where(log.environment == environment, change.to_hash == version)
        standing = sa.select(live.hash).where(live.environment == environment, live.hash == version)
        with self._database.autocommit() as connection:
            return bool(connection.execute(sa.select(logged.exists() | standing.exists())).scalar_one())

    def log(self, environment: str | None = None, *, newest: int = 100) -> list[Entry]:
        """What was carried out, newest first."""
        log = schema.deployment_log
        query = sa.select(log).order_by(log.c.id.desc()).limit(newest)
        if environment is not None:
            query = query.where(log.c.environment == environment)
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
            changes = _changes(connection, [row.id for row in rows])
        return [_entry(row, changes.get(row.id, [])) for row in rows]

    def find_undoable(self, environment: str) -> Entry | None:
        """The newest entry that was not undone and is no rollback itself."""
        log = schema.deployment_log
        undoer = log.alias()
        query = sa.select(log).where(
            log.c.environment == environment,
            log.c.kind != "rollback",
            ~sa.exists().where(undoer.c.undoes == log.c.id),
        )
        with self._database.transaction() as connection:
            row = connection.execute(query.order_by(log.c.id.desc()).limit(1)).one_or_none()
            return _entry(row, _changes(connection, [row.id])[row.id]) if row is not None else None


def lock_environment(connection: sa.Connection, environment: str) -> None:
    """Until the transaction ends, nobody else changes what is live there; intake goes on."""
    key = sa.func.hashtextextended(f"deployment/{environment}", 0)
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def read_live(connection: sa.Connection, environment: str) -> dict[str, str]:
    live = schema.deployment.c
    rows = connection.execute(sa.select(live.flow, live.hash).where(live.environment == environment))
    return {row.flow: row.hash for row in rows}


def add_versions(
    connection: sa.Connection, texts: Iterable[str], now: datetime, tests: Tests | None = None
) -> None:
    """Stores what is not stored yet; tests that are given take the place of those that were kept.

    Raises:
        FlowError: a text is not a flow.
    """
    for text in texts:
        flow = parse_flow(text)
        own = None if tests is None else dict(tests.get(flow.name, {}))
        version = insert(schema.flow_version).values(
            hash=flow.version, name=flow.name, body=text, created_at=now, tests=own
        )
        if own is None:
            connection.execute(version.on_conflict_do_nothing())
        else:
            connection.execute(version.on_conflict_do_update(index_elements=["hash"], set_={"tests": own}))


def carry_out(connection: sa.Connection, order: Order, now: datetime) -> int:
    """Moves the names and logs it; the environment is locked and the versions are stored.

    Raises:
        DeploymentRefusedError: what is live is not what the order was made for.
    """
    live = read_live(connection, order.environment)
    named = {change.flow: live.get(change.flow) for change in order.changes}
    is_other = named != {change.flow: change.before for change in order.changes}
    if is_other or (order.kind == "deploy" and live.keys() - named.keys()):
        raise DeploymentRefusedError(
            f"something else is live in {order.environment} than when this was planned: plan it again"
        )
    for change in order.moves:
        _move(connection, order.environment, change, now)
    return _log(connection, order, now)


def _move(connection: sa.Connection, environment: str, change: Change, now: datetime) -> None:
    live = schema.deployment
    if change.after is None:
        gone = sa.delete(live).where(live.c.environment == environment, live.c.flow == change.flow)
        connection.execute(gone)
        return
    version = schema.flow_version.c
    body = connection.execute(sa.select(version.body).where(version.hash == change.after)).scalar_one()
    moved = {"hash": change.after, "trigger": parse_flow(body).event, "deployed_at": now}
    row = insert(live).values(environment=environment, flow=change.flow, **moved)
    connection.execute(row.on_conflict_do_update(index_elements=["environment", "flow"], set_=moved))


def _log(connection: sa.Connection, order: Order, now: datetime) -> int:
    entry = sa.insert(schema.deployment_log).values(
        environment=order.environment,
        kind=order.kind,
        done_by=order.by,
        approved_by=order.approver,
        commit=order.commit,
        message=order.message,
        reason=order.reason,
        undoes=order.undoes,
        done_at=now,
    )
    number = int(connection.execute(entry.returning(schema.deployment_log.c.id)).scalar_one())
    rows = [
        {"entry": number, "flow": change.flow, "from_hash": change.before, "to_hash": change.after}
        for change in order.moves
    ]
    connection.execute(sa.insert(schema.deployment_change), rows)
    return number


def _changes(connection: sa.Connection, entries: Sequence[int]) -> Mapping[int, list[Change]]:
    change = schema.deployment_change
    query = sa.select(change).where(change.c.entry.in_(entries)).order_by(change.c.entry, change.c.flow)
    found: dict[int, list[Change]] = {}
    for row in connection.execute(query):
        moved = Change(flow=row.flow, before=row.from_hash, after=row.to_hash)
        found.setdefault(row.entry, []).append(moved)
    return found


def _entry(row: sa.Row[tuple[object, ...]], changes: Sequence[Change]) -> Entry:
    told = row._mapping  # noqa: SLF001 - the name is SQLAlchemy's public one
    order = Order(
        environment=told["environment"],
        kind=told["kind"],
        changes=changes,
        by=told["done_by"],
        approver=told["approved_by"],
        commit=told["commit"],
        message=told["message"],
        reason=told["reason"],
        undoes=told["undoes"],
    )
    return Entry(id=told["id"], at=told["done_at"], order=order)
