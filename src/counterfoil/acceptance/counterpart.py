"""The other system of a connector's own tests: over HTTP on this machine, each key carried out once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

_READS = frozenset({"GET", "HEAD"})
_LOST = 0
ODD: tuple[tuple[int, bytes], ...] = ((500, b"{}"), (502, b"<html>"), (303, b""))
"""Answers that tell nobody whether a write was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    key: str
    body: bytes


class Counterpart:
    """Does what it is asked for, a write with a known key not again, and answers as it was told to."""

    def __init__(self, *, answer: tuple[int, bytes], odd: tuple[tuple[int, bytes], ...]) -> None:
        self.answer = answer
        self.odd = odd
        self.heard: list[Heard] = []
        self.address = ""
        self._done: set[str] = set()
        self._unnamed = 0
        self._next: list[tuple[int, bytes]] = []

    @property
    def requests(self) -> int:
        """How many came."""
        return len(self.heard)

    @property
    def effects(self) -> int:
        """How many writes were carried out."""
        return len(self._done) + self._unnamed

    def lose_next(self) -> None:
        """The next request is carried out, and its answer does not arrive."""
        self._next.append((_LOST, b""))

    def answer_next(self, status: int, body: bytes) -> None:
        """The next request is carried out and answered so."""
        self._next.append((status, body))

    def take(self, heard: Heard) -> tuple[int, bytes]:
        """Carries a request out, and says what is answered."""
        self.heard.append(heard)
        if heard.method not in _READS:
            self._unnamed += not heard.key
            self._done |= {heard.key} - {""}
        return self._next.pop(0) if self._next else self.answer


@contextmanager
def counterpart(
    *, key_header: str, answer: tuple[int, bytes] = (200, b"{}"), odd: tuple[tuple[int, bytes], ...] = ODD
) -> Iterator[Counterpart]:
    """A system that listens on 127.0.0.1; `key_header` is the header by which it knows a write again."""
    system = Counterpart(answer=answer, odd=odd)

    class Door(BaseHTTPRequestHandler):
        @override
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("content-length") or "0"))
            key = self.headers.get(key_header) or ""
            status, content = system.take(Heard(method=self.command, path=self.path, key=key, body=body))
            self.close_connection = True
            if status == _LOST:
                return
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    system.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
