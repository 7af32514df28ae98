"""FoxPro's functions of text, with FoxPro's rules for the width of what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from operator import add, itemgetter, methodcaller

from counterfoil.foxpro.expressions.calls import Application
from counterfoil.foxpro.expressions.values import Kind, Part, Piece, constant, text_bytes
from counterfoil.foxpro.records.code_pages import DOUBLE_BYTE, decode_text, encode_text
from counterfoil.foxpro.records.fields import Value

_BYTES = 256
_TRIMS = {"LTRIM": "lstrip", "ALLTRIM": "strip", "RTRIM": "rstrip", "TRIM": "rstrip"}
_PADS: Mapping[str, Callable[[bytes, int, bytes], bytes]] = {
    "PADL": bytes.rjust,
    "PADR": bytes.ljust,
    # An odd blank goes to the right (inferred: Harbour; bytes.center puts it on the left of odd widths).
    "PADC": lambda text, width, filler: text.rjust((width + len(text)) // 2, filler).ljust(width, filler),
}


def _translated(call: Application) -> Piece:
    """UPPER, LOWER: by the table's code page."""
    call.counted(1, 1)
    piece = call.text()
    _refuse_double_byte(call)
    table = case_table(call.code_page, upper=call.name == "UPPER")

    def encoder(part: Part) -> Callable[[Value], bytes | None]:
        def encode(value: Value) -> bytes | None:
            data = part.encode(value)
            return None if data is None else data.translate(table)

        return encode

    parts = tuple(
        replace(part, encode=encoder(part), constant=part.constant and part.constant.translate(table))
        for part in piece.parts
    )

    def compute(text: bytes) -> bytes:
        return text.translate(table)

    return call.derived(Kind.CHARACTER, compute, piece, width=piece.width, fixed=piece.fixed, parts=parts)


def _refuse_double_byte(call: Application) -> None:
    if call.code_page in DOUBLE_BYTE:
        raise call.refused(f"is not supported in code page {call.code_page}")


def _trimmed(call: Application) -> Piece:
    """The width stays that of the argument: FoxPro makes room for the longest value."""
    call.counted(1, 1)
    return call.reshaped(methodcaller(_TRIMS[call.name], b" "), call.text().width, fixed=False)


def _left(call: Application) -> Piece:
    call.counted(2, 2)
    piece, width = call.text(), call.whole(1)
    return _cut(call, piece, itemgetter(slice(width)), min(width, piece.width))


def _cut(call: Application, piece: Piece, compute: Callable[[bytes], bytes], width: int) -> Piece:
    """The beginning of a text; one may search for it with whatever the whole of the text is sought by."""
    room = max(width, piece.width)
    inner = piece.parts[0].encode if len(piece.parts) == 1 else None

    def encode(value: Value) -> bytes | None:
        data = inner(value) if inner else None
        data = text_bytes(value, call.code_page, room) if data is None else data
        return None if data is None else data[:width]

    parts = (Part(width, encode),)
    return call.derived(Kind.CHARACTER, compute, piece, width=width, fixed=piece.fixed, parts=parts)


def _right(call: Application) -> Piece:
    call.counted(2, 2)
    piece, width = call.text(), call.whole(1)
    return call.reshaped(
        lambda text: text[max(0, len(text) - width) :], min(width, piece.width), fixed=piece.fixed
    )


def _substring(call: Application) -> Piece:
    call.counted(2, 3)
    piece, start = call.text(), call.whole(1)
    if start < 1:
        raise call.refused("starts at 1")
    rest = max(0, piece.width - start + 1)
    width = min(rest, call.whole(2, default=rest))
    return call.reshaped(itemgetter(slice(start - 1, start - 1 + width)), width, fixed=piece.fixed)


def _padded(call: Application) -> Piece:
    """PADL, PADR, PADC. What PADL and PADC cut from a text that is too long is not certain."""
    call.counted(2, 3)
    piece, width = _paddable(call), call.whole(1)
    filler = call.arguments[2].literal if len(call.arguments) > 2 else b" "  # noqa: PLR2004 - the third
    if not isinstance(filler, bytes) or len(filler) != 1:
        raise call.refused("pads with one character, written out")
    pad = _PADS[call.name]
    if call.name == "PADR":
        cut = _cut(call, piece, lambda text: pad(text[:width], width, filler), width)
        return replace(cut, fixed=True, parts=tuple(replace(part, pad=filler) for part in cut.parts))
    if piece.fixed and piece.width > width:
        raise call.refused(f"would cut a text of {piece.width} characters to {width}")

    def compute(text: bytes) -> bytes:
        if len(text) > width:
            raise call.no_key(f"would cut a text of {len(text)} characters to {width}")
        return pad(text, width, filler)

    parts = (Part(width, lambda value: text_bytes(value, call.code_page, width)),)
    return call.derived(Kind.CHARACTER, compute, piece, width=width, fixed=True, parts=parts)


def _paddable(call: Application) -> Piece:
    """A text, or an integer field, which is padded as its digits are (inferred: dbflib)."""
    piece = call.argument(0, Kind.CHARACTER, Kind.INTEGER)
    if piece.kind is Kind.CHARACTER:
        return piece
    digits = replace(call, arguments=(piece,))
    return digits.derived(Kind.CHARACTER, lambda number: b"%d" % number, piece, width=11)


