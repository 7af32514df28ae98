"""What turns short texts into vectors whose directions tell how alike the texts are in meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

UNIT = 10_000
"""The length of a vector: whole numbers, so that the same vectors compare alike on every machine."""

Vector = tuple[int, ...]


class Embedder(Protocol):
    """A model of meaning; it is given names and labels of fields, never values."""

    @property
    def name(self) -> str:
        """What people are told that it is."""
        ...

    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """A vector of length `UNIT` for each text, in order.

        Raises:
            TransientError: it could not be asked just now.
            ConfigurationError: it cannot be used as it is set up.
        """
        ...
