"""The published test card numbers, in the ways in which people and programs write card numbers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

from tests.unit.sandbox_paytrace.client import AMEX, DISCOVER, MASTERCARD, VISA

CARDS = (VISA, MASTERCARD, DISCOVER, AMEX, "4111111111111111", "4012881888818888")


def spellings(number: str) -> Iterator[tuple[str, str]]:
    """The way's name, and the number written so."""
    groups = [number[:4], number[4:10], number[10:]] if len(number) == 15 else _fours(number)
    yield "plain", number
    for name, gap in (
        ("spaced", " "),
        ("dashed", "-"),
        ("dotted", "."),
        ("no-break space", "\u00a0"),
        ("en dash", "\u2013"),
        ("zero width", "\u200b"),
        ("soft hyphen", "\u00ad"),
        ("underlined", "_"),
    ):
        yield name, gap.join(groups)
    yield "full width", "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    yield "percent", quote(" ".join(groups))
    yield "html", "&nbsp;".join(groups)
    yield "base64", base64.b64encode(number.encode()).decode()
    yield "lines", "\n".join(groups)


def _fours(number: str) -> list[str]:
    return [number[start : start + 4] for start in range(0, len(number), 4)]


def all_spellings() -> dict[str, str]:
    """By a name for the test's report; what is written is given last."""
    return {f"{name}-{number[:6]}": text for number in CARDS for name, text in spellings(number)}
