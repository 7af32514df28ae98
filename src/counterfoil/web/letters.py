"""Dead letters under /api and as a page; reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse
from typing_extensions import override

from counterfoil.runtime.letter_view import LetterView, view
from counterfoil.security.card_guard import scrub_text
from counterfoil.store.acts import Acts
from counterfoil.store.dead_letters import CauseRow, DeadLetters, LetterFilter, LetterRow
from counterfoil.web.api import Limit, RunId, Word
from counterfoil.web.letter_models import (
    ActAnswer,
    CauseAnswer,
    DeadLetterAnswer,
    DeadLetterDetailAnswer,
    MomentAnswer,
    RemedyAnswer,
)
from counterfoil.web.pages import Render

Problem = Annotated[str, Query(pattern="^(retry|ask|configure|bug)?$")]


class Letters(Protocol):
    """Reads dead letters; never changes anything."""

    def causes(self, wanted: LetterFilter) -> Sequence[CauseAnswer]: ...

    def letters(self, wanted: LetterFilter, limit: int) -> Sequence[DeadLetterAnswer]: ...

    def letter(self, run_id: str) -> DeadLetterDetailAnswer | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLetters(Letters):
    """Answers from the hub's tables."""

    rows: DeadLetters
    acts: Acts

    @override
    def causes(self, wanted: LetterFilter) -> Sequence[CauseAnswer]:
        return [_cause(row) for row in self.rows.causes(wanted)]

    @override
    def letters(self, wanted: LetterFilter, limit: int) -> Sequence[DeadLetterAnswer]:
        return [DeadLetterAnswer(**_letter(row)) for row in self.rows.letters(wanted, limit)]

    @override
    def letter(self, run_id: str) -> DeadLetterDetailAnswer | None:
        found = self.rows.find(run_id)
        return None if found is None else _detail(view(found, self.acts.of_run(run_id)))


def router(letters: Letters, render: Render) -> APIRouter:
    """The routes of the API, and the page of one letter."""
    routes = APIRouter()

    @routes.get("/api/dead-letters", tags=["dead letters"], summary="List dead letters, oldest first")
    def dead_letters(
        environment: Word = "",
        cause: Word = "",
        problem: Problem = "",
        flow: Word = "",
        transaction: Word = "",
        limit: Limit = 50,
    ) -> list[DeadLetterAnswer]:
        wanted = LetterFilter(
            environment=environment, cause=cause, problem=problem, flow=flow, order_key_end=transaction
        )
        return list(letters.letters(wanted, limit))

    @routes.get(
        "/api/dead-letters/causes", tags=["dead letters"], summary="How many dead letters each cause has"
    )
    def causes(environment: Word = "") -> list[CauseAnswer]:
        return list(letters.causes(LetterFilter(environment=environment)))

    @routes.get("/api/dead-letters/{run_id}", tags=["dead letters"], summary="One dead letter in full")
    def dead_letter(run_id: RunId) -> DeadLetterDetailAnswer:
        return _found(run_id)

    @routes.get("/dead-letters/{run_id}", include_in_schema=False, response_class=HTMLResponse)
    def page(run_id: RunId) -> HTMLResponse:
        return render("dead_letter.html", letter=_found(run_id))

    def _found(run_id: str) -> DeadLetterDetailAnswer:
        found = letters.letter(run_id)
        if found is None:
            raise HTTPException(404, "no such run")
        return found

    return routes


def _cause(row: CauseRow) -> CauseAnswer:
    return CauseAnswer(
        cause=row.cause,
        problem=row.problem,
        count=row.count,
        why=scrub_text(row.why),
        oldest_at=row.oldest_at,
        newest_at=row.newest_at,
    )


def _letter(row: LetterRow) -> dict[str, Any]:
    return {
        "run": row.id,
        "attempts": row.attempts,
        "flow": row.flow,
        "environment": row.environment,
        "company": row.company,
        "transaction": row.order_key.rpartition("/")[2],
        "status": row.status,
        "problem": row.problem,
        "cause": row.cause,
        "node": row.node,
        "why": scrub_text(row.why),
        "stopped_at": row.stopped_at,
        "due_at": row.due_at,
        "event_key": row.event_key,
        "kind": row.kind,
    }


def _detail(found: LetterView) -> DeadLetterDetailAnswer:
    return DeadLetterDetailAnswer(
        **_letter(found.letter),
        is_open=found.is_open,
        reason=scrub_text(found.reason),
        event=dict(found.event),
        inputs=dict(found.inputs),
        timeline=[
            MomentAnswer(at=each.at, what=scrub_text(each.what), node=each.node) for each in found.timeline
        ],
        remedies=[
            RemedyAnswer(act=each.act.value if each.act else None, words=each.words)
            for each in found.remedies
        ],
        acts=[ActAnswer(at=each.at, act=each.act, by=each.by, why=each.why) for each in found.acts],
    )
