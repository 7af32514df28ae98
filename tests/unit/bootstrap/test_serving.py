from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette

from counterfoil.bootstrap import serving


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_before_the_server_listens_is_not_lost(number: signal.Signals) -> None:
    server = serving.stoppable(uvicorn.Config(Starlette(), log_level="warning"))
    os.kill(os.getpid(), number)
    with serving.listening(0) as listener:
        server.run([listener])
    assert server.should_exit
