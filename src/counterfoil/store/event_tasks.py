"""Review tasks about events, opened in the transaction that stores them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ports.ids import IdSource
from counterfoil.ports.intake import Question

# What came last is told in full; the events before it are counted, and the newest of them named.
OPEN_TASK = sa.text("""
    INSERT INTO review_task (id, event, topic, kind, title, why, details, opened_at)
    VALUES (:id, :event, :topic, :kind, :title, :why,
            jsonb_build_object('count', 1, 'events', jsonb_build_array(:event ::text)), :now)
    ON CONFLICT (topic) WHERE status = 'open' AND topic IS NOT NULL DO UPDATE
    SET why = excluded.why, event = excluded.event,
        details = jsonb_build_object(
            'count', (review_task.details ->> 'count')::int + 1,
            'events', jsonb_path_query_array(
                jsonb_build_array(excluded.event) || (review_task.details -> 'events'), '$[0 to 49]'))
""")


def open_tasks(
    connection: sa.Connection, questions: Iterable[tuple[str, Question]], ids: IdSource, now: datetime
) -> None:
    """One task for each topic that has none open; of the others, the open one takes the event up."""
    for event, question in questions:
        connection.execute(
            OPEN_TASK,
            {
                "id": ids.new_id(),
                "event": event,
                "topic": question.topic,
                "kind": question.kind,
                "title": question.title,
                "why": question.why,
                "now": now,
            },
        )
