"""One row with a field of every type that expressions know, and what an expression makes of it."""

from __future__ import annotations

from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.records.fields import NULLABLE, Field, Value, placed
from counterfoil.foxpro.records.null_flags import null_flags_field
from counterfoil.foxpro.records.record import RecordCodec

_VISIBLE = (
    Field("custno", "C", 6),
    Field("company", "C", 12),
    Field("balance", "N", 12, 4),
    Field("rate", "F", 10, 4),
    Field("seq", "I"),
    Field("weight", "B", 8, 4),
    Field("total", "Y"),
    Field("due", "D"),
    Field("seen", "T"),
    Field("paid", "L"),
    Field("remark", "V", 10),
    Field("note", "C", 6, flags=NULLABLE),
    Field("score", "N", 8, 2, flags=NULLABLE),
    Field("born", "D", flags=NULLABLE),
    Field("agreed", "L", flags=NULLABLE),
    Field("code", "V", 4, flags=NULLABLE),
)


def with_bits(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields in their places, with the hidden one behind them that keeps their bits."""
    hidden = null_flags_field(fields)
    return placed((*fields, hidden) if hidden else fields)


FIELDS = with_bits(_VISIBLE)
CODEC = RecordCodec("rows", FIELDS, "cp1252")


def row(**values: Value) -> bytes:
    return CODEC.encode(values)


def key_of(text: str, recno: int, **values: Value) -> bytes:
    """The key of a row; as long as was said before any row was seen."""
    compiled = compile_key(text, FIELDS, "cp1252", alias="rows")
    found = compiled.evaluate(recno, row(**values))
    assert len(found) == compiled.length
    return found


def answer(text: str, **values: Value) -> bool | None:
    """What a condition says of a row; None: NULL."""
    return compile_filter(text, FIELDS, "cp1252").evaluate(1, row(**values))
