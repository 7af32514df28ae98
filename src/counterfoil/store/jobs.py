"""What the store asks of the engine: a job for a run, put into the store's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run to be carried; jobs with the same lock are carried one after the other, in the order given."""

    run: str
    lock: str


def lock_name(environment: str, order_key: str) -> str:
    """The same payment may pass through several environments at once; order is kept in each of them."""
    return f"{environment}/{order_key}"


Defer = Callable[[sa.Connection, Sequence[Job]], None]
"""Inserts jobs through the connection: they exist if and only if its transaction commits."""
