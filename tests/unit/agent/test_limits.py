from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from counterfoil.agent.limits import InHand, Limits, Pace
from counterfoil.http.problem import RequestRefusedError

LIMITS = Limits(in_hand_max=1, waiting_max=1, wait_seconds=0)


class Held:
    """An application whose requests are in hand until they are let go of."""

    def __init__(self) -> None:
        self.begun = 0
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


async def ask(app: InHand, path: str = "/postings") -> tuple[int, MutableMapping[str, Any]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "path": path, "method": "GET", "headers": []}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def turns() -> None:
    """Lets every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def in_hand(limits: Limits) -> tuple[Held, InHand]:
    held = Held()
    return held, InHand(held, limits, always={"/pause"})


def test_what_is_too_much_at_once_is_refused_with_a_problem_and_the_rest_goes_on() -> None:
    async def work() -> None:
        held, app = in_hand(LIMITS)
        first = asyncio.create_task(ask(app))
        await turns()
        status, problem = await ask(app)
        assert (status, problem["status"]) == (429, 429)
        assert "too many requests at once" in problem["detail"]
        held.let_go.set()
        assert (await first)[0] == 200
        assert (await ask(app))[0] == 200

    asyncio.run(work())


def test_a_request_waits_for_its_turn() -> None:
    async def work() -> None:
        held, app = in_hand(Limits(in_hand_max=1, waiting_max=1, wait_seconds=60))
        both = [asyncio.create_task(ask(app)) for _ in range(2)]
        await turns()
        assert held.begun == 1
        assert (await ask(app))[0] == 429
        held.let_go.set()
        assert [status for status, _ in await asyncio.gather(*both)] == [200, 200]

    asyncio.run(work())


def test_the_operator_passes_whatever_is_in_hand() -> None:
    async def work() -> None:
        held, app = in_hand(LIMITS)
        first = asyncio.create_task(ask(app))
        operator = asyncio.create_task(ask(app, "/pause"))
        await turns()
        assert held.begun == 2
        held.let_go.set()
        assert [status for status, _ in await asyncio.gather(first, operator)] == [200, 200]

    asyncio.run(work())


def test_a_caller_has_a_burst_and_then_a_pace_and_others_are_not_touched() -> None:
    now = [0]
    pace = Pace(Limits(per_second_max=2), monotonic=lambda: now[0])
    for _ in range(4):
        pace.count("hub")
    with pytest.raises(RequestRefusedError, match="requests per second") as refused:
        pace.count("hub")
    assert refused.value.problem.headers == {"retry-after": "1"}
    pace.count("shop")
    now[0] += 1
    pace.count("hub")
    pace.count("hub")
    with pytest.raises(RequestRefusedError):
        pace.count("hub")


def test_callers_who_are_refused_have_one_small_measure_and_take_nothing_from_others() -> None:
    now = [0]
    pace = Pace(Limits(per_second_max=1, refused_per_second_max=2), monotonic=lambda: now[0])
    for _ in range(4):
        pace.count_refused()
    with pytest.raises(RequestRefusedError):
        pace.count_refused()
    pace.count("")
    pace.count("None")
