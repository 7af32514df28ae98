"""The 1,024-byte header that the index file and each of its tags have."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from counterfoil.foxpro.errors import UnsupportedExpressionError
from counterfoil.foxpro.index.page import PAGE_BYTES
from counterfoil.foxpro.index.page_store import HEADER_BYTES

UNIQUE, NULLABLE, CANDIDATE, FILTERED, COMPACT, COMPOUND, DIRECTORY = 0x01, 0x02, 0x04, 0x08, 0x20, 0x40, 0x80
MACHINE, GENERAL, BINARY = 1, 2, 5

_START = struct.Struct("<iiIHBB")
_TEXTS = struct.Struct("<HHHHH")
_TEXTS_AT = 502
_COLLATION = slice(494, 502)
_TEXT_BYTES_MAX = HEADER_BYTES - PAGE_BYTES
NAME_LENGTH = 10
NAME_PAD = b" "


@dataclass(frozen=True, slots=True)
class TagHeader:
    """What a tag's header says: its texts as FoxPro keeps them, its options, where its root lies."""

    root: int
    key_length: int
    options: int
    expression: str = ""
    filter: str = ""
    descending: bool = False
    signature: int = MACHINE
    collation: str = ""


def parse_tag_header(raw: bytes, code_page: str) -> TagHeader:
    """A header from its bytes."""
    root, _, _, key_length, options, signature = _START.unpack_from(raw)
    descending, filter_at, filter_length, key_at, text_length = _TEXTS.unpack_from(raw, _TEXTS_AT)
    pool = raw[PAGE_BYTES:]
    return TagHeader(
        root=root,
        key_length=key_length,
        options=options,
        expression=_text(pool, key_at, text_length, code_page),
        filter=_text(pool, filter_at, filter_length, code_page) if options & FILTERED else "",
        descending=bool(descending),
        signature=signature,
        collation=raw[_COLLATION].split(b"\0")[0].decode("latin-1"),
    )


def build_tag_header(header: TagHeader, code_page: str) -> bytes:
    """The bytes of a header; raises UnsupportedExpressionError where its texts have no room."""
    key = header.expression.encode(code_page) + b"\0"
    condition = header.filter.encode(code_page) + b"\0"
    if len(key) + len(condition) > _TEXT_BYTES_MAX:
        raise UnsupportedExpressionError(
            header.expression, f"key and filter take more than {_TEXT_BYTES_MAX - 2} characters together"
        )
    raw = bytearray(HEADER_BYTES)
    _START.pack_into(raw, 0, header.root, 0, 0, header.key_length, header.options, header.signature)
    _TEXTS.pack_into(raw, _TEXTS_AT, header.descending, len(key), len(condition), 0, len(key))
    raw[PAGE_BYTES : PAGE_BYTES + len(key) + len(condition)] = key + condition
    return bytes(raw)


def with_root(raw: bytes, root: int) -> bytes:
    """The bytes of a header with its tree elsewhere and nothing else changed."""
    return root.to_bytes(4, "little") + raw[4:]


def _text(pool: bytes, start: int, length: int, code_page: str) -> str:
    return pool[start : start + length].split(b"\0")[0].decode(code_page, "replace").strip()
