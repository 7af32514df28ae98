"""Values read out of a record by their type, and shown to people; what does not fit is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from counterfoil.domain.money import Money, MoneyError, exponent
from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.types import (
    DIGITS_MAX,
    PLACES_MAX,
    WHOLE_DIGITS_MAX,
    WIDTH_MAX,
    Kind,
    Type,
    Value,
)

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d{1,15}(\.\d{1,4})?", re.ASCII)
"""Numbers that are within all bounds at first sight."""
_NUMBER_TEXT_MAX = 60
_SURROGATE = re.compile("[\ud800-\udfff]")
_MONEY = re.compile(r"(\S{1,60}) ([A-Z]{3})")


class RefusedError(ValueError):
    """A value that is not what its type or a transform promises; says why and what to do."""


def read_value(raw: object, wanted: Type) -> Value | None:
    """The typed value, or None where it is empty; blanks around a text do not count.

    Raises:
        RefusedError: it is not of the type, or empty where it must not be.
    """
    return reader(wanted)(raw)


def reader(wanted: Type) -> Callable[[object], Value | None]:
    """The same for one type, to be asked often."""
    read = _READERS[wanted.kind]
    optional = wanted.optional

    def run(raw: object) -> Value | None:
        if isinstance(raw, str):
            raw = raw.strip()
        if raw is None or raw == "":
            if optional:
                return None
            raise RefusedError(f"is empty, and {wanted} must not be")
        return read(raw, wanted)

    return run


def _text(raw: object, wanted: Type) -> str:
    if not isinstance(raw, str):
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
            raise _unlike(raw, "a text")
        raw = plain(_number(raw))
    if not raw.isascii() and has_half_sign(raw):
        raise RefusedError(f"{quoted(raw)} holds half a character")
    most = wanted.width or WIDTH_MAX
    if len(raw) > most:
        raise RefusedError(f"{quoted(raw)} has {len(raw)} characters, more than {most}")
    return raw


def has_half_sign(text: str) -> bool:
    """Whether a text holds a surrogate, which JSON and YAML can write and no file can hold."""
    return _SURROGATE.search(text) is not None


def parse_number(text: str) -> Decimal:
    """A bounded, exact number from digits as written.

    Raises:
        RefusedError: it is none, or too large or too fine to be one.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if len(text) > _NUMBER_TEXT_MAX or not _NUMBER.fullmatch(text):
        raise RefusedError(f"{quoted(text)} is not a number such as 1234.50")
    return bounded(Decimal(text))


def bounded(number: Decimal) -> Decimal:
    """The number itself.

    Raises:
        RefusedError: it has more digits than are kept exactly.
    """
    if not number.is_finite():
        raise RefusedError(f"{number} is not a finite number")
    scale = number.as_tuple().exponent
    whole = number.adjusted() if number else 0
    if (
        len(number.as_tuple().digits) > DIGITS_MAX
        or whole >= WHOLE_DIGITS_MAX
        or not isinstance(scale, int)
        or not -PLACES_MAX <= scale <= WHOLE_DIGITS_MAX
    ):
        raise RefusedError(
            f"more than {DIGITS_MAX} digits, {WHOLE_DIGITS_MAX} of them whole, or {PLACES_MAX} places"
        )
    return number


def _fitting(raw: object, wanted: Type) -> Decimal:
    return fit_number(_number(raw), wanted)


def _number(raw: object) -> Decimal:
    match raw:
        case bool():
            raise _unlike(raw, "a number")
        case Decimal():
            return bounded(raw)
        case int():
            return parse_number(str(raw)) if abs(raw) < 10**DIGITS_MAX else parse_number("too large")
        case str():
            return parse_number(raw)
        case _:
            raise _unlike(raw, "a number")


def fit_number(number: Decimal, wanted: Type) -> Decimal:
    """The number itself, where it fits; nothing is rounded.

    Raises:
        RefusedError: it has more digits or decimal places than the type.
    """
    if wanted.places is not None and number != number.quantize(Decimal(1).scaleb(-wanted.places)):
        raise RefusedError(f"{plain(number)} has more than {wanted.places} decimal places")
    limit = digit_limit(wanted)
    if limit is not None and abs(number) >= limit:
        raise RefusedError(f"{plain(number)} has more digits than {wanted}")
    return number


def digit_limit(wanted: Type) -> Decimal | None:
    """The first whole number that has too many digits for a number of the type."""
    if wanted.kind is not Kind.NUMBER or wanted.width is None:
        return None
    return Decimal(1).scaleb(wanted.width - (wanted.places or 0))


def _money(raw: object, wanted: Type) -> Money:
    found = (
        _written_money(raw, wanted.currency) if isinstance(raw, str) else _given_money(raw, wanted.currency)
    )
    if wanted.currency not in {None, found.currency}:
        raise RefusedError(f"is in {found.currency}, not in {wanted.currency}")
    return found


def _written_money(raw: str, currency: str | None) -> Money:
    if currency is not None:
        return make_money(parse_number(raw), currency)
    written = _MONEY.fullmatch(raw)
    if written is None:
        raise RefusedError(f"{quoted(raw)} is not money such as 12.50 USD")
    return make_money(parse_number(written[1]), written[2])


def _given_money(raw: object, currency: str | None) -> Money:
    match raw:
        case Money():
            return make_money(raw.amount, raw.currency)
        case {"amount": amount, "currency": str(code)}:
            return make_money(_number(amount), code)
        case _ if currency is not None:
            return make_money(_number(raw), currency)
        case _:
            raise _unlike(raw, "money such as 12.50 USD")


def make_money(number: Decimal, currency: str) -> Money:
    """Payable money; nothing is rounded.

    Raises:
        RefusedError: a part of a cent, or no currency.
    """
    exact = number.quantize(_unit(currency))
    if exact != number:
        raise RefusedError(f"{plain(number)} {currency} has parts of a minor unit; round it first")
    try:
        return Money(exact, currency)
    except MoneyError as error:
        raise RefusedError(str(error)) from error


@lru_cache(maxsize=256)
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


def _flag(raw: object, _wanted: Type) -> bool:
    if raw in ("true", "false"):
        return raw == "true"
    if not isinstance(raw, bool):
        raise _unlike(raw, "true or false")
    return raw


def _date(raw: object, _wanted: Type) -> date:
    try:
        value = date.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise _unlike(raw, _DATE) from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _unlike(raw, _DATE)
    return value


def _moment(raw: object, _wanted: Type) -> datetime:
    try:
        value = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    except ValueError as error:
        raise _unlike(raw, _MOMENT) from error
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _unlike(raw, _MOMENT)
    return value


_DATE = "a date such as 2026-11-26"
_MOMENT = "a moment with its zone such as 2026-11-26T09:30:00-06:00"

_READERS: dict[Kind, Callable[[object, Type], Value]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _fitting,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
}


def _unlike(raw: object, wanted: str) -> RefusedError:
    shown = quoted(raw) if isinstance(raw, str) else f"a {type(raw).__name__}"
    return RefusedError(f"{shown} is not {wanted}")


def plain(number: Decimal) -> str:
    """Digits without an exponent."""
    return format(number, "f")


_WORDS = {None: "", True: "true", False: "false"}


def show(value: Value | None) -> str:
    """A value for people and for JSON: exact, and the same on every machine."""
    match value:
        case None | bool():
            return _WORDS[value]
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case Money(amount, currency):
            return f"{plain(amount)} {currency}"
        case str():
            return value


def look_up(record: Mapping[str, object], path: tuple[str, ...]) -> object:
    """What stands in the record at the path; None where nothing does."""
    found: object = record
    for name in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found
