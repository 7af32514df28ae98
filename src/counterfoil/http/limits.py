"""Bounds on what comes in: content type and length are checked before a body is kept in memory."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object
from counterfoil.http.problem import RequestRefusedError


async def read_body(request: Request, *, content_type: str, bytes_max: int) -> bytes:
    """The request's whole body, read no further than the limit.

    Raises:
        RequestRefusedError: another content type (415), too long (413), or broken off (400).
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != content_type:
        raise RequestRefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send the body as {content_type}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the body uncompressed")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > bytes_max:
                raise RequestRefusedError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {bytes_max} bytes"
                )
    except ClientDisconnect as error:
        raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "the body broke off") from error
    return bytes(body)


async def read_json_object(request: Request, *, bytes_max: int) -> dict[str, object]:
    """The request's JSON object; numbers as strings of their own digits.

    Raises:
        RequestRefusedError: as `read_body`, or not one JSON object (400).
    """
    body = await read_body(request, content_type="application/json", bytes_max=bytes_max)
    try:
        return decode_exact_object(body)
    except MalformedJsonError as error:
        raise RequestRefusedError(HTTPStatus.BAD_REQUEST, str(error)) from error
