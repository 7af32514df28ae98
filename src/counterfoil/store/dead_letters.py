"""Dead letters: runs that stopped until a person acts or something is mended; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.domain.dead_letters import ErrorClass
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.schema import inbox, run, run_step, run_trouble

UNTOLD = "untold"
"""The cause of runs that stopped before causes were kept."""

# Written out, so that the index of stopped runs serves them however many have finished.
IS_LETTER = sa.or_(
    run.c.status == sa.literal_column("'dead'"),
    sa.and_(run.c.status == sa.literal_column("'parked'"), run.c.problem == sa.literal_column("'configure'")),
)
CAUSE = sa.func.coalesce(run.c.cause, UNTOLD)

_ACTING = run_step.alias("acting")
_ACTED = (
    sa.select(_ACTING.c.node)
    .where(_ACTING.c.run == run.c.id, _ACTING.c.intent.is_not(None))
    .where(sa.func.coalesce(_ACTING.c.intent["open"].astext, "true") == "true")
    .limit(1)
)
OPEN_STEP = _ACTED.where(_ACTING.c.result.is_(None)).order_by(_ACTING.c.intent_at.desc()).scalar_subquery()
"""A step that began to act and whose end is not known."""
WRITTEN = _ACTED.order_by(_ACTING.c.intent_at).scalar_subquery()
"""The first step that may have written anything, whether its end is known or not."""


def forget_reads(connection: sa.Connection, runs: Sequence[str]) -> None:
    """For runs that wrote nothing: what they read is read anew, by what is right or live now."""
    connection.execute(sa.delete(run_step).where(run_step.c.run.in_(runs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A run that stopped, with what it is about."""

    id: str
    attempts: int
    flow: str
    environment: str
    company: str
    order_key: str
    status: str
    """``dead``, or ``parked`` where it is looked at again by itself."""
    problem: str
    cause: str
    node: str
    why: str
    stopped_at: datetime
    due_at: datetime | None
    event_key: str
    kind: str
    open_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """Letters with the same cause."""

    cause: str
    problem: str
    count: int
    why: str
    """The words of one of them."""
    oldest_at: datetime
    newest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRow:
    """Attempts in a row that ended alike, before the flow's end."""

    first_attempt: int
    last_attempt: int
    ended: str
    problem: str
    cause: str
    node: str
    why: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedStep:
    """A step as it is stored."""

    node: str
    attempt: int
    intent: Json | None
    intent_at: datetime | None
    result: Json | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDetail:
    """Everything that is stored of a run that stopped, or once did."""

    letter: LetterRow
    is_open: bool
    body: Json
    """The event's."""
    received_at: datetime
    created_at: datetime
    steps: Sequence[ActedStep]
    troubles: Sequence[TroubleRow]
    posted: str
    """The document that another run of the same payment put into the books; empty: none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """Which letters; empty text matches all."""

    environment: str = ""
    cause: str = ""
    problem: str = ""
    flow: str = ""
    order_key_end: str = ""

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What the query must hold."""
        found = [IS_LETTER]
        equals = ((run.c.environment, self.environment), (CAUSE, self.cause), (run.c.flow, self.flow))
        found += [column == wanted for column, wanted in (*equals, (_PROBLEM, self.problem)) if wanted]
        if self.order_key_end:
            found.append(run.c.order_key.endswith("/" + self.order_key_end, autoescape=True))
        return found


_PROBLEM = sa.func.coalesce(run.c.problem, ErrorClass.BUG.value)
_STOPPED_AT = sa.func.coalesce(run.c.stopped_at, run.c.started_at, run.c.created_at)
_COLUMNS = (
    *(run.c.id, run.c.attempts, run.c.flow, run.c.environment, run.c.company, run.c.order_key),
    *(run.c.status, _PROBLEM.label("problem"), CAUSE.label("cause")),
    sa.func.coalesce(sa.func.nullif(run.c.node, ""), sa.func.split_part(OPEN_STEP, "#", 1), "").label("node"),
    sa.func.coalesce(run.c.why, "").label("why"),
    *(_STOPPED_AT.label("stopped_at"), run.c.due_at, inbox.c.event_key, inbox.c.kind),
    sa.func.coalesce(OPEN_STEP, "").label("open_step"),
)
_LETTERS = sa.select(*_COLUMNS).join(inbox, inbox.c.id == run.c.event)

