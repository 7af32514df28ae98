"""Code page marks of table headers, and text to bytes and back without losing a byte."""

from __future__ import annotations

from counterfoil.foxpro.errors import CodePageError

UNMARKED = 0x00
DEFAULT = "cp1252"

CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x04: "mac_roman",
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x67: "cp861",
    0x6A: "cp737",
    0x6B: "cp857",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "cp936",
    0x7B: "cp932",
    0x7C: "cp874",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0x96: "mac_cyrillic",
    0x97: "mac_latin2",
    0x98: "mac_greek",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
    0xCC: "cp1257",
}
DOUBLE_BYTE = frozenset({"cp932", "cp936", "cp949", "cp950"})
"""Code pages in which a character may take two bytes."""
MARKS = {name: mark for mark, name in CODE_PAGES.items()}


def code_page_of(mark: int, table: str) -> str:
    """The Python name of a header's code page; an unmarked table counts as Windows Western."""
    if mark == UNMARKED:
        return DEFAULT
    if mark not in CODE_PAGES:
        raise CodePageError(table, mark)
    return CODE_PAGES[mark]


def decode_text(data: bytes, code_page: str) -> str:
    """Text of the bytes; a byte undefined in the code page becomes the control character of its number."""
    try:
        return data.decode(code_page)
    except UnicodeDecodeError:
        return "".join(_decode_byte(data[at : at + 1], code_page) for at in range(len(data)))


def encode_text(text: str, code_page: str) -> bytes:
    """The inverse of `decode_text`; raises UnicodeEncodeError for a character that the code page lacks."""
    try:
        return text.encode(code_page)
    except UnicodeEncodeError:
        return b"".join(_encode_character(character, code_page) for character in text)


def _decode_byte(byte: bytes, code_page: str) -> str:
    try:
        return byte.decode(code_page)
    except UnicodeDecodeError:
        return chr(byte[0])


def _encode_character(character: str, code_page: str) -> bytes:
    try:
        return character.encode(code_page)
    except UnicodeEncodeError:
        byte = character.encode("latin-1", "ignore")
        if byte and _decode_byte(byte, code_page) == character:
            return byte
        raise
