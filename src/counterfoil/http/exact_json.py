"""JSON read without loss: every number stays the digits that were sent, as text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NoReturn

_DEPTH_MAX = 64


class MalformedJsonError(ValueError):
    """Not one well-formed JSON value, or one that two parsers would read differently."""


def decode_exact(text: bytes) -> object:
    """A JSON value whose numbers are strings of their own digits.

    Raises:
        MalformedJsonError: not UTF-8, not JSON, too deep, a key stands twice, or NaN or infinity.
    """
    try:
        value: object = json.loads(
            text.decode("utf-8"),
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_distinct,
        )
    except (UnicodeDecodeError, RecursionError) as error:
        raise MalformedJsonError("not readable as JSON") from error
    except json.JSONDecodeError as error:
        raise MalformedJsonError(f"not JSON: {error.msg} at character {error.pos}") from error
    _check_depth(value)
    return value


def decode_exact_object(text: bytes) -> dict[str, object]:
    """The same, for a body that must be an object.

    Raises:
        MalformedJsonError: as above, or the value is no object.
    """
    value = decode_exact(text)
    if not isinstance(value, dict):
        raise MalformedJsonError("not a JSON object")
    return value


def _refuse_constant(word: str) -> NoReturn:
    raise MalformedJsonError(f"{word} is no JSON number")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedJsonError("a key stands twice in one object")
    return result


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(_DEPTH_MAX):
        level = [child for holder in level for child in _children(holder)]
        if not level:
            return
    raise MalformedJsonError(f"more than {_DEPTH_MAX} levels deep")


def _children(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()
