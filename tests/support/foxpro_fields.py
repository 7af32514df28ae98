"""Fields of the types that every version with memos has, for tables that tests make."""

from __future__ import annotations

from counterfoil.foxpro import Field

BESIDE_TEXT = (
    Field("rate", "F", 10, 4),
    Field("due", "D"),
    Field("paid", "L"),
    Field("seq", "I"),
    Field("weight", "B", 8, 4),
    Field("total", "Y"),
    Field("seen", "T"),
    Field("notes", "M"),
)
