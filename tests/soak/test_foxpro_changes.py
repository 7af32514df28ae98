"""Ten thousand random changes for one seed after the other; CodeBase looks at every tag in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Table, create_table
from tests.oracle import setup, workload
from tests.oracle.client import Oracle
from tests.soak import bounds

CHANGES = 10_000


@pytest.mark.soak
@pytest.mark.skipif(bool(setup.missing()), reason=f"NO INDEPENDENT CHECK OF THE TAGS: {setup.missing()}")
@pytest.mark.timeout(bounds.CHANGES_SECONDS + 300)
def test_whatever_is_changed_every_tag_is_as_built_anew(tmp_path: Path) -> None:
    for number in bounds.rounds(bounds.CHANGES_SECONDS):
        path = tmp_path / f"{number}.dbf"
        create_table(path, workload.FIELDS, workload.TAGS)
        with Table.open(path, writable=True) as table, Oracle(path) as oracle:
            work = workload.Workload(path, table, bounds.SEED + number)
            for _ in work.changes(CHANGES):
                work.check(oracle)
        for file in tmp_path.iterdir():
            file.unlink()
    print(f"soak: {number} times {CHANGES} changes")  # noqa: T201 - what the soak did
