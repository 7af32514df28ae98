"""Random groups over one company's tables die at random writes, and again while they are recovered."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to die at the same writes again
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.transactions.operations import Posting
from counterfoil.foxpro.transactions.transaction import write_group
from tests.crash.test_foxpro_transactions import Gate, die, in_child, ledger, roll_forward, sound
from tests.soak import bounds
from tests.unit.foxpro import company

LAST_WRITE = 120
GROUP_MAX = 4
FIRST_NUMBER = 301


@dataclass
class Books:
    """A company in a folder and what must stand in it."""

    folder: Path
    amounts: dict[int, int] = field(default_factory=dict)

    def written(self) -> set[int]:
        return {int(name.removeprefix("payment ")) for name in ledger(self.folder)}

    def plan(self, dice: random.Random) -> list[Posting]:
        done = self.written()
        free = sorted(set(range(1, company.OPEN_ROWS)) - done)
        chosen = dice.sample(free, min(dice.randint(1, GROUP_MAX), len(free)))
        self.amounts |= {number: dice.randint(1, 100) for number in chosen}
        first = FIRST_NUMBER + len(done)
        return [
            company.payment(number, self.amounts[number], next_number=first + place)
            for place, number in enumerate(chosen)
        ]

    def check(self) -> None:
        rows, done = company.live_rows(self.folder), self.written()
        assert rows["system"] == [{"next": FIRST_NUMBER + len(done)}]
        for number in range(1, company.OPEN_ROWS):
            paid = self.amounts[number] if number in done else 0
            assert rows["invoice"][number]["open"] == 100 - paid
            assert rows["customer"][number]["balance"] == 100 - paid
            references = [row["refno"] for row in rows["receipt"]]
            for reference in (f"R{number * 7 + 3:07}", f"R{number * 7 + 4:07}"):
                assert references.count(reference) == (number in done)
        total = sum(self.amounts[number] for number in done)
        assert rows["customer"][0]["balance"] == Decimal(100 + total)
        sound(self.folder)


def write(folder: Path, postings: Sequence[Posting], gate: WriteGate) -> None:
    with company.journal_of(folder) as (journal, _), company.opened(folder, gate=gate) as tables:
        write_group(tables, journal, postings, on_commit=company.enter_ledger)


@pytest.mark.soak
@pytest.mark.timeout(bounds.SWEEP_SECONDS + 300)
def test_killed_at_random_writes_and_recoveries_the_tables_hold_exactly_the_ledger(tmp_path: Path) -> None:
    dice, kills, books = random.Random(bounds.SEED), 0, None  # noqa: S311 - chance, no secret
    for number in bounds.rounds(bounds.SWEEP_SECONDS):
        if books is None or len(books.written()) == company.OPEN_ROWS - 1:
            shutil.rmtree(tmp_path / "company", ignore_errors=True)
            books = Books(tmp_path / "company")
            company.create(books.folder)
        before, postings = books.written(), books.plan(dice)
        folder = books.folder
        kills += not in_child(lambda: write(folder, postings, Gate(dice.randint(1, LAST_WRITE), die)))  # noqa: B023 - done within the loop's body
        for _ in range(dice.randint(0, 2)):
            kills += not in_child(lambda: roll_forward(folder, Gate(dice.randint(1, LAST_WRITE), die)))  # noqa: B023 - done within the loop's body
        roll_forward(folder)
        after = books.written()
        group = {int(posting.id.removeprefix("payment ")) for posting in postings}
        assert after in (before, before | group), number
        books.check()
    print(f"soak: {number} groups, {kills} kills")  # noqa: T201 - what the soak did
