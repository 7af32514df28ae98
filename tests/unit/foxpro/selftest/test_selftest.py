from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import StorageError
from counterfoil.foxpro.selftest import work
from counterfoil.foxpro.selftest.mount_proof import judge_mount
from counterfoil.foxpro.selftest.partner import COMMAND
from counterfoil.foxpro.selftest.run import prove_folder
from counterfoil.foxpro.selftest.verdicts import Verdict
from counterfoil.foxpro.system.network import Mount
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import ByteLocks
from tests.unit.foxpro.selftest import bad_locks

ROWS = 20


def failures(
    folder: Path, *, locks: ByteLocks = PLATFORM_LOCKS, second_program: Sequence[str] = COMMAND
) -> dict[str, str]:
    proofs = prove_folder(folder, rows=ROWS, locks=locks, second_program=second_program)
    return {proof.name: proof.detail for proof in proofs if proof.verdict is Verdict.FAIL}


def test_a_good_folder_passes_and_is_left_as_it_was(tmp_path: Path) -> None:
    proofs = {proof.name: proof for proof in prove_folder(tmp_path, rows=ROWS)}
    assert {name: proof.detail for name, proof in proofs.items() if proof.verdict is Verdict.FAIL} == {}
    assert proofs["two programs at work"].figures["rows"] == 2 * ROWS
    assert proofs["locks of a killed program"].verdict is Verdict.PASS
    assert proofs["lock of the record"].detail == "4 pairs, both ways round"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "detail"),
    [
        ("NoLocks", "lock of the record", "the lock of record 1 is given while the other program holds"),
        ("NoLocks", "lock of the index", "the lock of index is given while the other program holds"),
        ("WholeFile", "lock of the record", "the lock of record 2 is refused while the other program holds"),
        ("SharedAlone", "lock of the file", "the lock of file is given while the other program holds"),
        ("SmallOffsets", "lock of the record", "the lock of record 2 is refused while"),
        ("Kept", "lock of the record", "is refused after the other program released"),
    ],
)
def test_locks_that_do_not_work_fail(tmp_path: Path, kind: str, name: str, detail: str) -> None:
    program = (sys.executable, bad_locks.__file__, kind)
    found = failures(tmp_path, locks=bad_locks.KINDS[kind], second_program=program)
    assert detail in found[name]
    assert list(tmp_path.iterdir()) == []


def test_a_second_program_that_ends_by_itself_is_a_failure(tmp_path: Path) -> None:
    found = failures(tmp_path, second_program=(sys.executable, "-c", "pass"))
    assert found == {"end of the proofs": "the second program has ended by itself"}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        list(prove_folder(tmp_path / "none"))


def a_row_lost(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(3, {"number": 99})


def a_row_changed(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(4, {"name": "somebody else"})


def a_row_too_many(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.append({"who": "other"})


def a_count_lost(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.update(work.COUNTER, {"amount": 9})


def a_key_lost(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(3, table.raw(3).replace(b"Name", b"Nome"))


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (a_row_lost, "1 rows are lost or spoiled, the first is one 1"),
        (a_row_changed, "1 rows are lost or spoiled, the first is one 2"),
        (a_row_too_many, "12 records instead of 11"),
        (a_count_lost, "the shared record was counted up to 9.00 instead of 10"),
        (a_key_lost, "tag name: record 3 is in it with a key that is not its own"),
    ],
)
def test_what_two_programs_could_spoil_is_seen(
    tmp_path: Path, damage: Callable[[Path], None], fault: str
) -> None:
    path = tmp_path / "shared.dbf"
    work.make_table(path)
    work.work(path, "one", 10)
    assert list(work.faults(path, {"one": 10})) == []
    damage(path)
    assert fault in list(work.faults(path, {"one": 10}))


def mounted(kind: str, *options: str) -> Mount:
    return Mount(Path("/mnt/share"), kind, frozenset(options))


@pytest.mark.parametrize(
    ("mount", "verdict", "detail"),
    [
        (mounted("ext4"), Verdict.PASS, "ext4"),
        (mounted("tmpfs"), Verdict.WARN, "tmpfs: lost when the machine stops"),
        (mounted("cifs", "cache=none"), Verdict.WARN, "it lies on a network mount (cifs at /mnt/share)"),
        (
            mounted("cifs", "nobrl"),
            Verdict.FAIL,
            "it lies on a network mount (cifs at /mnt/share) with",
        ),
        (None, Verdict.WARN, "unknown here"),
    ],
)
def test_a_folder_that_another_machine_keeps_is_told(
    mount: Mount | None, verdict: Verdict, detail: str
) -> None:
    proof = judge_mount(mount)
    assert proof.verdict is verdict
    assert proof.detail.startswith(detail)
