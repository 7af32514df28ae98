"""The run store that the interpreter works with: runs, steps and cross-references as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

import sqlalchemy as sa
from typing_extensions import override

from counterfoil.domain.review import ReviewKind, outdated_by
from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.ports.run_store import (
    Answer,
    Asked,
    Json,
    LineageEvent,
    ReviewTask,
    Run,
    RunResult,
    RunStore,
    StoredEvent,
)
from counterfoil.store.database import Database
from counterfoil.store.errors import RowMissingError
from counterfoil.store.json_text import dump_json

VERSIONS_CACHED = 64

READ_RUN = sa.text("""
    SELECT run.id, run.flow, run.flow_version, run.environment, run.company, run.order_key, run.attempts,
           run.failed, run.corrections,
           inbox.id AS event, inbox.event_key, inbox.connection, inbox.kind, inbox.source,
           inbox.occurred_at, inbox.received_at, inbox.body
    FROM run JOIN inbox ON inbox.id = run.event
    WHERE run.id = :run
""")

READ_FLOW_VERSION = sa.text("SELECT body FROM flow_version WHERE hash = :hash")

FIND_INTENT = sa.text("SELECT intent FROM run_step WHERE run = :run AND node = :node")

FIND_RESULT = sa.text("SELECT result FROM run_step WHERE run = :run AND node = :node")

FIND_LINEAGE = sa.text("""
    SELECT other.kind, other.seq > own.seq AS later, told.status = 'held' AS held,
           told.status = 'dropped' AS dropped
    FROM run
    JOIN inbox AS own ON own.id = run.event
    JOIN inbox AS other ON other.order_key = own.order_key AND other.id <> own.id
    JOIN run AS told ON told.event = other.id
                     AND told.environment = run.environment AND told.company = run.company
    WHERE run.id = :run
    ORDER BY other.seq
""")

FIND_CROSS_REFERENCE = sa.text("""
    SELECT internal FROM cross_reference
    WHERE connection = :connection AND kind = :kind AND external = :external
""")

# The first result stands; an intent is overwritten until there is a result.
KEEP_STEPS = sa.text("""
    INSERT INTO run_step (run, node, attempt, intent, intent_at, result, finished_at)
    SELECT run.id, new.node, run.attempts,
           new.intent::jsonb, CASE WHEN new.intent IS NOT NULL THEN :now ::timestamptz END,
           new.result::jsonb, CASE WHEN new.result IS NOT NULL THEN :now ::timestamptz END
    FROM run, unnest(:node ::text[], :intent ::text[], :result ::text[]) AS new (node, intent, result)
    WHERE run.id = :run
    ON CONFLICT (run, node) DO UPDATE
    SET attempt = excluded.attempt,
        intent = coalesce(excluded.intent, run_step.intent),
        intent_at = coalesce(excluded.intent_at, run_step.intent_at),
        result = excluded.result,
        finished_at = excluded.finished_at
    WHERE run_step.result IS NULL
""")

CLOSE_RUN = sa.text("""
    WITH closed AS (
        UPDATE run
        SET status = :status, result = :summary ::jsonb, why = :why, finished_at = :now,
            due_at = NULL, strikes = 0
        WHERE id = :run AND status NOT IN ('done', 'held', 'dropped')
        RETURNING id, environment, company, flow, order_key, problem, cause
    ), mended AS (
        INSERT INTO act_log (run, environment, order_key, act, done_by, why, cause, done_at)
        SELECT id, environment, order_key, 'went_on', '', 'what was missing is there', cause, :now
        FROM closed
        WHERE problem = 'configure'
    ), settled AS (
        UPDATE review_task SET status = 'answered', answer = '{}', answered_by = '', answered_at = :now
        FROM closed
        WHERE review_task.run = closed.id AND review_task.status = 'open'
        RETURNING review_task.id, closed.environment, closed.order_key
    ), outdated AS (
        UPDATE review_task SET status = 'answered', answer = '{}', answered_by = '', answered_at = :now
        FROM closed JOIN run AS other
          ON other.order_key = closed.order_key AND other.environment = closed.environment
         AND other.company = closed.company AND other.flow = closed.flow AND other.id <> closed.id
        WHERE :outdated ::text[] <> '{}' AND review_task.run = other.id AND review_task.status = 'open'
          AND review_task.kind = ANY (:outdated)
        RETURNING review_task.id, closed.environment, closed.order_key
    ), told AS (
        INSERT INTO act_log (task, environment, order_key, act, done_by, why, cause, done_at)
        SELECT id, environment, order_key, 'went_on', '', 'the run came to its end', '', :now FROM settled
        UNION ALL
        SELECT id, environment, order_key, 'went_on', '', :title, '', :now FROM outdated
    )
    INSERT INTO review_task (id, run, kind, title, why, details, opened_at)
    SELECT :task, closed.id, :kind, :title, :why, :details ::jsonb, :now
    FROM closed
    WHERE :task ::text IS NOT NULL
""")


# A step asks once, whatever became of the question.
ASK = sa.text("""
    INSERT INTO review_task (id, run, topic, kind, title, why, details, opened_at)
    SELECT :task, :run, :topic, :kind, :title, :why, :details ::jsonb, :now
    WHERE NOT EXISTS (SELECT FROM review_task WHERE run = :run AND topic = :topic)
    ON CONFLICT DO NOTHING
