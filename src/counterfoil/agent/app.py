"""The agent's ASGI application: every question of the Erp port, pause and resume, behind a gate."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import FastAPI

from counterfoil import __version__
from counterfoil.agent import routes
from counterfoil.agent.gates import Gate
from counterfoil.agent.guard import Guard
from counterfoil.agent.limits import InHand, Limits, Pace
from counterfoil.agent.problems import answer_problems
from counterfoil.agent.site import Site
from counterfoil.connectors.sagepro import wire

OPERATORS = frozenset((wire.HEALTH, wire.PAUSE, wire.RESUME))
"""Answered whatever else the agent has in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What the application needs from outside."""

    site: Site
    gate: Gate
    limits: Limits = field(default_factory=Limits)


def create_app(deps: Deps) -> FastAPI:
    """The agent of one company; serve it on a socket in a private folder, or on an address with TLS."""
    app = FastAPI(
        title="Counterfoil agent",
        version=__version__,
        description="One Sage Pro company: receivables read, facts previewed and posted.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    guard = Guard(deps.gate, Pace(deps.limits))
    app.include_router(routes.reading(deps.site, guard))
    app.include_router(routes.entered(deps.site, guard))
    app.include_router(routes.watching(deps.site, guard))
    app.include_router(routes.stock(deps.site, guard))
    app.include_router(routes.writing(deps.site, guard, deps.limits.body_seconds))
    app.include_router(routes.operating(deps.site, guard))
    answer_problems(app)
    app.add_middleware(InHand, limits=deps.limits, always=OPERATORS)
    return app
