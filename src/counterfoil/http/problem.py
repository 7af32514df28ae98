"""Problem documents (RFC 9457): how every refusal over HTTP looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request was refused, in words that say what to do; never quotes what was sent."""

    status: HTTPStatus
    detail: str
    kind: str = "about:blank"
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_response(self) -> JSONResponse:
        content = {
            "type": self.kind,
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        return JSONResponse(content, self.status.value, dict(self.headers), media_type=MEDIA_TYPE)


class RequestRefusedError(Exception):
    """A request that is refused before it had any effect."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.problem = Problem(status=status, detail=detail, headers=headers or {})
