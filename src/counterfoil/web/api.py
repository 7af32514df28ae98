"""The read-only API under /api, and health."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Response

from counterfoil.web.models import (
    ConnectionAnswer,
    EventAnswer,
    HealthAnswer,
    ReceiptAnswer,
    ReviewTaskAnswer,
    RunAnswer,
    RunDetailAnswer,
)
from counterfoil.web.overview import Overview, RunFilter

WORD = "^[0-9A-Za-z_-]{0,100}$"
"""What ids and states are made of; nothing else is asked of the database."""
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(pattern=WORD)]
RunId = Annotated[str, Path(pattern=WORD)]


def router(overview: Overview) -> APIRouter:
    """What happened, read from the given overview."""
    routes = APIRouter()

    @routes.get("/api/runs", tags=["runs"], summary="List runs, newest first")
    def runs(transaction: Word = "", status: Word = "", limit: Limit = 50) -> list[RunAnswer]:
        return list(overview.runs(RunFilter(transaction=transaction, status=status, limit=limit)))

    @routes.get("/api/runs/{run_id}", tags=["runs"], summary="One run with its steps and rows")
    def run(run_id: RunId) -> RunDetailAnswer:
        found = overview.run(run_id)
        if found is None:
            raise HTTPException(404, "no such run")
        return found

    @routes.get("/api/receipts", tags=["books"], summary="Receipts in the books, newest first")
    def receipts(limit: Limit = 50) -> list[ReceiptAnswer]:
        return list(overview.receipts(limit))

    @routes.get("/api/review-tasks", tags=["review"], summary="What waits for a person, oldest first")
    def review_tasks(limit: Limit = 50) -> list[ReviewTaskAnswer]:
        return list(overview.review_tasks(limit))

    @routes.get("/api/events", tags=["events"], summary="Events, newest first, whether a flow runs or not")
    def events(limit: Limit = 50, *, without_runs: bool = False) -> list[EventAnswer]:
        return list(overview.events(limit, without_runs=without_runs))

    @routes.get("/api/connections", tags=["connections"], summary="Connections, without secrets")
    def connections() -> list[ConnectionAnswer]:
        return list(overview.connections())

    return routes


def health_router(overview: Overview) -> APIRouter:
    """Liveness and readiness."""
    routes = APIRouter(tags=["health"])

    @routes.get("/health", summary="Whether this process answers")
    def health() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/ready", summary="Whether work is really being done")
    def ready(response: Response) -> HealthAnswer:
        answer = overview.health()
        response.status_code = 200 if answer.ready else 503
        return answer

    return routes
