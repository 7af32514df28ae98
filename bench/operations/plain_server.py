"""The web hook of the plain job: `python -m bench.operations.plain_server MODE PORT CONNINFO`."""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.operations.plain import PATH, new_event
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.runtime.engine import Engine
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox


def application(inbox: Inbox | None) -> Starlette:
    """Answers once the event is stored with its run and job; without an inbox it keeps nothing."""

    async def hook(request: Request) -> Response:
        number = int((await request.body()) or b"0")
        if inbox is not None:
            await asyncio.wrap_future(inbox.submit(new_event(number)))
        return Response(status_code=200)

    return Starlette(routes=[Route(PATH, hook, methods=["POST"])])


def main(mode: str, port: int, conninfo: str) -> None:
    inbox = None
    if mode != "noop":
        database = Database(conninfo)
        inbox = Inbox(database, Engine(database.conninfo).defer, clock=SystemClock(), ids=SystemIds())
        inbox.start()
    uvicorn.run(application(inbox), host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
