"""The server side of the intake measurement: `python -m bench.intake_server MODE PORT CONNINFO`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override

from counterfoil.connectors.paytrace.intake import read_silent_post
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.store.database import Database
from counterfoil.store.hints import HintInbox, NewHint
from counterfoil.web.hooks import HintAnswer, HintIntake, Kept, Malformed, hook_routes

CONNECTION = "bench"


class Measured(HintIntake):
    """Keeps hints in one of three ways: not at all, in groups, or with a commit for each."""

    def __init__(self, mode: str, inbox: HintInbox | None) -> None:
        self._mode = mode
        self._inbox = inbox

    @override
    async def silent_post(self, address: str, body: bytes) -> HintAnswer:
        if self._inbox is None:
            return Kept()
        push = read_silent_post(body)
        new = NewHint(
            connection=CONNECTION,
            source="silent_post",
            subject=push.transaction or "",
            body=push.body,
            redacted=push.redacted,
        )
        if self._mode == "single":
            await asyncio.to_thread(self._inbox.store, [new])
        else:
            await asyncio.wrap_future(self._inbox.submit(new))
        return Kept()

    @override
    async def relay(self, connection: str, headers: Mapping[str, str], body: bytes) -> HintAnswer:
        return Malformed("not measured")


def main(mode: str, port: int, conninfo: str) -> None:
    inbox = None
    if mode != "noop":
        inbox = HintInbox(Database(conninfo), clock=SystemClock(), ids=SystemIds())
        inbox.start()
    app = Starlette(routes=list(hook_routes(Measured(mode, inbox))))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
