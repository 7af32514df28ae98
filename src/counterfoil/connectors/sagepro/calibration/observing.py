"""What Sage Pro does that Counterfoil does not post, beside how it did the same thing before; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.calibration.comparing import WHOLE_ROW, Comparison, Finding
from counterfoil.connectors.sagepro.calibration.file import Observed

CODE_WIDTH_MAX = 3
"""Proposed: a text of at most so many characters is a code, which says the same each time."""
_TEXTS = "CV"


def code_columns(table: str, shapes: Mapping[str, Shape]) -> frozenset[str]:
    """The columns of a table that hold codes, by table and column."""
    return frozenset(
        f"{table}.{name}"
        for name, shape in shapes.items()
        if shape.type in _TEXTS and shape.width <= CODE_WIDTH_MAX
    )


def observed_again(before: Observed | None, comparison: Comparison, codes: Collection[str]) -> Observed:
    """What was written now; seen once more where it is the same columns with the same codes as before."""
    findings = comparison.findings
    columns = {_place(each): each.theirs if each.name in codes else "" for each in findings}
    differs = tuple(_differences(before.columns, columns)) if before is not None and before.columns else ()
    return Observed(
        wrote=tuple(each.told for each in findings),
        columns=columns,
        seen=before.seen + 1 if before is not None and not differs else 1,
        differs=differs,
    )


def _place(each: Finding) -> str:
    """Rows that were added or deleted as such are told apart by their table alone."""
    rows = "new rows" if each.is_new else "changed rows"
    return each.table if each.column == WHOLE_ROW else f"{each.name} in {rows}"


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for place in dict.fromkeys((*before, *now)):
        if place not in now:
            yield f"{place}: Sage Pro wrote it before, and not this time"
        elif place not in before:
            yield f"{place}: Sage Pro wrote it this time, and not before"
        elif before[place] != now[place]:
            yield f"{place}: Sage Pro wrote {now[place]!r}, before it wrote {before[place]!r}"
