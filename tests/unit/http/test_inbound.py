from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from http import HTTPStatus

import pytest
from starlette.requests import Request
from starlette.types import Message

from counterfoil.http.exact_json import MalformedJsonError, decode_exact, decode_exact_object
from counterfoil.http.limits import read_body, read_json_object
from counterfoil.http.problem import Problem, RequestRefusedError

JSON = {"content-type": "application/json; charset=utf-8"}


def request(headers: Mapping[str, str], chunks: Iterable[bytes], *, breaks_off: bool = False) -> Request:
    left: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    left.append({"type": "http.disconnect"} if breaks_off else {"type": "http.request", "more_body": False})

    async def receive() -> Message:
        return left.pop(0)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


def read(source: Request, bytes_max: int = 100) -> bytes:
    return asyncio.run(read_body(source, content_type="application/json", bytes_max=bytes_max))


def refusal(source: Request, bytes_max: int = 100) -> HTTPStatus:
    with pytest.raises(RequestRefusedError) as caught:
        asyncio.run(read_json_object(source, bytes_max=bytes_max))
    return caught.value.problem.status


def test_a_body_within_bounds_is_read_whole() -> None:
    assert read(request(JSON, [b'{"a"', b":1}"])) == b'{"a":1}'
    assert read(request(JSON, [b"x" * 100])) == b"x" * 100


def test_reading_stops_at_the_limit() -> None:
    def chunks() -> Iterable[bytes]:
        yield from [b"x" * 60] * 2
        yield b"never asked for"

    source = request(JSON, chunks())
    assert refusal(source) is HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": "text/plain"}, {**JSON, "content-encoding": "gzip"}]
)
def test_another_content_type_is_refused(headers: dict[str, str]) -> None:
    assert refusal(request(headers, [b"{}"])) is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def test_a_broken_off_body_is_refused() -> None:
    assert refusal(request(JSON, [b'{"a'], breaks_off=True)) is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"\xff", b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1,"a":2}', b'{"a":1} x'],
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert refusal(request(JSON, [body])) is HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("levels", [65, 100_000])
def test_deep_nesting_is_refused(levels: int) -> None:
    with pytest.raises(MalformedJsonError):
        decode_exact(b"[" * levels + b"]" * levels)


def test_numbers_keep_their_digits() -> None:
    body = b'{"a":12345678901234567.89,"b":1.10,"c":9007199254740993,"d":1e400,"e":true,"f":null,"g":[0.1]}'
    assert decode_exact_object(body) == {
        "a": "12345678901234567.89",
        "b": "1.10",
        "c": "9007199254740993",
        "d": "1e400",
        "e": True,
        "f": None,
        "g": ["0.1"],
    }


def test_a_problem_is_a_problem_document() -> None:
    response = Problem(status=HTTPStatus.CONFLICT, detail="say it once").as_response()
    assert response.status_code == 409
    assert response.media_type == "application/problem+json"
    assert decode_exact(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Conflict",
        "status": "409",
        "detail": "say it once",
    }
