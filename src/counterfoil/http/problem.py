"""Problem documents (RFC 9457): how every refusal over HTTP looks."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request was refused, in words that say what to do; never quotes what was sent."""

    status: HTTPStatus
    detail: str

    def as_response(self) -> JSONResponse:
        content = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        return JSONResponse(content, self.status.value, media_type="application/problem+json")


class RequestRefusedError(Exception):
    """A request that is refused before it had any effect."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.problem = Problem(status=status, detail=detail)
