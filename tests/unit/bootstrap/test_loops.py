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
