"""A small load generator: keep-alive connections over loopback, bounded in requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a load gave: requests per second and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def post(path: str, port: int, content_type: str, body: bytes, headers: str = "") -> bytes:
    """One HTTP/1.1 request as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {content_type}\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), "0:0")
    await reader.readexactly(int(length.partition(":")[2]))
    return status


async def _client(port: int, requests: Iterator[bytes], seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        started = time.perf_counter()
        writer.write(request)
        status = await _answer(reader)
        if status >= 300:  # noqa: PLR2004 - HTTP statuses
            raise RuntimeError(f"the server answered {status}")
        seconds.append(time.perf_counter() - started)
    writer.close()


def run_load(port: int, request: Callable[[int], bytes], *, requests: int, connections: int) -> Load:
    """Sends so many requests over so many connections and measures each answer."""
    seconds: list[float] = []
    source = iter([request(number) for number in range(requests)])

    async def all_clients() -> None:
        await asyncio.gather(*(_client(port, source, seconds) for _ in range(connections)))

    started = time.perf_counter()
    asyncio.run(all_clients())
    elapsed = time.perf_counter() - started
    ordered = sorted(seconds)
    return Load(
        per_second=requests / elapsed,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
    )
