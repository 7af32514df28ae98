"""Attempts that did not come to the flow's end, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from counterfoil.domain.dead_letters import Problem, cause_key

NO_PROBLEM: Final = {"problem": None, "cause": None, "node": None, "stopped_at": None}
"""What a run says of itself when nothing stops it."""

# The attempt before it that ended alike takes it up; else it is a row of its own.
KEEP_TROUBLE = sa.text("""
    WITH again AS (
        UPDATE run_trouble
        SET last_attempt = :attempt, last_at = :now, why = :why
        WHERE run = :run AND last_attempt = :attempt - 1 AND cause = :cause AND ended = :status
        RETURNING run
    )
    INSERT INTO run_trouble (run, first_attempt, last_attempt, ended, problem, cause, node, why,
                             first_at, last_at)
    SELECT :run, :attempt, :attempt, :status, :problem, :cause, :node, :why, :now, :now
    WHERE NOT EXISTS (SELECT FROM again)
""")


def told_problem(problem: Problem | None, why: str) -> Mapping[str, str | None]:
    """A problem as a run's columns tell it."""
    if problem is None:
        return {"problem": None, "cause": None, "node": None}
    return {
        "problem": problem.error_class.value,
        "cause": cause_key(problem, why),
        "node": problem.node,
    }
