"""Damage to a table's files gives declared errors, no hang, nothing half-written; the soak does more."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to make the same damage each time
from pathlib import Path

import pytest

from counterfoil.foxpro.checking.table_check import check_table
from tests.fuzz import seeds
from tests.fuzz.targets import TARGETS

RUNS = {"reading": 1200, "writing": 1200, "index": 700}
RUNS_OF_OTHERS = 6000
DAMAGES_MAX = 5


def test_the_tables_are_sound_before_they_are_damaged(tmp_path: Path) -> None:
    for bundle in seeds.tables():
        bundle.write(tmp_path / "t.dbf")
        assert check_table(tmp_path / "t.dbf") == []


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", TARGETS)
def test_damage_gives_declared_errors_only(name: str, seed: int, tmp_path: Path) -> None:
    target, dice = TARGETS[name], random.Random(seed)  # noqa: S311 - chance, no secret
    sound = target.seeds()
    for _ in range(RUNS.get(name, RUNS_OF_OTHERS) // 2):
        data = dice.choice(sound)
        for _ in range(dice.randint(1, DAMAGES_MAX)):
            data = target.mutate(data, dice)
        target.run(data, tmp_path)
