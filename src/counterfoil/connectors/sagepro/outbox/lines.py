"""The common grammar of outbox files: lines of parts between bars, sealed by a count and a checksum.

Every file is ASCII with CR LF line ends, so that any FoxPro can read it with plain string functions and any
editor shows it. A byte that is not printable ASCII, a percent sign and a bar are written as % and two hex
digits; letters beyond ASCII are bytes of the file's code page. The checksum is Adler-32 over all that stands
before the last line. It finds damage, not forgery: the folder's rights are what keeps strangers out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_to_bytes

LINE_END = "\r\n"
END = "end"
CODE_PAGE = "cp1252"
"""What Visual FoxPro uses on a Western Windows; the worker refuses letters where it runs under another."""

_PLAIN = frozenset(range(0x20, 0x7F)) - {ord("%"), ord("|")}

Line = Sequence[str]


class DamagedFileError(ValueError):
    """A file of the outbox that is not whole, or not of this version; says what is wrong."""


class UnwritableTextError(ValueError):
    """A text with characters that the outbox's code page lacks."""


def seal(lines: Iterable[Line]) -> str:
    """The file's text."""
    written = ["|".join(map(_escaped, line)) for line in lines]
    body = "".join(f"{line}{LINE_END}" for line in written)
    return f"{body}{END}|{len(written)}|{zlib.adler32(body.encode('ascii'))}{LINE_END}"


def unseal(text: str) -> list[list[str]]:
    """The lines of a sealed text, without the seal.

    Raises:
        DamagedFileError: it was cut, changed or never finished.
    """
    body, found, seal_line = text.rpartition(f"{LINE_END}{END}|")
    body += LINE_END
    parts = seal_line.removesuffix(LINE_END).split("|")
    if not found or len(parts) != 2 or not all(part.isdecimal() for part in parts):  # noqa: PLR2004 - count, sum
        raise DamagedFileError("it has no end line: it was cut, or is being written")
    count, checksum = map(int, parts)
    lines = body.removesuffix(LINE_END).split(LINE_END)
    if len(lines) != count or zlib.adler32(body.encode("ascii", "replace")) != checksum:
        raise DamagedFileError("count or checksum do not fit: somebody or something changed it")
    return [[_unescaped(part) for part in line.split("|")] for line in lines]


def _escaped(part: str) -> str:
    try:
        raw = part.encode(CODE_PAGE)
    except UnicodeEncodeError as error:
        raise UnwritableTextError(f"{part!r} has characters that code page {CODE_PAGE} lacks") from error
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)


def _unescaped(part: str) -> str:
    return unquote_to_bytes(part).decode(CODE_PAGE, "replace")
