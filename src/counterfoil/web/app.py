"""The hub's ASGI application, put together from its routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.resources import files

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterfoil import __version__
from counterfoil.http.problem import Problem
from counterfoil.ports.errors import TransientError
from counterfoil.telemetry.meters import Meters
from counterfoil.web import api, letters, pages
from counterfoil.web.letters import Letters
from counterfoil.web.metrics import CountedAnswers, metrics_route
from counterfoil.web.overview import Overview

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What the application needs from outside."""

    overview: Overview
    letters: Letters
    hooks: Sequence[BaseRoute]
    """Bare routes under /hooks and /cards; reached under any host name, because a proxy stands in front."""
    hosts: Sequence[str] = ("127.0.0.1", "localhost")
    """Host names under which pages and API may be addressed; others are refused (DNS rebinding)."""
    meters: Meters = field(default_factory=Meters)


class SecurityHeaders:
    """Adds the security headers to every answer of the wrapped application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _on_transient(_request: Request, error: Exception) -> Response:
    """The database is away for a moment: say so, and when to ask again."""
    response = Problem(status=HTTPStatus.SERVICE_UNAVAILABLE, detail=str(error)).as_response()
    response.headers["Retry-After"] = "5"
    return response


def create_api(deps: Deps) -> FastAPI:
    """Pages and API, without the intake."""
    app = FastAPI(
        title="Counterfoil",
        version=__version__,
        description="PayTrace payments and the Sage Pro entries that they became.",
        docs_url=None,
        redoc_url=None,
    )
    app.add_exception_handler(TransientError, _on_transient)
    app.include_router(api.router(deps.overview))
    app.include_router(api.health_router(deps.overview))
    render = pages.make_render()
    app.include_router(letters.router(deps.letters, render))
    app.include_router(pages.router(deps.overview, lambda: app, render))
    app.router.routes.append(metrics_route(deps.meters))
    app.mount("/assets", StaticFiles(directory=str(files("counterfoil.web") / "assets")))
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(deps.hosts))
    app.add_middleware(SecurityHeaders)
    return app


def create_app(deps: Deps) -> Starlette:
    """The hub's application: the intake's bare routes first, everything else behind them."""
    app = Starlette(routes=[*deps.hooks, Mount("/", app=create_api(deps))])
    app.add_middleware(CountedAnswers, meters=deps.meters)
    return app
