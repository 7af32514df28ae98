"""A table with fields of every type and tags of every kind; rows in our words and in CodeBase's."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to meet the same rows each time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.index.page import InteriorPage
from tests.support.foxpro_fields import BESIDE_TEXT

FIELDS = (
    Field("custno", "C", 6),
    Field("company", "C", 60),
    Field("balance", "N", 12, 2),
    *BESIDE_TEXT,
)
FIVE_TAGS = (
    TagSpec("custno", "custno"),
    TagSpec("company", "UPPER(company)"),
    TagSpec("duecust", "DTOS(due)+custno"),
    TagSpec("sales", "STR(1000000000000-balance,16,2)+custno"),
    TagSpec("live", "custno+STR(seq,12)", filter=".NOT.DELETED()"),
)
PLAIN_TAGS = (
    TagSpec("balance", "balance", descending=True),
    TagSpec("rate", "rate"),
    TagSpec("due", "due"),
    TagSpec("paid", "paid"),
    TagSpec("seq", "seq", candidate=True),
    TagSpec("weight", "weight"),
    TagSpec("total", "total"),
    TagSpec("seen", "seen"),
    TagSpec("owing", "custno", filter="balance>0 .AND. .NOT. paid"),
)
ALL_TAGS = (*FIVE_TAGS, *PLAIN_TAGS)
Row = dict[str, Value]


class Rows:
    """Random rows from a seed. Numbers in `seq` never repeat, so that each row can be found again."""

    def __init__(self, seed: int, first_seq: int = 1) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self._seq = first_seq - 1

    def row(self) -> Row:
        chance = self.chance
        self._seq += 1
        names = ("Acme", "Müller & Söhne", "émile zola", "Zeta", "aBc", "Company with a long name in common ")
        return {
            "custno": f"{chance.randrange(500):>6}",
            "company": f"{chance.choice(names)}{chance.randrange(200)}",
            "balance": Decimal(chance.randrange(-(10**6), 10**7)) / 100,
            "rate": Decimal(chance.randrange(-(10**6), 10**6)) / 10_000,
            "due": chance.choice([None, date(2026, 1, chance.randrange(1, 29))]),
            "paid": chance.choice([True, False]),
            "seq": self._seq,
            "weight": chance.uniform(-1e6, 1e6),
            "total": Decimal(chance.randrange(-(10**9), 10**9)) / 10_000,
            # CodeBase differs from FoxPro in the last bit of some seconds, never at a full hour.
            "seen": datetime(2026, 1, 2, chance.randrange(24), tzinfo=None),  # noqa: DTZ001 - FoxPro has no zones
            "notes": chance.choice([None, "memo " * chance.randrange(40)]),
        }


def in_codebase_words(row: Row) -> dict[str, str]:
    return {name: _word(value) for name, value in row.items()}


def _word(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y%m%d%H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    if isinstance(value, bool):
        return "T" if value else "F"
    return "" if value is None else str(value)


def create(path: Path, tags: tuple[TagSpec, ...], rows: list[Row]) -> None:
    create_table(path, FIELDS, tags, rows=rows)


def faults(table: Table) -> list[str]:
    """What we find wrong ourselves: structure, and every key against its row, in both directions."""
    assert table.index is not None
    found: list[str] = []
    raws = {recno: table.raw(recno) for recno in range(1, table.record_count + 1)}
    with table.index.reading(table.patience.deadline()):
        for tag in table.tags.values():
            found.extend(f"{tag.name}: {fault}" for fault in tag.check())
            expected = {
                (key, recno) for recno, raw in raws.items() if (key := tag.key_of(recno, raw)) is not None
            }
            if set(tag.scan()) != expected:
                found.append(f"{tag.name}: its keys are not those of the rows")
    return found


def depth(tag: Tag) -> int:
    height, page = 1, tag.tree.page(tag.tree.root)
    while isinstance(page, InteriorPage):
        height, page = height + 1, tag.tree.page(page.children[0])
    return height
