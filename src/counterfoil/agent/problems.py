"""Every refusal and failure of the agent as a problem document."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from counterfoil.connectors.sagepro import wire
from counterfoil.http.problem import Problem, RequestRefusedError
from counterfoil.ports.errors import CounterfoilError, TransientError


def answer_problems(app: FastAPI) -> None:
    """Has the application answer with problem documents only."""
    app.add_exception_handler(CounterfoilError, _on_error)
    app.add_exception_handler(RequestRefusedError, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_unfit_query)
    app.add_exception_handler(HTTPException, _on_routing)
    app.add_exception_handler(Exception, _on_failure)


def _on_error(_request: Request, error: Exception) -> Response:
    """Our errors; a defect is the server's own failure and is answered and logged as such."""
    kind = wire.problem_of(error) if isinstance(error, CounterfoilError) else None
    if kind is None:
        raise error
    headers = {}
    if isinstance(error, TransientError) and error.retry_after_seconds is not None:
        headers["retry-after"] = str(error.retry_after_seconds)
    return Problem(status=kind.status, detail=str(error), kind=kind.name, headers=headers).as_response()


def _on_refusal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestRefusedError):
        raise error
    return error.problem.as_response()


def _on_unfit_query(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    named = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
    return Problem(status=HTTPStatus.BAD_REQUEST, detail=f"missing or unfit: {named}").as_response()


def _on_routing(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    detail = f"{status.phrase}: the agent's API has nothing under this path and method"
    return Problem(status=status, detail=detail, headers=error.headers or {}).as_response()


def _on_failure(_request: Request, _error: Exception) -> Response:
    detail = "the agent failed; what happened stands in its log"
    return Problem(status=HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail).as_response()
