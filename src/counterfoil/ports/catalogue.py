"""What a flow may do: the operations that connectors and the runtime publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Nature(Enum):
    """What repeating an operation means."""

    PURE = "pure"
    """The same inputs give the same result; it is repeated freely."""
    READING = "reading"
    """It asks the world; a repeated run takes what was read the first time."""
    EFFECT = "effect"
    """It changes the world: its intent is stored before, its result after, and it happens once."""


class FieldType(Enum):
    """What a field holds."""

    MONEY = "money"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultField:
    """A field of an operation's result, for the conditions of a flow."""

    name: str
    label: str
    """What it is, in plain words."""
    type: FieldType
    example: str
    words: tuple[str, ...] = ()
    """All that a text may be, where the list is closed."""
    may_be_absent: bool = False
    """Whether the result may lack it: an amount that is not known, a text that is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSpec:
    """An operation as flows see it: what it needs, and the outcomes that a flow must route."""

    name: str
    label: str
    """What it does, in plain words."""
    nature: Nature
    inputs: tuple[str, ...] = ()
    """Results it needs; every path to the node must have produced them."""
    optional_inputs: tuple[str, ...] = ()
    """Results it uses when the run has produced them."""
    outcomes: tuple[str, ...]
    results: tuple[ResultField, ...] = ()
    """What conditions may ask of its result."""
    item_key: str = ""
    """Of one whose result is a list under `items`: the field by which each item is known among the others."""


Catalogue = Mapping[str, OperationSpec]
"""Operations by name."""
