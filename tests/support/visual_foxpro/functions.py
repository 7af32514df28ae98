"""Visual FoxPro's functions that touch neither tables nor files, as the language reference tells them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.support.visual_foxpro.values import (
    Array,
    Cell,
    Currency,
    EmptyDate,
    FoxError,
    Null,
    is_empty,
    kind_of,
    number,
    text,
    truth,
)


@dataclass(frozen=True, slots=True)
class Function:
    act: Callable[..., Any]
    least: int
    most: int


def _at(sought: object, where: object, occurrence: object = 1.0) -> float:
    place = -1
    for _ in range(int(number(occurrence))):
        place = text(where).find(text(sought), place + 1)
        if place < 0:
            return 0.0
    return place + 1.0


def _substr(value: object, start: object, count: object = None) -> str:
    first = int(number(start)) - 1
    if first < 0:
        raise FoxError(11, "Function argument value, type, or count is invalid")
    return text(value)[first:] if count is None else text(value)[first : first + max(int(number(count)), 0)]


def _str(value: object, width: object = 10.0, decimals: object = 0.0) -> str:
    places, size = int(number(decimals)), int(number(width))
    rounded = Decimal(repr(number(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    written = f"{rounded:.{places}f}"
    return written.rjust(size) if len(written) <= size else "*" * size


def _val(value: object) -> float:
    found = re.match(r"\s*[-+]?\d*\.?\d*", text(value))
    digits = found[0].strip() if found else ""
    return float(digits) if any(character.isdecimal() for character in digits) else 0.0


def _round(value: object, places: object) -> object:
    step = Decimal(1).scaleb(-int(number(places)))
    return float(Decimal(repr(number(value))).quantize(step, ROUND_HALF_UP))


def _date(year: object, month: object, day: object) -> date:
    try:
        return date(int(number(year)), int(number(month)), int(number(day)))
    except ValueError as error:
        raise FoxError(11, "Function argument value, type, or count is invalid") from error


def _dtos(value: object) -> str:
    if isinstance(value, EmptyDate):
        return " " * 8
    if not isinstance(value, date):
        raise FoxError(11, f"{value!r} is no date")
    return f"{value:%Y%m%d}"


def _ctod(value: object) -> EmptyDate:
    if text(value):
        raise FoxError(11, "dates are made with DATE(), which no setting changes")
    return EmptyDate()


def _ttoc(value: object, form: object) -> str:
    if not isinstance(value, datetime) or number(form) != 1:
        raise FoxError(11, "TTOC() is used with a time and the form 1 only")
    return f"{value:%Y%m%d%H%M%S}"


def _mton(value: object) -> float:
    if not isinstance(value, Currency):
        raise FoxError(11, f"{value!r} is no currency")
    return float(value.amount)


def _alines(cell: Cell, value: object) -> float:
    lines = re.split("\r\n|\r|\n", text(value))
    if lines and not lines[-1]:
        lines.pop()
    cell.value = Array(max(len(lines), 1), 1, list(lines))
    return float(len(lines))


def _asort(cell: Cell) -> float:
    array = cell.value
    assert isinstance(array, Array)
    array.items = [item for line in sorted(array.lines(), key=lambda line: str(line[0])) for item in line]
    return 1.0


def _padl(value: object, width: object, fill: object = " ") -> str:
    return text(value)[: int(number(width))].rjust(int(number(width)), text(fill))


def _padr(value: object, width: object) -> str:
    return text(value)[: int(number(width))].ljust(int(number(width)))


def _mod(value: object, divisor: object) -> float:
    return number(value) - number(divisor) * math.floor(number(value) / number(divisor))


def _asc(value: object) -> float:
    return float(ord(text(value)[0])) if text(value) else 0.0


def _forceext(path: object, ending: object) -> str:
    return f"{text(path).rpartition('.')[0] or text(path)}.{text(ending)}"


def _addbs(path: object) -> str:
    stripped = text(path).rstrip()
    return stripped if not stripped or stripped.endswith("\\") else stripped + "\\"


FUNCTIONS: Mapping[str, Function] = {
    "ADDBS": Function(_addbs, 1, 1),
    "ALINES": Function(_alines, 2, 2),
    "ALLTRIM": Function(lambda value: text(value).strip(" "), 1, 1),
    "ASC": Function(_asc, 1, 1),
    "ASORT": Function(_asort, 1, 1),
    "AT": Function(_at, 2, 3),
    "CHR": Function(lambda value: chr(int(number(value))), 1, 1),
    "CTOD": Function(_ctod, 1, 1),
    "DATE": Function(_date, 3, 3),
    "DTOS": Function(_dtos, 1, 1),
    "EMPTY": Function(is_empty, 1, 1),
    "FORCEEXT": Function(_forceext, 2, 2),
    "INT": Function(lambda value: float(math.trunc(number(value))), 1, 1),
    "ISNULL": Function(lambda value: isinstance(value, Null), 1, 1),
    "LEFT": Function(lambda value, count: text(value)[: max(int(number(count)), 0)], 2, 2),
    "LEN": Function(lambda value: float(len(text(value))), 1, 1),
    "LOWER": Function(lambda value: text(value).lower(), 1, 1),
    "LTRIM": Function(lambda value: text(value).lstrip(" "), 1, 1),
    "MAX": Function(lambda one, other: max(number(one), number(other)), 2, 2),
    "MOD": Function(_mod, 2, 2),
    "MTON": Function(_mton, 1, 1),
    "OCCURS": Function(lambda sought, where: float(text(where).count(text(sought))), 2, 2),
    "PADL": Function(_padl, 2, 3),
    "PADR": Function(_padr, 2, 2),
    "RAT": Function(lambda sought, where: text(where).rfind(text(sought)) + 1.0, 2, 2),
    "RIGHT": Function(lambda value, count: text(value)[-int(number(count)) :], 2, 2),
    "ROUND": Function(_round, 2, 2),
    "RTRIM": Function(lambda value: text(value).rstrip(" "), 1, 1),
    "STR": Function(_str, 1, 3),
    "SUBSTR": Function(_substr, 2, 3),
    "TRIM": Function(lambda value: text(value).rstrip(" "), 1, 1),
    "TTOC": Function(_ttoc, 2, 2),
    "UPPER": Function(lambda value: text(value).upper(), 1, 1),
    "VAL": Function(_val, 1, 1),
    "VARTYPE": Function(kind_of, 1, 1),
}


def pick(condition: object, one: object, other: object) -> object:
    """IIF() evaluates both of its values."""
    return one if truth(condition) else other
