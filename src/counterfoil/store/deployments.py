"""Flow versions, and which one is live in which environment."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.clock import Clock
from counterfoil.store import schema
from counterfoil.store.database import Database

ENVIRONMENTS = ("dev", "qa", "production")


class Deployments:
    """A version is immutable and named by the hash of its content; deploying moves a name to a version."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def deploy(self, environment: str, text: str) -> str:
        """Makes a flow live for the events that come from now on; runs under way end on their version.

        Raises:
            FlowError: the text is not a flow.
        """
        flow = parse_flow(text)
        now = self._clock.now()
        version = insert(schema.flow_version).values(
            hash=flow.version, name=flow.name, body=text, created_at=now
        )
        live = insert(schema.deployment).values(
            environment=environment, flow=flow.name, hash=flow.version, trigger=flow.event, deployed_at=now
        )
        moved = {name: live.excluded[name] for name in ("hash", "trigger", "deployed_at")}
        with self._database.transaction() as connection:
            connection.execute(version.on_conflict_do_nothing())
            connection.execute(
                live.on_conflict_do_update(
                    index_elements=["environment", "flow"],
                    set_=moved,
                    where=schema.deployment.c.hash != live.excluded.hash,
                )
            )
        return flow.version

    def find_live(self, environment: str, flow: str) -> str | None:
        """The version of the flow that is live in the environment."""
        live = schema.deployment.c
        query = sa.select(live.hash).where(live.environment == environment, live.flow == flow)
        with self._database.autocommit() as connection:
            return connection.execute(query).scalar_one_or_none()