""")

FIND_ASKED = sa.text(
    "SELECT opened_at, answer, answered_by FROM review_task WHERE run = :run AND topic = :topic"
)

CLOSE_QUESTION = sa.text("""
    UPDATE review_task SET status = 'answered', answer = '{}', answered_by = '', answered_at = :now
    WHERE run = :run AND topic = :topic AND status = 'open'
""")


class StoredRuns(RunStore):
    """One statement per call, committed when the call returns."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        # A version never changes, so it is read once.
        self._read_version = lru_cache(VERSIONS_CACHED)(self._read_flow_version)

    @override
    def read_run(self, run_id: str) -> Run:
        row = self._find(READ_RUN, run=run_id)
        if row is None:
            raise RowMissingError("run", run_id)
        event = StoredEvent(
            id=row.event,
            key=row.event_key,
            connection=row.connection,
            kind=row.kind,
            source=row.source,
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            body=row.body,
        )
        return Run(
            id=row.id,
            event=event,
            flow=row.flow,
            flow_version=row.flow_version,
            environment=row.environment,
            company=row.company,
            order_key=row.order_key,
            attempt=row.attempts,
            failed=row.failed,
            corrections=row.corrections or {},
        )

    @override
    def read_flow_version(self, version: str) -> str:
        return self._read_version(version)

    def _read_flow_version(self, version: str) -> str:
        row = self._find(READ_FLOW_VERSION, hash=version)
        if row is None:
            raise RowMissingError("flow version", version)
        return str(row.body)

    @override
    def find_result(self, run_id: str, step: str) -> Json | None:
        row = self._find(FIND_RESULT, run=run_id, node=step)
        return None if row is None else cast("Json | None", row.result)

    @override
    def begin_step(self, run_id: str, step: str, intent: Json, results: Mapping[str, Json]) -> None:
        self._keep(run_id, results, {step: intent})

    @override
    def find_intent(self, run_id: str, step: str) -> Json | None:
        row = self._find(FIND_INTENT, run=run_id, node=step)
        return None if row is None else cast("Json | None", row.intent)

    @override
    def finish_step(self, run_id: str, step: str, result: Json) -> None:
        self._keep(run_id, {step: result}, {})

    def _keep(self, run_id: str, results: Mapping[str, Json], intents: Mapping[str, Json]) -> None:
        self._write(
            KEEP_STEPS,
            run=run_id,
            node=[*results, *intents],
            intent=[*(None for _ in results), *map(dump_json, intents.values())],
            result=[*map(dump_json, results.values()), *(None for _ in intents)],
            now=self._clock.now(),
        )

    @override
    def close_run(
        self, run_id: str, result: RunResult, summary: Json, review: ReviewTask | None = None
    ) -> None:
        self._write(
            CLOSE_RUN,
            run=run_id,
            status=result.value,
            summary=dump_json(summary),
            now=self._clock.now(),
            task=self._ids.new_id() if review else None,
            outdated=_outdated(review),
            kind=review.kind if review else None,
            title=review.title if review else None,
            why=review.why if review else None,
            details=dump_json(review.details) if review else None,
        )

    @override
    def ask(self, run_id: str, step: str, task: ReviewTask) -> Asked:
        self._write(
            ASK,
            task=self._ids.new_id(),
            run=run_id,
            topic=_topic(run_id, step),
            kind=task.kind,
            title=task.title,
            why=task.why,
            details=dump_json(task.details),
            now=self._clock.now(),
        )
        found = self.find_asked(run_id, step)
        if found is None:
            raise RowMissingError("question", _topic(run_id, step))
        return found

    @override
    def find_asked(self, run_id: str, step: str) -> Asked | None:
        row = self._find(FIND_ASKED, run=run_id, topic=_topic(run_id, step))
        if row is None:
            return None
        said = row.answer or {}
        if "choice" not in said:
            return Asked(at=row.opened_at)
        answer = Answer(choice=said["choice"], by=row.answered_by, note=said.get("note", ""))
        return Asked(at=row.opened_at, answer=answer)

    @override
    def close_question(self, run_id: str, step: str) -> Answer | None:
        self._write(CLOSE_QUESTION, run=run_id, topic=_topic(run_id, step), now=self._clock.now())
        asked = self.find_asked(run_id, step)
        return None if asked is None else asked.answer

    @override
    def find_lineage(self, run: Run) -> Sequence[LineageEvent]:
        with self._database.autocommit() as connection:
            rows = connection.execute(FIND_LINEAGE, {"run": run.id}).all()
        return [LineageEvent(**row._mapping) for row in rows]  # noqa: SLF001 - the name is SQLAlchemy's public one

    @override
    def find_cross_reference(self, connection: str, kind: str, external: str) -> str | None:
        row = self._find(FIND_CROSS_REFERENCE, connection=connection, kind=kind, external=external)
        return None if row is None else str(row.internal)

    def _find(self, query: sa.TextClause, **values: object) -> sa.Row[*tuple[object, ...]] | None:
        with self._database.autocommit() as connection:
            return connection.execute(query, values).one_or_none()

    def _write(self, statement: sa.TextClause, **values: object) -> None:
        with self._database.autocommit() as connection:
            connection.execute(statement, values)


def _outdated(review: ReviewTask | None) -> list[str]:
    """Earlier questions of the lineage that the new one makes needless; a flow may have kinds of its own."""
    kinds = {kind.value: kind for kind in ReviewKind}
    if review is None or review.kind not in kinds:
        return []
    return [kind.value for kind in outdated_by(kinds[review.kind])]


def _topic(run_id: str, step: str) -> str:
    """What a step's question is about: one open task at most has a topic."""
    return f"{run_id}/{step}"
