"""Whether locks that one program holds keep the other out, and nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.selftest.partner import Partner
from counterfoil.foxpro.selftest.stand import Claim, LockStand
from counterfoil.foxpro.selftest.verdicts import Proof, Verdict, judged

ROUNDS = 100
HELD_MS_MAX = 25
SLOW_MS = 100
SHARED_INDEX = Claim("index", exclusive=False)


class Case(NamedTuple):
    """What one program holds, what the other asks for, and whether it must get it."""

    held: Claim
    asked: Claim
    is_given: bool = False


CASES = (
    *(Case(Claim(what), Claim(what)) for what in ("record 1", "header", "file", "index", "memo")),
    Case(Claim("record 1"), Claim("file")),
    Case(Claim("record 1"), Claim("record 2"), is_given=True),
    Case(Claim("record 1"), Claim("header"), is_given=True),
    Case(Claim("header"), Claim("file")),
    Case(Claim("header"), Claim("index"), is_given=True),
    Case(Claim("file"), Claim("record 1")),
    Case(Claim("file"), Claim("header")),
    Case(Claim("index"), SHARED_INDEX),
    Case(SHARED_INDEX, Claim("index")),
    Case(SHARED_INDEX, SHARED_INDEX, is_given=True),
)


class Holder(NamedTuple):
    """One of the two programs, as somebody who takes and releases."""

    take: Callable[[Claim], bool]
    release: Callable[[str], object]


def prove_locks(stand: LockStand, partner: Partner) -> Iterator[Proof]:
    """Every pair of locks, held by either program."""
    ours = Holder(stand.take, stand.release)
    theirs = Holder(
        lambda claim: bool(partner.ask("take", claim.what, claim.exclusive)),
        lambda what: partner.ask("release", what),
    )
    for what in dict.fromkeys(case.held.what for case in CASES):
        cases = [case for case in CASES if case.held.what == what]
        faults = [
            fault
            for case in cases
            for one, other in ((ours, theirs), (theirs, ours))
            for fault in _faults(case, one, other)
        ]
        kept = f"{len(cases)} pairs, both ways round"
        yield judged(f"lock of the {what.split(maxsplit=1)[0]}", dict.fromkeys(faults), kept)


def _faults(case: Case, one: Holder, other: Holder) -> Iterator[str]:
    held, asked = case.held, case.asked
    if not one.take(held):
        yield f"{held} is refused while nobody holds it"
        return
    is_given = other.take(asked)
    if is_given is not case.is_given:
        said = "given" if is_given else "refused"
        yield f"{asked} is {said} while the other program holds {held}"
    if is_given:
        other.release(asked.what)
    one.release(held.what)
    if not other.take(asked):
        yield f"{asked} is refused after the other program released {held}"
    else:
        other.release(asked.what)


def prove_end(stand: LockStand, partner: Partner, patience: Patience) -> Proof:
    """Kill the second program: what it held must come free."""
    names = ("record 1", "header", "index", "memo")
    if not all(partner.ask("take", what, True) for what in names):
        return Proof("locks of a killed program", Verdict.FAIL, "a free lock was refused")
    partner.kill()
    killed = time.monotonic_ns()
    deadline = patience.deadline()
    waiting = list(names)
    while waiting := [what for what in waiting if not stand.take(Claim(what))]:
        if deadline.is_over():
            break
        deadline.pause()
    took = (time.monotonic_ns() - killed) // 1_000_000
    for what in set(names) - set(waiting):
        stand.release(what)
    faults = [f"{what} is still held" for what in waiting]
    return judged("locks of a killed program", faults, f"free after {took} ms", {"free_after_ms": took})


def prove_hand_over(stand: LockStand, partner: Partner) -> Proof:
    """How long it takes until a program that waits has what another gave back."""
    took: list[int] = []
    waiter = Patience().waiter
    for number in range(ROUNDS):
        if not stand.take(Claim("record 1")):
            return Proof("hand-over of a lock", Verdict.FAIL, "a free lock was refused")
        partner.ask("wait", "record 1")
        waiter.pause(number % HELD_MS_MAX)
        released = time.monotonic_ns()
        stand.release("record 1")
        got = partner.answer()
        if not got:
            return Proof("hand-over of a lock", Verdict.FAIL, "a lock that was given back was never got")
        took.append(max(0, got - released) // 1000)
    took.sort()
    median, worst = took[len(took) // 2], took[int(len(took) * 0.99)]
    detail = f"median {median / 1000:.1f} ms, 99 of 100 within {worst / 1000:.1f} ms"
    verdict = Verdict.PASS if worst < SLOW_MS * 1000 else Verdict.WARN
    return Proof("hand-over of a lock", verdict, detail, {"median_us": median, "p99_us": worst})
