"""All proofs of a folder, one after the other, in a scratch folder of its own that is gone afterwards."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from counterfoil.foxpro.errors import FoxProError, StorageError
from counterfoil.foxpro.files.table_file import storage_error
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.selftest import disk_proofs, lock_proofs, mount_proof, work
from counterfoil.foxpro.selftest.partner import COMMAND, Partner, started
from counterfoil.foxpro.selftest.stand import opened_stand
from counterfoil.foxpro.selftest.verdicts import Proof, Verdict, judged
from counterfoil.foxpro.system.platforms import PLATFORM_LOCKS
from counterfoil.foxpro.system.ranges import ByteLocks

ROWS = 300
OURS, THEIRS = "one", "two"
UNTIL_FREE = Patience(timedelta(seconds=10))
PREFIX = "counterfoil-selftest-"


def prove_folder(
    folder: Path,
    *,
    rows: int = ROWS,
    locks: ByteLocks = PLATFORM_LOCKS,
    second_program: Sequence[str] = COMMAND,
) -> Iterator[Proof]:
    """Try everything that tables of FoxPro need of a folder; raises where nothing can be written there."""
    yield mount_proof.prove_mount(folder)
    with _scratch(folder) as scratch:
        for prove in (
            disk_proofs.prove_space,
            disk_proofs.prove_names,
            disk_proofs.prove_sync,
            disk_proofs.prove_journal,
        ):
            yield from _guarded(_alone(prove, scratch))
        yield from _guarded(_prove_programs(scratch, rows, locks, second_program))


def _prove_programs(
    scratch: Path, rows: int, locks: ByteLocks, second_program: Sequence[str]
) -> Iterator[Proof]:
    path = scratch / "shared.dbf"
    work.make_table(path)
    with started(path, second_program) as partner, opened_stand(path, locks) as stand:
        locking = list(lock_proofs.prove_locks(stand, partner))
        yield from locking
        if any(proof.verdict is Verdict.FAIL for proof in locking):
            return
        yield lock_proofs.prove_hand_over(stand, partner)
        yield from _prove_work(path, rows, partner)
        yield lock_proofs.prove_end(stand, partner, UNTIL_FREE)


def _prove_work(path: Path, rows: int, partner: Partner) -> Iterator[Proof]:
    """Both programs change one table at the same time; then each checks it."""
    partner.tell("work", THEIRS, rows)
    took = work.work(path, OURS, rows)
    both = max(took, partner.answer(), 1)
    rate = 2 * work.changes_of(rows) * 1000 // both
    figures = {"rows": 2 * rows, "changes": 2 * work.changes_of(rows), "changes_per_second": rate}
    faults = work.faults(path, {OURS: rows, THEIRS: rows})
    good = f"{figures['changes']} changes of {2 * rows} rows over {len(work.TAGS)} tags, {rate} a second"
    yield judged("two programs at work", faults, good, figures)
    seen = partner.ask("check")
    yield judged("check by the second program", seen, "it finds the same table sound")


def _alone(prove: Callable[[Path], Proof], scratch: Path) -> Iterator[Proof]:
    yield prove(scratch)


def _guarded(proofs: Iterator[Proof]) -> Iterator[Proof]:
    """What goes wrong in a proof is its outcome."""
    try:
        yield from proofs
    except (FoxProError, OSError, sqlite3.Error) as error:
        yield Proof("end of the proofs", Verdict.FAIL, str(error))


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    try:
        scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    except OSError as error:
        raise storage_error(folder, error) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if scratch.exists():
            raise StorageError(str(scratch), "could not be removed; remove it by hand")
