"""Runs that ended, read back with what they may have seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from counterfoil.ports.recorded_runs import OtherEvent, RecordedRun
from counterfoil.ports.run_store import Answer, Json, RunStore
from counterfoil.store.database import Database
from counterfoil.store.errors import RowMissingError
from counterfoil.store.schema import inbox, run, run_step

_OTHERS = sa.text("""
    SELECT other.kind, other.body, other.occurred_at, other.seq > own.seq AS later,
           coalesce(bool_or(told.status = 'held' AND told.finished_at <= run.finished_at), false) AS held
    FROM run
    JOIN inbox AS own ON own.id = run.event
    JOIN inbox AS other ON other.order_key = own.order_key AND other.id <> own.id
                       AND other.received_at <= coalesce(run.finished_at, now())
    JOIN run AS told ON told.event = other.id
                     AND told.environment = run.environment AND told.company = run.company
    WHERE run.id = :run
    GROUP BY other.id, own.seq
    ORDER BY other.seq
""")

_ANSWERS = sa.text("""
    SELECT substr(topic, length(run) + 2) AS step, answer, answered_by
    FROM review_task
    WHERE run = :run AND topic IS NOT NULL AND answer ->> 'choice' IS NOT NULL
""")

_LATER = sa.text("""
    SELECT step.result
    FROM run
    JOIN run AS other ON other.order_key = run.order_key AND other.id <> run.id
                     AND other.environment = run.environment AND other.company = run.company
    JOIN run_step AS step ON step.run = other.id AND step.finished_at > run.finished_at
    WHERE run.id = :run AND step.result IS NOT NULL
    ORDER BY step.finished_at
""")


# What runs charged that the run started for items.
_CHARGED = sa.text("""
    SELECT other.result
    FROM run
    JOIN run AS other ON other.seq > run.seq
                     AND other.environment = run.environment AND other.company = run.company
    JOIN inbox ON inbox.id = other.event AND inbox.kind LIKE 'item.%' AND inbox.body ->> 'run' = run.id
    WHERE run.id = :run AND other.result IS NOT NULL
    ORDER BY other.seq
""")

_OF_CHARGED = sa.text("""
    SELECT step.result
    FROM run
    JOIN run AS other ON split_part(other.order_key, '/', -1) = ANY(:charged)
                     AND other.seq > run.seq
                     AND other.environment = run.environment AND other.company = run.company
    JOIN run_step AS step ON step.run = other.id
    WHERE run.id = :run AND step.result IS NOT NULL
    ORDER BY step.finished_at
""")


class RecordedRuns:
    """Reads; writes nothing."""

    def __init__(self, database: Database, runs: RunStore) -> None:
        self._database = database
        self._runs = runs

    def find(self, word: str) -> Sequence[tuple[str, str]]:
        """The runs that a person may mean, by their own name or a transaction, each with its event's kind."""
        query = (
            sa.select(run.c.id, inbox.c.kind)
            .join(inbox, inbox.c.id == run.c.event)
            .where(sa.or_(run.c.id == word, sa.func.split_part(run.c.order_key, "/", -1) == word))
            .order_by(run.c.seq)
        )
        with self._database.autocommit() as session:
            return [(row.id, row.kind) for row in session.execute(query)]

    def recent(
        self, environment: str, flows: Sequence[str], since: datetime, at_most: int
    ) -> tuple[Sequence[str], int]:
        """The newest runs of the flows, newest first, and how many there are since then."""
        chosen = (run.c.environment == environment, run.c.flow.in_(flows), run.c.created_at >= since)
        newest = sa.select(run.c.id).where(*chosen).order_by(run.c.seq.desc()).limit(at_most)
        counted = sa.select(sa.func.count()).select_from(run).where(*chosen)
        with self._database.autocommit() as session:
            names = list(session.execute(newest).scalars())
            return names, session.execute(counted).scalar_one()

    def read(self, name: str) -> RecordedRun:
        """One run.

        Raises:
            RowMissingError: there is none.
        """
        ended = (
            sa.select(run.c.status, run.c.result, inbox.c.kind)
            .join(inbox, inbox.c.id == run.c.event)
            .where(run.c.id == name)
        )
        given = sa.select(run_step.c.node, run_step.c.result).where(run_step.c.run == name)
        with self._database.autocommit() as session:
            row = session.execute(ended).one_or_none()
            if row is None:
                raise RowMissingError("run", name)
            event = str(row.kind)
            steps = {step.node: step.result for step in session.execute(given) if step.result is not None}
            others = [_other(found) for found in session.execute(_OTHERS, {"run": name})]
            answers = {row.step: _answer(row) for row in session.execute(_ANSWERS, {"run": name})}
            later = list(session.execute(_LATER, {"run": name}).scalars())
            results = [row.result]
            if event.startswith("schedule."):
                results = list(session.execute(_CHARGED, {"run": name}).scalars())
            charged = [str(each["transaction"]) for each in results if _is_charge(event, each)]
            if charged:
                later += session.execute(_OF_CHARGED, {"run": name, "charged": charged}).scalars()
        return RecordedRun(
            run=self._runs.read_run(name),
            status=row.status,
            summary=cast("Json", row.result or {}),
            steps=steps,
            answers=answers,
            others=others,
            later_steps=later,
            charged=charged,
        )


def _is_charge(event: str, result: Any) -> bool:
    """Whether a run that an own start began ended with a charge."""
    is_own = event.startswith(("item.", "schedule."))
    return is_own and bool(result) and result.get("decision") == "charged" and "transaction" in result


def _answer(row: Any) -> Answer:
    return Answer(choice=row.answer["choice"], by=row.answered_by, note=row.answer.get("note", ""))


def _other(row: Any) -> OtherEvent:
    return OtherEvent(
        kind=row.kind, body=row.body, occurred_at=row.occurred_at, later=row.later, held=row.held
    )
