"""Deployments that wait for a second person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.store import schema
from counterfoil.store.database import Database
from counterfoil.store.deployments import Change, Order, Tests, add_versions, carry_out, lock_environment
from counterfoil.store.errors import DeploymentRefusedError

_OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An order that nobody approved yet."""

    id: int
    at: datetime
    order: Order


class DeploymentRequests:
    """At most one is open in an environment; a newer one takes its place."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(self, order: Order, texts: Iterable[str], tests: Tests | None = None) -> int:
        """Stores an order, with the versions that it names; gives the request.

        Raises:
            FlowError: a text is not a flow.
        """
        now = self._clock.now()
        table = schema.deployment_request
        row = sa.insert(table).values(
            environment=order.environment,
            changes=[asdict(change) for change in order.changes],
            asked_by=order.by,
            commit=order.commit,
            message=order.message,
            reason=order.reason,
            status=_OPEN,
            asked_at=now,
        )
        older = sa.update(table).where(table.c.environment == order.environment, table.c.status == _OPEN)
        with self._database.transaction() as connection:
            lock_environment(connection, order.environment)
            add_versions(connection, texts, now, tests)
            connection.execute(older.values(status="replaced", decided_by=order.by, decided_at=now))
            return int(connection.execute(row.returning(table.c.id)).scalar_one())

    def open(self) -> list[Request]:
        """What waits, oldest first."""
        table = schema.deployment_request
        query = sa.select(table).where(table.c.status == _OPEN).order_by(table.c.id)
        with self._database.autocommit() as connection:
            return [_request(row) for row in connection.execute(query).mappings()]

    def find(self, request: int) -> Request:
        """An open request.

        Raises:
            DeploymentRefusedError: there is none of that number, or it is not open any more.
        """
        for each in self.open():
            if each.id == request:
                return each
        raise DeploymentRefusedError(f"no deployment {request} waits for approval")

    def approve(self, request: int, *, by: str) -> int:
        """Carries an open request out on a second person's word; gives the log's entry.

        Raises:
            DeploymentRefusedError: it is not open, it is the same person, or something else is live by now.
        """
        with self._database.transaction() as connection:
            order = self._close(connection, request, "carried_out", by)
            if same_person(order.by, by):
                raise DeploymentRefusedError(
                    f"{by} asked for this deployment: another person has to approve it"
                )
            lock_environment(connection, order.environment)
            return carry_out(connection, replace(order, approver=by), self._clock.now())

    def refuse(self, request: int, *, by: str) -> None:
        """Closes an open request; nothing is deployed.

        Raises:
            DeploymentRefusedError: it is not open.
        """
        with self._database.transaction() as connection:
            self._close(connection, request, "refused", by)

    def _close(self, connection: sa.Connection, request: int, status: str, by: str) -> Order:
        table = schema.deployment_request
        closed = sa.update(table).where(table.c.id == request, table.c.status == _OPEN)
        closed = closed.values(status=status, decided_by=by, decided_at=self._clock.now())
        row = connection.execute(closed.returning(*table.c)).mappings().one_or_none()
        if row is None:
            raise DeploymentRefusedError(f"no deployment {request} waits for approval")
        return _request(row).order


def same_person(one: str, other: str) -> bool:
    """Whether two names are written alike, but for capitals, blanks and other forms of one letter."""
    first, second = (_letters(name) for name in (one, other))
    return first == second


def _letters(name: str) -> str:
    """Compatible forms as one, such as full width or accents; without blanks and what is not seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(each for each in folded if each.isprintable() and not each.isspace())


def _request(row: sa.RowMapping) -> Request:
    order = Order(
        environment=row["environment"],
        kind="deploy",
        changes=[Change(**change) for change in row["changes"]],
        by=row["asked_by"],
        commit=row["commit"],
        message=row["message"],
        reason=row["reason"],
    )
    return Request(id=row["id"], at=row["asked_at"], order=order)