def _stuffed(call: Application) -> Piece:
    """STUFF. The width is that of the argument with as much taken out and put in (inferred)."""
    call.counted(4, 4)
    piece, start, count, filling = call.text(), call.whole(1), call.whole(2), call.text(3)
    if start < 1:
        raise call.refused("starts at 1")
    if not piece.fixed or not filling.fixed or start > piece.width + 1:
        raise call.refused("needs texts of a known width, and a place inside the first one")
    end = min(start - 1 + count, piece.width)
    width = start - 1 + filling.width + piece.width - end

    def compute(text: bytes, new: bytes) -> bytes:
        return text[: start - 1] + new + text[end:]

    parts = (Part(width, lambda value: text_bytes(value, call.code_page, width)),)
    return call.derived(Kind.CHARACTER, compute, piece, filling, width=width, fixed=True, parts=parts)


def _blanks(call: Application) -> Piece:
    call.counted(1, 1)
    return constant(Kind.CHARACTER, b" " * call.whole(0))


def _repeated(call: Application) -> Piece:
    """REPLICATE, of a text that is written out."""
    call.counted(2, 2)
    text, count = call.text().literal, call.whole(1)
    if text is None:
        raise call.refused("repeats a text that is written out")
    width = len(text) * count
    return call.derived(Kind.CHARACTER, lambda text, _: text * count, *call.arguments, width=width)


def _character(call: Application) -> Piece:
    """CHR: a byte by its number."""
    call.counted(1, 1)

    def compute(number: float) -> bytes:
        if not 0 <= number < _BYTES:
            raise call.no_key(f"{number} is no character")
        return bytes((int(number),))

    parts = (Part(1, lambda value: text_bytes(value, call.code_page, 1)),)
    return call.derived(Kind.CHARACTER, compute, call.number(), width=1, fixed=True, parts=parts)


def _replaced(call: Application) -> Piece:
    """STRTRAN without its numbers. It never makes a text longer here, so that its width stays (inferred)."""
    call.counted(2, 3)
    piece, sought = call.text(), call.text(1)
    new = call.text(2).literal if len(call.arguments) > 2 else b""  # noqa: PLR2004 - the third
    old = sought.literal
    if not old or new is None or len(new) > len(old):
        raise call.refused("takes texts that are written out and replaces by nothing longer")
    _refuse_double_byte(call)
    return call.reshaped(
        lambda text: text.replace(old, new), piece.width, fixed=piece.fixed and len(old) == len(new)
    )


def _exchanged(call: Application) -> Piece:
    """CHRTRAN: each byte for another or for none; the width stays that of the argument (dbflib)."""
    call.counted(3, 3)
    piece, sought, new = call.text(), call.text(1).literal, call.text(2).literal
    if sought is None or new is None:
        raise call.refused("takes characters that are written out")
    _refuse_double_byte(call)
    table = bytearray(range(_BYTES))
    for position, byte in reversed(list(enumerate(sought))):
        table[byte] = new[position] if position < len(new) else byte
    gone = bytes(byte for byte in set(sought) if sought.index(byte) >= len(new))
    return call.reshaped(
        methodcaller("translate", bytes(table), gone), piece.width, fixed=piece.fixed and not gone
    )


def joined(call: Application) -> Piece:
    """Two texts in a row. Only after a text of fixed width do later parts have a place of their own."""
    first, second = call.text(0), call.text(1)
    width = first.width + second.width
    whole = Part(width, lambda value: text_bytes(value, call.code_page, width))
    return call.derived(
        Kind.CHARACTER,
        add,
        first,
        second,
        width=width,
        fixed=first.fixed and second.fixed,
        parts=(*first.parts, *second.parts) if first.fixed else (whole,),
    )


def moved_together(call: Application) -> Piece:
    """Minus between texts: the blanks at the end of the left one go to the end of both."""
    first, second = call.text(0), call.text(1)
    width = first.width + second.width

    def compute(left: bytes, right: bytes) -> bytes:
        return left.rstrip(b" ") + right + b" " * (len(left) - len(left.rstrip(b" ")))

    parts = (Part(width, lambda value: text_bytes(value, call.code_page, width)),)
    fixed = first.fixed and second.fixed
    return call.derived(Kind.CHARACTER, compute, first, second, width=width, fixed=fixed, parts=parts)


@lru_cache(maxsize=64)
def case_table(code_page: str, *, upper: bool) -> bytes:
    """Each byte of a code page in upper or lower case, where that is one byte again."""
    table = bytearray(range(_BYTES))
    for byte in range(_BYTES):
        character = decode_text(bytes((byte,)), code_page)
        changed = character.upper() if upper else character.lower()
        if len(changed) == 1:
            try:
                table[byte] = encode_text(changed, code_page)[0]
            except UnicodeEncodeError:
                continue
    return bytes(table)


TEXT_FUNCTIONS: Mapping[str, Callable[[Application], Piece]] = {
    "UPPER": _translated,
    "LOWER": _translated,
    "TRIM": _trimmed,
    "RTRIM": _trimmed,
    "LTRIM": _trimmed,
    "ALLTRIM": _trimmed,
    "LEFT": _left,
    "RIGHT": _right,
    "SUBSTR": _substring,
    "PADL": _padded,
    "PADR": _padded,
    "PADC": _padded,
    "STUFF": _stuffed,
    "SPACE": _blanks,
    "REPLICATE": _repeated,
    "CHR": _character,
    "STRTRAN": _replaced,
    "CHRTRAN": _exchanged,
}
