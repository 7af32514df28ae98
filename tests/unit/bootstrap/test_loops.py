from __future__ import annotations

import threading
from datetime import timedelta

from counterfoil.bootstrap.loops import Loop
from counterfoil.ports.errors import TransientError


def test_a_failed_turn_is_shown_and_does_not_end_the_loop() -> None:
    failed, worked = threading.Event(), threading.Event()

    def turn() -> None:
        if not failed.is_set():
            failed.set()
            raise TransientError("away")
        worked.set()

    loop = Loop("poll", turn, pause=timedelta(hours=1))
    loop.start()
    assert failed.wait(5)
    loop.wake()
    assert worked.wait(5)
    loop.stop()
    assert loop.state == "stopped"


def test_a_loop_ends_while_it_waits() -> None:
    turned = threading.Event()

    def turn() -> None:
        turned.set()

    loop = Loop("poll", turn, pause=timedelta(hours=1))
    loop.start()
    assert turned.wait(5)
    assert loop.state == "works"
    loop.stop()


def test_the_state_of_a_failing_loop_tells_why() -> None:
    turned = threading.Event()

    def turn() -> None:
        if turned.is_set():
            raise AssertionError("one turn was expected")
        turned.set()
        raise TransientError("PayTrace is away")

    loop = Loop("poll", turn, pause=timedelta(hours=1))
    loop.start()
    assert turned.wait(5)
    for _ in range(500):
        if loop.state.startswith("failed"):
            break
        threading.Event().wait(0.01)
    assert loop.state == "failed 1 times in a row: PayTrace is away"
    loop.stop()
