"""Which rows are lines of the audit trail, and what of each is sealed.

What is sealed of a row never changes its form once lines of it are sealed: a column that is added later is
sealed under a source of another name.
"""

from __future__ import annotations

import sqlalchemy as sa

LINES = """
    SELECT 'act' AS source, id AS entry, done_at, jsonb_build_object(
               'at', done_at AT TIME ZONE 'UTC', 'by', done_by, 'what', act, 'why', why,
               'about', coalesce('run ' || run, 'task ' || task, ''),
               'environment', environment, 'order_key', order_key, 'cause', cause, 'details', details
           ) AS content
    FROM act_log
    UNION ALL
    SELECT 'deployment', id, done_at, jsonb_build_object(
               'at', done_at AT TIME ZONE 'UTC', 'by', done_by, 'what', kind, 'why', reason,
               'about', environment, 'approved_by', approved_by, 'commit', "commit", 'message', message,
               'undoes', undoes, 'changes', (
                   SELECT jsonb_agg(jsonb_build_array(flow, from_hash, to_hash) ORDER BY flow COLLATE "C")
                   FROM deployment_change WHERE deployment_change.entry = deployment_log.id
               )
           )
    FROM deployment_log
    UNION ALL
    SELECT 'request', id, asked_at, jsonb_build_object(
               'at', asked_at AT TIME ZONE 'UTC', 'by', asked_by, 'what', 'ask', 'why', reason,
               'about', environment, 'changes', changes, 'commit', "commit", 'message', message
           )
    FROM deployment_request
    UNION ALL
    SELECT 'decision', id, decided_at, jsonb_build_object(
               'at', decided_at AT TIME ZONE 'UTC', 'by', decided_by, 'what', status, 'why', '',
               'about', 'request ' || id
           )
    FROM deployment_request WHERE decided_at IS NOT NULL
    UNION ALL
    SELECT 'breaker', id, at, jsonb_build_object(
               'at', at AT TIME ZONE 'UTC', 'by', "by", 'what', state, 'why', why,
               'about', 'connection ' || connection
           )
    FROM breaker_log WHERE "by" <> ''
    UNION ALL
    SELECT 'acceptance', id, done_at, jsonb_build_object(
               'at', done_at AT TIME ZONE 'UTC', 'by', done_by, 'what', 'accept', 'why', why,
               'about', 'place ' || place, 'fingerprint', fingerprint, 'words', words
           )
    FROM audit_accepted
    UNION ALL
    SELECT 'pause', id, paused_at, jsonb_build_object(
               'at', paused_at AT TIME ZONE 'UTC', 'by', paused_by, 'what', 'pause', 'why', why,
               'about', environment || ' ' || flow
           )
    FROM schedule_pause
    UNION ALL
    SELECT 'resume', id, resumed_at, jsonb_build_object(
               'at', resumed_at AT TIME ZONE 'UTC', 'by', resumed_by, 'what', 'resume', 'why', '',
               'about', environment || ' ' || flow
           )
    FROM schedule_pause WHERE resumed_at IS NOT NULL
"""
"""All lines: their source, the row's number, when it was done, and what is sealed of it."""


def over_lines(query: str) -> sa.TextClause:
    """A query in which `line` names all lines."""
    return sa.text(f"WITH line AS ({LINES}) {query}")