_POSTED = sa.text("""
    SELECT other.result ->> 'document' AS document
    FROM run JOIN run AS other
      ON other.order_key = run.order_key AND other.environment = run.environment
     AND other.company = run.company AND other.flow = run.flow AND other.id <> run.id
    WHERE run.id = :run AND other.result ->> 'posting' IN ('posted', 'already_posted')
    ORDER BY other.seq DESC
    LIMIT 1
""")


class DeadLetters:
    """Reads letters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def causes(self, wanted: LetterFilter) -> list[CauseRow]:
        """The largest group first."""
        query = (
            sa.select(
                CAUSE.label("cause"),
                sa.func.min(_PROBLEM).label("problem"),
                sa.func.count().label("count"),
                sa.func.coalesce(sa.func.min(run.c.why), "").label("why"),
                sa.func.min(_STOPPED_AT).label("oldest_at"),
                sa.func.max(_STOPPED_AT).label("newest_at"),
            )
            .where(*wanted.conditions())
            .group_by(CAUSE)
            .order_by(sa.func.count().desc(), CAUSE)
        )
        with self._database.autocommit() as connection:
            return [CauseRow(**row) for row in connection.execute(query).mappings()]

    def letters(self, wanted: LetterFilter, limit: int) -> list[LetterRow]:
        """Oldest first."""
        query = _LETTERS.where(*wanted.conditions()).order_by(run.c.seq).limit(limit)
        with self._database.autocommit() as connection:
            return [LetterRow(**row) for row in connection.execute(query).mappings()]

    def seen(self, wanted: LetterFilter, limit: int) -> list[tuple[str, int]]:
        """The letters' runs and attempts, oldest first: what a person sees who looks now."""
        query = sa.select(run.c.id, run.c.attempts).where(*wanted.conditions()).order_by(run.c.seq)
        with self._database.autocommit() as connection:
            return [(row.id, row.attempts) for row in connection.execute(query.limit(limit))]

    def find(self, run_id: str) -> LetterDetail | None:
        """A run with all that is stored of it, whether it is stopped now or not, or None."""
        about = (inbox.c.body, inbox.c.received_at, run.c.created_at, IS_LETTER.label("is_open"))
        with self._database.autocommit() as connection:
            query = _LETTERS.add_columns(*about).where(run.c.id == run_id)
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            steps = connection.execute(_STEPS, {"run": run_id}).mappings().all()
            troubles = connection.execute(_TROUBLES, {"run": run_id}).mappings().all()
            posted = connection.execute(_POSTED, {"run": run_id}).scalar_one_or_none()
        return LetterDetail(
            letter=LetterRow(**{column.name: row[column.name] for column in _COLUMNS}),
            is_open=bool(row["is_open"]),
            body=row["body"],
            received_at=row["received_at"],
            created_at=row["created_at"],
            steps=[ActedStep(**step) for step in steps],
            troubles=[TroubleRow(**trouble) for trouble in troubles],
            posted=posted or "",
        )


_STEPS = (
    sa.select(*(run_step.c[name] for name in ActedStep.__dataclass_fields__))
    .where(run_step.c.run == sa.bindparam("run"))
    .order_by(sa.func.coalesce(run_step.c.intent_at, run_step.c.finished_at), run_step.c.node)
)
_TROUBLES = (
    sa.select(*(run_trouble.c[name] for name in TroubleRow.__dataclass_fields__))
    .where(run_trouble.c.run == sa.bindparam("run"))
    .order_by(run_trouble.c.first_attempt)
)
