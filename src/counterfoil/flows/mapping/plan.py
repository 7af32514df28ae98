"""The static check of a mapping, before it runs: types from source to target, names, widths, tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding, FlowError, nearest, quoted
from counterfoil.flows.mapping.definition import MappingText, Rule, Use, parse_mapping
from counterfoil.flows.mapping.tables import Table
from counterfoil.flows.mapping.transforms import TRANSFORMS
from counterfoil.flows.mapping.transforms.asked import Asked, Made, Run
from counterfoil.flows.mapping.types import Type, Value, misfit, text_type
from counterfoil.flows.mapping.values import RefusedError, digit_limit, read_value, reader

_FINDINGS_MAX = 50
_DEPTH_MAX = 50
_COMPARISONS_MAX = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A transform ready to run."""

    name: str
    run: Run
    takes_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How one value is worked out: from others through steps, or fixed."""

    name: str
    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    fixed: Value | None
    type: Type
    limit: Decimal | None = None
    """The first number that is too large for its target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPlan:
    """A mapping that was checked; ready to map records."""

    name: str
    title: str
    version: str
    source: Mapping[str, tuple[tuple[str, ...], Callable[[object], Value | None]]]
    """Path in the record and how what stands there is read, by name."""
    types: Mapping[str, Type]
    """Of the sources."""
    values: Mapping[str, Work]
    targets: Mapping[str, Work]
    tables: Mapping[str, Table]
    """The tables that it uses."""


def read_mapping(text: str, table: Callable[[str], Table | None], known: tuple[str, ...]) -> MappingPlan:
    """A mapping that may run.

    Args:
        text: YAML.
        table: gives a table by its name, or None.
        known: the names of the tables that there are.

    Raises:
        FlowError: it is not sound; tells every finding with its line.
        TableError: a table that it uses is not sound.
    """
    return _Planner(parse_mapping(text), table, known).plan()


class _Unknown(Exception):  # noqa: N818 - no error of its own: the value's own rule was told already
    """A value whose rule is not sound."""


class _Planner:
    """Works through the rules in order and collects what is wrong."""

    def __init__(
        self, mapping: MappingText, table: Callable[[str], Table | None], known: tuple[str, ...]
    ) -> None:
        self._mapping = mapping
        self._table = table
        self._known = known
        self._types: dict[str, Type | None] = {name: field.type for name, field in mapping.source.items()}
        self._tables: dict[str, Table] = {}
        self._findings: list[Finding] = []
        self._comparisons = 0
        self._made: dict[tuple[str, ...], Any] = {}
        self._depths = dict.fromkeys(mapping.source, 0)
        self._depth = 0
        """Of the value that is planned: how many values stand one upon another below it."""

    def plan(self) -> MappingPlan:
        values = {name: work for name, rule in self._mapping.values.items() if (work := self._value(rule))}
        targets = {name: work for name, rule in self._mapping.rules.items() if (work := self._target(rule))}
        self._check_required()
        if self._findings:
            raise FlowError(*sorted(self._findings))
        return MappingPlan(
            name=self._mapping.name,
            title=self._mapping.title,
            version=self._mapping.version,
            source={
                name: (tuple(name.split(".")), reader(field.type))
                for name, field in self._mapping.source.items()
            },
            types={name: field.type for name, field in self._mapping.source.items()},
            values=values,
            targets={name: targets[name] for name in self._mapping.target if name in targets},
            tables=self._tables,
        )

    def type_of(self, name: str, part: Part) -> Type:
        """For transforms: the type of a source or of a value that stands above."""
        if name not in self._types:
            if name in self._mapping.values:
                raise part.wrong(f"{quoted(name)} stands further down; put it above")
            raise part.wrong(f"no source or value {quoted(name)}{self._nearest(name, self._types)}")
        found = self._types[name]
        if found is None:
            raise _Unknown
        self._depth = max(self._depth, self._depths[name] + 1)
        if self._depth > _DEPTH_MAX:
            raise part.wrong(f"more than {_DEPTH_MAX} values one upon another")
        return found

    def table(self, name: str, part: Part) -> Table:
        """For transforms: a table by its name."""
        if name not in self._tables:
            found = self._table(name)
            if found is None:
                raise part.wrong(f"no table {quoted(name)}{self._nearest(name, self._known)}")
            self._tables[name] = found
        return self._tables[name]

    def once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """For transforms: what was made under the key before."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def _value(self, rule: Rule) -> Work | None:
        if rule.name in self._types:
            self._found(rule.part.wrong("is the name of a source already"))
            return None
        work = self._work(rule, text_type(len(rule.fixed or "")))
        self._types[rule.name] = None if work is None else work.type
        self._depths[rule.name] = self._depth
        return work

    def _target(self, rule: Rule) -> Work | None:
        field = self._mapping.target.get(rule.name)
        if field is None:
            self._found(
                rule.part.wrong(
                    f"no target {quoted(rule.name)}{self._nearest(rule.name, self._mapping.target)}"
                )
            )
            return None
        work = self._work(rule, field.type)
        if work is None:
            return None
        if reason := misfit(work.type, field.type):
            self._found(rule.part.wrong(reason))
        return replace(work, type=field.type, limit=digit_limit(field.type))

    def _work(self, rule: Rule, fixed_type: Type) -> Work | None:
        self._depth = 0
        try:
            return self._worked(rule, fixed_type)
        except FlowError as error:
            self._found(error)
        except _Unknown:
            pass
        return None

    def _worked(self, rule: Rule, fixed_type: Type) -> Work:
        if rule.fixed is not None:
            return Work(name=rule.name, inputs=(), steps=(), fixed=_fixed(rule, fixed_type), type=fixed_type)
        types = tuple(self.type_of(name, rule.part) for name in rule.inputs)
        steps = []
        for use in rule.steps:
            step, given = self._step(use, types)
            steps.append(step)
            types = (given,)
        if len(types) > 1:
            raise rule.part.wrong(f"{len(types)} values become one by concat, first_of, sum or lookup")
        return Work(name=rule.name, inputs=rule.inputs, steps=tuple(steps), fixed=None, type=types[0])

    def _step(self, use: Use, inputs: tuple[Type, ...]) -> tuple[Step, Type]:
        transform = TRANSFORMS.get(use.name)
        if transform is None:
            raise use.part.wrong(f"no transform {quoted(use.name)}{self._nearest(use.name, TRANSFORMS)}")
        planned = transform.plan(Asked(transform, use.part, inputs, self))
        return Step(name=use.name, run=planned.run, takes_empty=transform.takes_empty), planned.gives

    def _check_required(self) -> None:
        for name, field in self._mapping.target.items():
            if name not in self._mapping.rules and not field.type.optional:
                self._found(field.part.wrong("is required, and no rule under 'map' gives it"))

    def _nearest(self, name: str, known: Collection[str]) -> str:
        """A suggestion, as long as all of them together cost little."""
        self._comparisons += len(known)
        return nearest(name, known) if self._comparisons <= _COMPARISONS_MAX else ""

    def _found(self, error: FlowError) -> None:
        self._findings += error.findings
        if len(self._findings) >= _FINDINGS_MAX:
            raise FlowError(*sorted(self._findings))


def _fixed(rule: Rule, wanted: Type) -> Value | None:
    try:
        return read_value(rule.fixed, wanted)
    except RefusedError as error:
        raise rule.part.wrong(str(error)) from error
