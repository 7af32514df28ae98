"""Passing errors in a flow test: a node that fails so often before it does what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.errors import (
    ConfigurationError,
    CounterfoilError,
    DecisionError,
    OutcomeUnknownError,
    TransientError,
)
from counterfoil.ports.notifier import Notice
from counterfoil.runtime.flow_testing.reading import items
from counterfoil.runtime.memory.notices import MemoryNotices
from counterfoil.runtime.step import Operation, Step, StepResult

TIMES_MAX = 100
LOST = "lost"
_WHY = "as the test says"
ERRORS: Mapping[str, Callable[[str], CounterfoilError]] = {
    "away": TransientError,
    LOST: OutcomeUnknownError,
    "question": DecisionError,
    "setting": ConfigurationError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedError:
    """A node that fails the first times it is tried."""

    node: str
    word: str
    times: int = 1
    why: str = _WHY
    line: int = field(default=0, compare=False)


def read_errors(part: Part | None) -> tuple[StatedError, ...]:
    """What fails in a test, as its file says it.

    Raises:
        FlowError: it is none; says the line.
    """
    return tuple(map(_error, items(part) if part is not None else ()))


def _error(part: Part) -> StatedError:
    parts = part.fields(("node", "error"), ("times", "why"))
    word = parts["error"].text()
    if word not in ERRORS:
        raise parts["error"].wrong(f"{quoted(word)} is not known{nearest(word, ERRORS)}")
    return StatedError(
        node=parts["node"].text(),
        word=word,
        times=parts["times"].number(1, TIMES_MAX) if "times" in parts else 1,
        why=parts["why"].text() if "why" in parts else _WHY,
        line=part.line,
    )


class Troubles:
    """The errors that are still to come, node by node or channel by channel."""

    def __init__(self) -> None:
        self._left: dict[str, list[StatedError]] = {}

    def expect(self, errors: Sequence[StatedError], names: Callable[[str], str]) -> None:
        """Takes the errors of the next run; `names` says under which name a node's errors are met."""
        self._left = {}
        for each in errors:
            self._left.setdefault(names(each.node), []).extend([each] * each.times)

    def meet(self, name: str) -> StatedError | None:
        """The error that comes now."""
        left = self._left.get(name)
        return left.pop(0) if left else None

    def around(self, operation: Operation) -> Operation:
        """The operation, which fails first at nodes of which the test says so."""

        def act(step: Step) -> StepResult:
            error = self.meet(step.name.partition("#")[0])
            if error is None:
                return operation.act(step)
            if error.word == LOST:
                operation.act(step)
            raise ERRORS[error.word](error.why)

        return replace(operation, act=act)


class TroubledNotices(MemoryNotices):
    """Channels that fail first where the test says so."""

    def __init__(self, troubles: Troubles) -> None:
        super().__init__()
        self._troubles = troubles

    @override
    def send(self, environment: str, notice: Notice) -> None:
        error = self._troubles.meet(channel_name(notice.channel))
        if error is not None:
            raise ERRORS[error.word](error.why)
        super().send(environment, notice)


def channel_name(channel: str) -> str:
    """Under which name a channel's errors are met; no node bears such a one."""
    return f"channel {channel}"
