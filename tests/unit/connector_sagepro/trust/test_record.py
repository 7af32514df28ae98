"""The record of the ladder: moves are added, never changed, and tampering is noticed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.trust.backups import backup_put_at
from counterfoil.connectors.sagepro.trust.record import FILE, TrustRecord
from counterfoil.connectors.sagepro.trust.rungs import Backup, Mode, Move, Rung
from counterfoil.ports.errors import ConfigurationError

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def move(rung: Rung, **more: object) -> Move:
    values: dict[str, object] = {"rung": rung, "person": "Ann Lee", "reason": "so", "at": AT, **more}
    return Move(mode=Mode.LIVE, **values)  # type: ignore[arg-type]


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_steps_are_read_as_they_were_taken_by_any_other_reader(tmp_path: Path) -> None:
    backup = Backup(path="/backup", taken_at=AT - timedelta(hours=1))
    taken = [
        move(Rung.SHADOW),
        move(Rung.DIRECT, kinds=("reversal",), is_calibrated=True, backup=backup, program="1.0"),
    ]
    for each in taken:
        TrustRecord(tmp_path / "own").add(each)
    assert list(TrustRecord(tmp_path / "own").moves()) == taken


def test_reading_makes_no_file(tmp_path: Path) -> None:
    assert TrustRecord(tmp_path / "own").standing(Mode.TEST).rung is Rung.READ_ONLY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("statement", ["UPDATE move SET body = '{}'", "DELETE FROM move"])
def test_the_file_refuses_changes(tmp_path: Path, statement: str) -> None:
    TrustRecord(tmp_path).add(move(Rung.SHADOW))
    with pytest.raises(sqlite3.IntegrityError, match="moves are never"):
        change(tmp_path, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE move SET body = replace(body, 'shadow', 'direct') WHERE number = 1",
        "DELETE FROM move WHERE number = 1",
    ],
)
def test_a_step_changed_by_force_is_noticed_and_nothing_is_trusted(tmp_path: Path, statement: str) -> None:
    record = TrustRecord(tmp_path)
    record.add(move(Rung.SHADOW))
    record.add(move(Rung.READ_ONLY))
    change(tmp_path, "DROP TRIGGER never_changed", "DROP TRIGGER never_removed", statement)
    with pytest.raises(ConfigurationError, match=r"move 1 in .* was changed or taken out"):
        record.standing(Mode.LIVE)
    with pytest.raises(ConfigurationError, match="nothing is posted"):
        record.add(move(Rung.DIRECT))


def test_a_backup_is_a_file_or_a_folder_with_the_company_s_table(tmp_path: Path) -> None:
    table = "armast01.dbf"
    assert backup_put_at(tmp_path / "none", table) is None
    assert backup_put_at(tmp_path, table) is None
    (tmp_path / "empty.zip").touch()
    assert backup_put_at(tmp_path / "empty.zip", table) is None
    inside = tmp_path / "night" / "ardata" / "ARMAST01.DBF"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"rows")
    put = datetime.fromtimestamp(inside.stat().st_ctime_ns // 1_000_000_000, UTC)
    os.utime(inside, (0, 0))
    found = backup_put_at(tmp_path / "night", table)
    assert found is not None
    assert found >= put, "a copy with its original's time counts from when it was copied"
