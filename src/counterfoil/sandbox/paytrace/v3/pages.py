"""Pages of the V3 lists: a limit that has a ceiling, and an offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer
from counterfoil.sandbox.paytrace.v3.calls import Call
from counterfoil.sandbox.paytrace.v3.errors import Fault

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[_Row]):
    """The rows of one page, and where it lies in the whole."""

    rows: Sequence[_Row]
    total: int
    limit: int
    offset: int

    def told(self) -> dict[str, object]:
        return {"total": self.total, "limit": self.limit, "offset": self.offset}


def page_of(
    call: Call, rows: Sequence[_Row], most: int, usual: int | None = None, fields: Body | None = None
) -> Page[_Row] | Answer:
    """The page that the query, or other fields, ask for; more than the ceiling is refused, not cut."""
    fields = fields or call.query
    limit = fields.number("limit") if fields.has("limit") else min(usual or most, most)
    offset = fields.number("offset")
    if not 1 <= limit <= most:
        return call.invalid(Fault("limit", f"limit must be 1 to {most}."))
    return Page(rows=rows[offset : offset + limit], total=len(rows), limit=limit, offset=offset)
