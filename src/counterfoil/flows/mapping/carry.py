"""Mapping a record: each target worked out once, or why it cannot be; on request with its whole story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.flows.mapping.plan import MappingPlan, Work
from counterfoil.flows.mapping.tables import Row, Table, Used
from counterfoil.flows.mapping.transforms.asked import Inputs
from counterfoil.flows.mapping.types import Value
from counterfoil.flows.mapping.values import RefusedError, look_up, plain, show


@dataclass(frozen=True, slots=True)
class Problem:
    """A target that has no value, and why."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class StepStory:
    """What a transform was given and gave, and the table rows that it used."""

    transform: str
    given: tuple[str, ...]
    gave: str
    rows: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """How one value came about: the names that it came from, and each transform."""

    name: str
    sources: tuple[tuple[str, str], ...]
    steps: tuple[StepStory, ...]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What a record became. Where there is a problem, nothing of it may be used."""

    values: Mapping[str, Value | None]
    problems: tuple[Problem, ...]
    stories: Mapping[str, Story] = field(default_factory=dict)
    """By target; empty unless asked for."""
    value_stories: Mapping[str, Story] = field(default_factory=dict)
    """By the name of each value that a target needed."""


def map_record(plan: MappingPlan, record: Mapping[str, object], *, explain: bool = False) -> Mapped:
    """The record in the target's words; a refused value is a problem, never a guess."""
    look = _Look(plan, record, explain=explain)
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for name, work in plan.targets.items():
        try:
            value = look.work_out(work, look.stories)
            if work.limit is not None:
                _check_digits(value, work)
            values[name] = value
        except RefusedError as error:
            problems.append(Problem(name, str(error)))
    return Mapped(
        values=values, problems=tuple(problems), stories=look.stories, value_stories=look.value_stories
    )


def _check_digits(value: Value | None, work: Work) -> None:
    if isinstance(value, Decimal) and abs(value) >= (work.limit or 0):
        raise RefusedError(f"{plain(value)} has more digits than {work.type}")


class _Look:
    """One record while it is mapped: what was read and worked out of it, each once and only when needed."""

    def __init__(self, plan: MappingPlan, record: Mapping[str, object], *, explain: bool) -> None:
        self._plan = plan
        self._record = record
        self._known: dict[str, Value | None] = {}
        self._rows: list[Used] = []
        self._explain = explain
        self.stories: dict[str, Story] = {}
        self.value_stories: dict[str, Story] = {}

    def get(self, name: str) -> Value | None:
        """The value of a source or of a named value."""
        try:
            return self._known[name]
        except KeyError:
            value = self._known[name] = self._found(name)
            return value

    def used(self, table: Table, row: Row) -> None:
        if self._explain:
            self._rows.append(Used(table.name, table.version, row.line, row.cells))

    def _found(self, name: str) -> Value | None:
        source = self._plan.source.get(name)
        try:
            if source is None:
                return self.work_out(self._plan.values[name], self.value_stories)
            path, read = source
            return read(self._record.get(name) if len(path) == 1 else look_up(self._record, path))
        except RefusedError as error:
            raise RefusedError(f"{name}: {error}") from error

    def work_out(self, work: Work, stories: dict[str, Story]) -> Value | None:
        """The value; where it is to be explained, its story is kept among the others."""
        inputs: Inputs = tuple(map(self.get, work.inputs))
        if self._explain:
            stories[work.name], value = self._explained(work, inputs)
            return value
        for step in work.steps:
            is_asked = step.takes_empty or None not in inputs
            inputs = (step.run(inputs, self) if is_asked else None,)
        return inputs[0] if inputs else work.fixed

    def _explained(self, work: Work, inputs: Inputs) -> tuple[Story, Value | None]:
        sources = tuple((name, show(value)) for name, value in zip(work.inputs, inputs, strict=True))
        steps = []
        for step in work.steps:
            outer, self._rows = self._rows, []
            is_asked = step.takes_empty or None not in inputs
            value = step.run(inputs, self) if is_asked else None
            shown = tuple(show(each) for each in inputs)
            steps.append(StepStory(step.name, shown, show(value), tuple(self._rows)))
            self._rows = outer
            inputs = (value,)
        value = inputs[0] if inputs else work.fixed
        return Story(work.name, sources, tuple(steps), show(value)), value
