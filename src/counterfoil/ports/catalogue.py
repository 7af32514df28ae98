"""What a flow may do: the operations that connectors and the runtime publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from counterfoil.ports.field_types import FieldSpec, RecordSpec


class Nature(Enum):
    """What repeating an operation means."""

    PURE = "pure"
    """The same inputs give the same result; it is repeated freely."""
    READING = "reading"
    """It asks the world; a repeated run takes what was read the first time."""
    EFFECT = "effect"
    """It changes the world: its intent is stored before, its result after, and it happens once."""


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
    takes: Mapping[str, RecordSpec] = field(default_factory=dict)
    """What each input is made of."""
    gives: Mapping[str, RecordSpec] = field(default_factory=dict)
    """What its result is made of, by outcome; nodes may take nothing of an outcome that is not named."""
    settings: tuple[FieldSpec, ...] = ()
    """Constants that a node gives it under `set`; they hold no secret."""
    connects: bool = False
    """Whether a node names the connection through which it reaches another system."""
    item_key: str = ""
    """Of one whose result is a list under `items`: the field by which each item is known among the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerSpec:
    """What may start a flow: kinds of events, and the record that each of them carries."""

    name: str
    label: str
    kinds: tuple[str, ...]
    carries: RecordSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSpec:
    """A system that flows can reach, with all that it offers."""

    name: str
    label: str
    settings: tuple[FieldSpec, ...] = ()
    """What a connection says beside its secrets."""
    secrets: tuple[FieldSpec, ...] = ()
    """What a connection keeps sealed."""
    triggers: tuple[TriggerSpec, ...] = ()
    operations: tuple[OperationSpec, ...] = ()
    records: tuple[RecordSpec, ...] = ()
    """Records of the system that mappings lead to or come from, beside those of operations."""


Catalogue = Mapping[str, OperationSpec]
"""Operations by name."""
