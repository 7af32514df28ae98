"""Code page marks of table headers, and text to bytes and back without losing a byte.

The marks are those of Visual FoxPro's list of code pages; 0xCC (Baltic) is not in it and seen in other
programs. A table without a mark counts as Windows Western, which is what FoxPro takes where nobody said else.
"""

from __future__ import annotations

import codecs

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
UNKNOWN_TO_PYTHON = {0x68: "895 (Czech, Kamenicky)", 0x69: "620 (Polish, Mazovia)"}
DOUBLE_BYTE = frozenset({"cp932", "cp936", "cp949", "cp950"})
"""Code pages in which a character may take two bytes."""
MARKS = {name: mark for mark, name in CODE_PAGES.items()}
PRIVATE = 0xF700
"""Where the private characters begin that stand for undefined bytes."""
_PROBES = "aé€Жβőя"
"""Characters of which each takes one byte or none in any code page that a table can be in."""


def code_page_of(mark: int, table: str) -> str:
    """The Python name of a header's code page; an unmarked table counts as Windows Western."""
    if mark == UNMARKED:
        return DEFAULT
    if mark not in CODE_PAGES:
        name = UNKNOWN_TO_PYTHON.get(mark, "of an unknown program")
        reason = f"its code page {name}, mark 0x{mark:02X}, is not known here"
        raise CodePageError(table, f"{reason}; open it with code_page= and one that comes near", mark)
    return CODE_PAGES[mark]


def chosen_code_page(name: str, table: str) -> str:
    """The caller's own choice, spelled as in CODE_PAGES where it is one of them."""
    try:
        spelled = codecs.lookup(name).name
        lengths = {len(probe.encode(name, "ignore")) for probe in _PROBES}
    except (LookupError, UnicodeError, ValueError):
        raise _no_code_page(name, table) from None
    ours = next((page for page in MARKS if codecs.lookup(page).name == spelled), name)
    if ours not in DOUBLE_BYTE and not lengths <= {0, 1}:
        raise _no_code_page(name, table)
    return ours


def _no_code_page(name: str, table: str) -> CodePageError:
    return CodePageError(
        table, f"{name!r} is no code page that a table can be in; use one of {', '.join(sorted(MARKS))}"
    )


def decode_text(data: bytes, code_page: str) -> str:
    """Text of the bytes; a byte undefined in the code page becomes a character of its number."""
    if code_page in MARKS and data.isascii():  # Seven bits mean the same in each, and are read faster so.
        return data.decode("ascii")
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
    """An undefined byte is the character of its number, or a private one where another byte is that."""
    try:
        return byte.decode(code_page)
    except UnicodeDecodeError:
        character = chr(byte[0])
        return chr(PRIVATE + byte[0]) if character.encode(code_page, "ignore") else character


def _encode_character(character: str, code_page: str) -> bytes:
    try:
        return character.encode(code_page)
    except UnicodeEncodeError:
        byte = bytes((ord(character) & 0xFF,))
        if _decode_byte(byte, code_page) == character:
            return byte
        raise
