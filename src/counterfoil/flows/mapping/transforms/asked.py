"""What a transform is, and one use of it in a mapping: its inputs' types and its parameters, checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from counterfoil.flows.document import Part
from counterfoil.flows.errors import FlowError, nearest, quoted
from counterfoil.flows.mapping.parts import items, written
from counterfoil.flows.mapping.tables import Row, Table
from counterfoil.flows.mapping.types import Kind, Type, Value, misfit, remedy
from counterfoil.flows.mapping.values import RefusedError, read_value


class Env(Protocol):
    """What a step may see of the record that is mapped: other values by name; it tells the rows it used."""

    def get(self, name: str) -> Value | None: ...

    def used(self, table: Table, row: Row) -> None: ...


Made = TypeVar("Made")
Inputs = tuple[Value | None, ...]
Run = Callable[[Inputs, Env], Value | None]


class Planned(NamedTuple):
    """What a use of a transform gives, and how."""

    gives: Type
    run: Run


class Scope(Protocol):
    """What a transform may name: values of the mapping and tables; what is costly is made once for all."""

    def type_of(self, name: str, part: Part) -> Type: ...

    def table(self, name: str, part: Part) -> Table: ...

    def once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named setting of a transform; without a default it may be left out only where it is optional."""

    name: str
    says: str
    default: str | None = None
    optional: bool = False

    @property
    def is_needed(self) -> bool:
        return self.default is None and not self.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A named step with its signature."""

    name: str
    takes: tuple[Kind, ...]
    """The kinds that it takes; none where it takes every kind."""
    gives: str
    """In words: the signature's right side."""
    says: str
    plan: Callable[[Asked], Planned]
    parameters: tuple[Parameter, ...] = ()
    inputs_max: int = 1
    takes_empty: bool = False
    """Whether it is asked where an input is empty; otherwise it then gives empty."""


class Asked:
    """One use of a transform; every question that it cannot answer is told with its line."""

    def __init__(self, transform: Transform, part: Part, inputs: tuple[Type, ...], scope: Scope) -> None:
        self.transform = transform
        self.part = part
        self.inputs = inputs
        self.scope = scope
        self._given = self._parameters()
        self._check_inputs()

    @property
    def input(self) -> Type:
        return self.inputs[0]

    @property
    def may_be_empty(self) -> bool:
        return any(each.optional for each in self.inputs)

    def _parameters(self) -> Mapping[str, Part]:
        if self.part.is_text():
            known = [parameter.name for parameter in self.transform.parameters if parameter.is_needed]
            if known:
                raise self.wrong(f"needs {known[0]!r}: {{{self.transform.name}: {{{known[0]}: ...}}}}")
            return {}
        needed = [each.name for each in self.transform.parameters if each.is_needed]
        others = [each.name for each in self.transform.parameters if not each.is_needed]
        return self.part.fields(needed, others)

    def _check_inputs(self) -> None:
        if len(self.inputs) > self.transform.inputs_max:
            most = self.transform.inputs_max
            raise self.wrong(f"takes {most} value{'s' * (most > 1)}, not {len(self.inputs)}")
        for given in self.inputs:
            takes = self.transform.takes
            if takes and given.kind not in takes:
                wanted = " or ".join(kind.value for kind in takes)
                raise self.wrong(f"takes {wanted}, not {given.kind.value}{remedy(given.kind, takes[0])}")

    def wrong(self, text: str) -> FlowError:
        return self.part.wrong(f"{self.transform.name} {text}")

    def has(self, name: str) -> bool:
        return name in self._given

    def at(self, name: str) -> Part:
        """Where the parameter stands; the transform itself where it is left out."""
        return self._given.get(name, self.part)

    def text(self, name: str) -> str:
        """The parameter as written, blanks included; its default where it is left out."""
        if name in self._given:
            return written(self._given[name])
        found = next(each for each in self.transform.parameters if each.name == name)
        return found.default or ""

    def texts(self, name: str) -> list[str]:
        """One text or a list of them."""
        return [written(part).strip() for part in items(self.at(name))] if self.has(name) else []

    def choice(self, name: str, known: Collection[str]) -> str:
        chosen = self.text(name).strip()
        if chosen not in known:
            raise self.at(name).wrong(f"{quoted(chosen)} is not known{nearest(chosen, known)}")
        return chosen

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds; only for a parameter that was given or has a default."""
        return self.at(name).number(least, most) if self.has(name) else int(self.text(name))

    def literal(self, name: str, wanted: Type) -> Value | None:
        """The parameter as a value of a type."""
        return self.read(name, self.text(name), wanted)

    def read(self, name: str, text: str, wanted: Type) -> Value | None:
        """A text that stands in a parameter, as a value of a type."""
        try:
            return read_value(text, wanted)
        except RefusedError as error:
            raise self.at(name).wrong(str(error)) from error

    def type_of(self, name: str) -> Type:
        """The type of the source or value that the parameter names."""
        return self.scope.type_of(self.text(name).strip(), self.at(name))

    def reference(self, name: str, wanted: Type) -> str:
        """The name of a source or value of a type, whose value a step asks the `Env` for."""
        if reason := misfit(self.type_of(name), wanted):
            raise self.at(name).wrong(f"{quoted(self.text(name))} {reason}")
        return self.text(name).strip()

    def table(self, name: str, *columns: str) -> Table:
        """The table that the parameter names, which must have the columns."""
        table = self.scope.table(self.text(name).strip(), self.at(name))
        for column in columns:
            if column not in table.columns:
                text = f"table {table.name} has no column {quoted(column)}{nearest(column, table.columns)}"
                raise self.at(name).wrong(text)
        return table
