"""Where mutations start, made by code: small sound tables of every kind, and index expressions."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from counterfoil.foxpro import Field, TagSpec, Value, create_table
from counterfoil.foxpro.records.fields import NULLABLE, Counter
from counterfoil.foxpro.records.versions import FOX2, FOX2_MEMO, VFP, VFP_VARCHAR
from tests.fuzz.bundle import Bundle
from tests.support.foxpro_fields import BESIDE_TEXT

FIELDS = (
    Field("code", "C", 6),
    Field("long", "C", 100),
    Field("amount", "N", 12, 2),
    *BESIDE_TEXT,
)
NEW_FIELDS = (
    Field("code", "C", 6, flags=NULLABLE),
    Field("long", "V", 100, flags=NULLABLE),
    Field("bits", "Q", 10),
    Field("due", "D", flags=NULLABLE),
    Field("blob", "W", 4),
    Field("id", "I", counter=Counter(5, 2)),
)
OLD_FIELDS = (Field("code", "C", 6), Field("amount", "N", 12, 2), Field("due", "D"), Field("paid", "L"))
TAGS = (
    TagSpec("code", "UPPER(code)"),
    TagSpec("long", "long+code"),
    TagSpec("amount", "amount", descending=True),
    TagSpec("due", "DTOS(due)+STR(amount,12,2)", filter=".NOT. DELETED()"),
    TagSpec("paid", "paid"),
    TagSpec("seq", "seq", candidate=True),
    TagSpec("weight", "weight"),
    TagSpec("total", "total"),
    TagSpec("seen", "seen", filter="amount>0"),
)
EXPRESSIONS = (
    *(part for tag in TAGS for part in (tag.expression, tag.filter) if part),
    "LEFT(code,3)+RIGHT(long,4)+SUBSTR(long,2,5)",
    "PADL(ALLTRIM(code),10,'0')+PADR(LTRIM(long),20)",
    "STR(1000000-amount,16,2)+LOWER(code)",
    "amount>0 .AND. (paid .OR. EMPTY(due)) .AND. .NOT. DELETED()",
    "-(amount+rate)*weight/seq",
    "'a'+code+\"b\"+[c]",
    "code>='AB' .OR. code==long .OR. due<>due",
    "seen",
    "rate",
)


def row(number: int) -> dict[str, Value]:
    """A row whose values depend on its number only."""
    return {
        "code": f"c{number * 7 % 30:03}",
        "long": "the same beginning " * (number % 4) + str(number),
        "amount": Decimal(number * 31 % 1000 - 300) / 10,
        "rate": Decimal(number % 9) / 8,
        "due": date(2026, 1, number % 28 + 1) if number % 5 else None,
        "paid": bool(number % 2),
        "seq": number,
        "weight": number / 7,
        "total": Decimal(number * 12345) / 10_000,
        "seen": datetime(2026, 1, 2, number % 24),  # noqa: DTZ001 - FoxPro has no zones
        "notes": "memo " * (number % 30),
    }


def made(fields: Sequence[Field], tags: Sequence[TagSpec] = (), *, rows: int, version: int = VFP) -> Bundle:
    names = {field.name for field in fields}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.dbf"
        values: list[Mapping[str, Value]] = [
            {name: value for name, value in row(number).items() if name in names} for number in range(rows)
        ]
        create_table(path, fields, tags, version=version, rows=values)
        return Bundle.read(path)


@cache
def tables() -> tuple[Bundle, ...]:
    """Empty, small, old, without an index, and with trees of two and three levels."""
    return (
        made(FIELDS, TAGS, rows=0),
        made(FIELDS, TAGS, rows=3),
        made(FIELDS, TAGS, rows=60),
        made(FIELDS[:1], TAGS[:1], rows=150),
        made(FIELDS[:2], (TagSpec("wide", "long+long+LEFT(long,30)"),), rows=60),
        made(OLD_FIELDS, (TagSpec("code", "code"), TagSpec("due", "due")), rows=20, version=FOX2),
        made((*OLD_FIELDS, Field("notes", "M")), rows=20, version=FOX2_MEMO),
        made(FIELDS[-1:], rows=20),
        made(
            NEW_FIELDS,
            (TagSpec("code", "code"), TagSpec("due", "due"), TagSpec("id", "id")),
            rows=20,
            version=VFP_VARCHAR,
        ),
    )
