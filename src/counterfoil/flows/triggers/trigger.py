"""What every kind of trigger can tell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.flows.document import Part
from counterfoil.flows.errors import Finding
from counterfoil.flows.schema_parts import Schema
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.field_types import RecordSpec

TRIGGER = "trigger"
"""What nodes take the event's fields from, in place of a node's name."""


class Trigger(ABC):
    """What starts a flow; immutable, and part of the flow's version."""

    __slots__ = ()

    line: int

    @abstractmethod
    def events(self, flow: str) -> str:
        """The kinds of event that start the flow: names, or beginnings with ``*``, with commas between."""

    @abstractmethod
    def content(self) -> dict[str, object]:
        """What the flow's version is made of; the same for the same meaning."""

    @abstractmethod
    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        """What can be known to be wrong with it."""

    @abstractmethod
    def carries(self, catalogue: Catalogue) -> RecordSpec | None:
        """What nodes may ask of the event that started a run; None: nothing."""

    @abstractmethod
    def told(self, body: Mapping[str, object]) -> Mapping[str, object]:
        """These fields of an event's body; one that it lacks is absent."""

    @property
    @abstractmethod
    def words(self) -> str:
        """It in plain words, for pictures and lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerKind:
    """How one kind of trigger is written."""

    entry: str
    """The entry by which it is known."""
    required: Sequence[str] = ()
    """Entries that stand beside it."""
    optional: Sequence[str] = ()
    read: Callable[[Mapping[str, Part], int], Trigger]
    """From its entries and its line; raises FlowError where they are not well-formed."""
    schema: Callable[[], Schema]
