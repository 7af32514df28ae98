"""What a scraper reads, and the counting of every answer."""

from __future__ import annotations

import time
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from counterfoil.telemetry.meters import CONTENT_TYPE, Meters

_AREAS = ("hooks", "cards", "api")


def metrics_route(meters: Meters) -> Route:
    def metrics(_request: Request) -> Response:
        return Response(meters.page(), headers={"content-type": CONTENT_TYPE})

    return Route("/metrics", metrics, methods=["GET"])


class CountedAnswers:
    """Counts and times every answer of the wrapped application, by the area of its path alone."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._meters.answered(area_of(scope["path"]), status, time.monotonic() - begun)


def area_of(path: str) -> str:
    """The first part of a path where it is one of ours; whatever else somebody asks for is `pages`."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _AREAS else "pages"
