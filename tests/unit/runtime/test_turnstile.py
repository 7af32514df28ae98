from __future__ import annotations

import threading
from collections.abc import Callable

from counterfoil.runtime.turnstile import Turnstile


class Guests:
    """Threads that go through a turnstile and stay until they are let go."""

    def __init__(self) -> None:
        self.turnstile = Turnstile()
        self.inside: list[str] = []
        self._doors: dict[str, threading.Event] = {}
        self._entered: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def send(self, name: str, *, alone: bool = False) -> threading.Event:
        """Gives the event that is set once the guest is inside."""
        door, entered = threading.Event(), threading.Event()
        self._doors[name], self._entered[name] = door, entered
        enter = self.turnstile.alone if alone else self.turnstile.together

        def go() -> None:
            with enter():
                self.inside.append(name)
                entered.set()
                door.wait(10)
                self.inside.remove(name)

        thread = threading.Thread(target=go, daemon=True)
        self._threads.append(thread)
        thread.start()
        return entered

    def leave(self, name: str) -> None:
        self._doors[name].set()

    def all_leave(self) -> None:
        for door in self._doors.values():
            door.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()


def is_soon(check: Callable[[float], bool]) -> bool:
    return check(5)


def test_many_are_inside_together() -> None:
    guests = Guests()
    assert all(is_soon(guests.send(name).wait) for name in "abc")
    assert sorted(guests.inside) == ["a", "b", "c"]
    guests.all_leave()
    assert guests.inside == []


def test_one_who_wants_to_be_alone_waits_for_the_others_and_lets_nobody_in() -> None:
    guests = Guests()
    assert is_soon(guests.send("a").wait)
    alone = guests.send("alone", alone=True)
    assert not alone.wait(0.05)
    late = guests.send("late")
    assert not late.wait(0.05)
    guests.leave("a")
    assert is_soon(alone.wait)
    assert guests.inside == ["alone"]
    assert not late.wait(0.05)
    guests.leave("alone")
    assert is_soon(late.wait)
    guests.all_leave()


def test_two_who_want_to_be_alone_come_one_after_the_other() -> None:
    guests = Guests()
    first, second = (guests.send(name, alone=True) for name in ("first", "second"))
    while not (first.is_set() or second.is_set()):
        first.wait(0.01)
    assert len(guests.inside) == 1
    guests.leave(guests.inside[0])
    assert is_soon(first.wait)
    assert is_soon(second.wait)
    guests.all_leave()
