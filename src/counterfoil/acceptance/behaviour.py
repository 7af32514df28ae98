"""What an operation of a connector does, tried on a system of the connector's own tests.

A key has one effect; a lost answer is unknown and is not sent again without being asked; so is whatever does
not say what became of a write; a secret is in no error, answer or log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from structlog.testing import capture_logs
from typing_extensions import override

from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.connectors import Access, Answered, Call, Connector
from counterfoil.ports.errors import ConfigurationError, CounterfoilError, OutcomeUnknownError, TransientError

_HARD_KEY = "dev/01/Lager ü/order 1 " + "x" * 300
"""Keys hold whatever people called their orders."""


class System(Protocol):
    """The system that the connector talks to in the trial; `Counterpart` is one that speaks HTTP."""

    @property
    def requests(self) -> int: ...

    @property
    def effects(self) -> int: ...

    @property
    def odd(self) -> Sequence[tuple[int, bytes]]:
        """Answers that do not say what became of a write: status and body."""
        ...

    def lose_next(self) -> None: ...

    def answer_next(self, status: int, body: bytes) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One operation with what it is tried with: a call that the system carries out."""

    connector: Connector
    access: Access
    call: Call
    system: System

    @property
    def spec(self) -> OperationSpec:
        return next(each for each in self.connector.spec.operations if each.name == self.call.operation)


Said = Answered | CounterfoilError
"""How a call ended."""


def misbehaviours(trial: Trial) -> list[str]:
    """What is to be mended before the operation may be used; empty where nothing is."""
    with _listening() as heard:
        ended: list[Said] = []
        found = list(_tried(trial, ended))
    secrets = [each.reveal() for each in trial.access.secrets.values()]
    told = [*heard, *(f"{each!r} {each}" for each in ended), repr(trial.access)]
    shown = any(secret in text for secret in secrets for text in told)
    found += ["a secret is shown in an error, an answer or a log"] if shown else []
    return [f"{trial.call.operation}: {each}" for each in found]


def _tried(trial: Trial, ended: list[Said]) -> Iterator[str]:
    def act(key: str = "") -> Said:
        ended.append(_acted(trial, replace(trial.call, key=key or trial.call.key)))
        return ended[-1]

    yield from _opened(trial)
    effects = trial.system.effects
    answer = act()
    if not isinstance(answer, Answered):
        yield f"the call of the trial is not carried out: {answer}"
        return
    if answer.outcome not in trial.spec.outcomes:
        yield f"ends as {answer.outcome!r}, which it never said it could"
    if trial.spec.nature is Nature.EFFECT:
        yield from _once(trial, act)
        yield from _unknown(trial, act)
    else:
        yield from _read(trial, act, effects)


def _opened(trial: Trial) -> Iterator[str]:
    before = trial.system.requests
    trial.connector.open(trial.access).close()
    if trial.system.requests != before:
        yield "opening the connection reaches the system"


def _once(trial: Trial, act: Callable[..., Said]) -> Iterator[str]:
    before = trial.system.effects
    act()
    if trial.system.effects != before:
        yield "the same key twice has two effects: hand call.key on"
    hard = act(_HARD_KEY)
    if not isinstance(hard, Answered):
        yield f"a long key with blanks and other letters is not carried out: {hard}"
    elif trial.system.effects != before + 1:
        yield "another key has no effect of its own"


def _unknown(trial: Trial, act: Callable[..., Said]) -> Iterator[str]:
    requests, effects = trial.system.requests, trial.system.effects
    trial.system.lose_next()
    if not isinstance(act("lost"), OutcomeUnknownError):
        yield "a write whose answer was lost is no OutcomeUnknownError"
    if trial.system.requests != requests + 1:
        yield "a write whose answer was lost is sent again without asking"
    act("lost")
    if trial.system.effects != effects + 1:
        yield "a lost write that is repeated under its key has two effects"
    for number, (status, body) in enumerate(trial.system.odd):
        trial.system.answer_next(status, body)
        if not isinstance(act(f"odd {number}"), OutcomeUnknownError):
            yield f"an answer that does not say what became of a write ({status}) is no OutcomeUnknownError"


def _read(trial: Trial, act: Callable[..., Said], effects: int) -> Iterator[str]:
    trial.system.lose_next()
    lost = act()
    if not isinstance(lost, TransientError) or isinstance(lost, OutcomeUnknownError):
        yield "a read whose answer was lost is no TransientError"
    if trial.system.effects != effects:
        yield "it reads, and has an effect there"


def _acted(trial: Trial, call: Call) -> Said:
    """A connection of its own, as a run has it; what is none of the declared errors goes on."""
    try:
        with closing(trial.connector.open(trial.access)) as opened:
            return opened.act(call)
    except (TransientError, ConfigurationError) as error:
        return error


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, as texts."""
    lines: list[str] = []
    handler, root = _Lines(lines), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with capture_logs() as events:
            yield lines
        lines += [str(each) for each in events]
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
