"""Damage as it meets a table's files: lying numbers, pages elsewhere, lost ends; and odd expressions."""

from __future__ import annotations

import random  # noqa: TID251 - the generator comes from the caller's seed
from collections.abc import Callable, Sequence
from typing import Literal

from tests.fuzz.bundle import Bundle

Dice = random.Random
Order = Literal["little", "big"]
Damage = Callable[[bytearray, Dice], None]

PAGE = 512
HEAD = 24
WIDTHS = (1, 2, 4)
ORDERS: tuple[Order, ...] = ("little", "big")
ODD = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
WORDS = """
UPPER( LOWER( TRIM( LTRIM( RTRIM( ALLTRIM( LEFT( RIGHT( SUBSTR( PADL( PADR( STR( VAL( DTOS( DTOC( YEAR(
MONTH( DAY( IIF( EMPTY( DELETED() RECNO() CTOD( STUFF( SPACE( CHR( STRTRAN( INT( ABS( ROUND( AT( BETWEEN(
.NOT. .AND. .OR. NOT ! + - * / ^ % = == <> # < > <= >= $ ( ) , . .T. .F. .NULL. { } {} ' " [ ] & ~ : _
code long amount rate due paid seq weight total seen notes 0 1 2 10 240 255 1e9 .5 9999999999 '' 'a' "b" [c]
"""
TOKENS = (*WORDS.split(), "9" * 320, "!" * 300, "(" * 60, "+code" * 60, "\0", "\xe9")


def damaged(bundle: Bundle, dice: Dice) -> Bundle:
    """The bundle with one thing wrong in one of its files."""
    parts = [bytearray(part) for part in bundle]
    chosen = dice.choice([part for part in parts if part] or parts)
    dice.choice(DAMAGES)(chosen, dice)
    return Bundle(*map(bytes, parts))


def damaged_bytes(data: bytes, dice: Dice) -> bytes:
    """The same for one file or page."""
    content = bytearray(data)
    dice.choice(DAMAGES)(content, dice)
    return bytes(content)


def altered(expression: str, dice: Dice, tokens: Sequence[str] = TOKENS) -> str:
    """The expression with a token put in, taken out or said twice."""
    at = dice.randrange(len(expression) + 1)
    end = min(len(expression), at + dice.randrange(12))
    middle = dice.choice((dice.choice(tokens), "", expression[at:end] * 2, chr(dice.randrange(256))))
    return expression[:at] + middle + expression[dice.choice((at, end)) :]


def _place(content: bytearray, dice: Dice) -> int:
    """Most lies matter where the structure is: at the beginning of the file and of each page."""
    within = dice.choice((dice.randrange(HEAD), dice.randrange(HEAD), dice.randrange(PAGE)))
    page = dice.choice((0, dice.randrange(len(content) // PAGE + 1)))
    return min(page * PAGE + within, max(0, len(content) - 1))


def _byte(content: bytearray, dice: Dice) -> None:
    if content:
        content[_place(content, dice)] = dice.randrange(256)


def _bit(content: bytearray, dice: Dice) -> None:
    if content:
        content[_place(content, dice)] ^= 1 << dice.randrange(8)


def _number(content: bytearray, dice: Dice) -> None:
    at, width, order = _place(content, dice), dice.choice(WIDTHS), dice.choice(ORDERS)
    found = int.from_bytes(content[at : at + width], order)
    page = dice.randrange(len(content) // PAGE + 2) * PAGE
    number = dice.choice((dice.choice(ODD), found + 1, found - 1, page, page, len(content)))
    content[at : at + width] = (number % (1 << 8 * width)).to_bytes(width, order)


def _copied_page(content: bytearray, dice: Dice) -> None:
    pages = len(content) // PAGE
    if pages:
        there, here = dice.randrange(pages) * PAGE, dice.randrange(pages) * PAGE
        content[here : here + PAGE] = content[there : there + PAGE]


def _blank_page(content: bytearray, dice: Dice) -> None:
    at = dice.randrange(len(content) // PAGE + 1) * PAGE
    content[at : at + PAGE] = dice.choice((b"\0", b"\xff", b" ")) * PAGE


def _cut(content: bytearray, dice: Dice) -> None:
    del content[dice.choice((_place(content, dice), dice.randrange(len(content) + 1))) :]


def _gap(content: bytearray, dice: Dice) -> None:
    at = _place(content, dice)
    del content[at : at + dice.randrange(PAGE)]


def _filling(content: bytearray, dice: Dice) -> None:
    at = _place(content, dice)
    content[at:at] = dice.randbytes(dice.randrange(1, 40))


DAMAGES: tuple[Damage, ...] = (
    *(_byte, _bit, _number, _number, _number, _number),
    *(_copied_page, _blank_page, _cut, _gap, _filling),
)
