from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.foxpro.program import run


def mount(folder: Path, *options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0


@pytest.fixture
def mounted(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    if not mount(tmp_path, *request.param):
        pytest.skip("NO SMALL FILE SYSTEM COULD BE MOUNTED: full and read-only disks are not tested here")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_a_good_folder_is_told_line_by_line(tmp_path: Path) -> None:
    said = run("selftest", tmp_path, "--rows", 10)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[-1] == f"{tmp_path} may be trusted with tables."
    assert {line.partition("  ")[0] for line in lines[:-1]} <= {"pass", "warn"}
    assert "pass  lock of the record: 4 pairs, both ways round" in lines


def test_a_good_folder_as_a_document(tmp_path: Path) -> None:
    document = run("selftest", tmp_path, "--rows", 10, "--json").document
    assert (document["folder"], document["passed"]) == (str(tmp_path), True)
    proofs = {proof["name"]: proof for proof in document["proofs"]}
    assert set(proofs) == {
        *("file system", "free space", "file names", "wait for the disk", "posting with its journal"),
        *(f"lock of the {what}" for what in ("record", "header", "file", "index", "memo")),
        *("hand-over of a lock", "two programs at work", "check by the second program"),
        "locks of a killed program",
    }
    assert set(proofs["hand-over of a lock"]["figures"]) == {"median_us", "p99_us"}


def test_a_folder_that_is_missing_cannot_be_proved(tmp_path: Path) -> None:
    said = run("selftest", tmp_path / "none")
    assert said.code == 2
    assert "No such file or directory" in said.err


@pytest.mark.parametrize("mounted", [("ro",)], indirect=True)
def test_a_folder_that_may_only_be_read_cannot_be_proved(mounted: Path) -> None:
    said = run("selftest", mounted)
    assert said.code == 2
    assert "Read-only file system" in said.err


@pytest.mark.parametrize("mounted", [("size=128k",)], indirect=True)
def test_a_full_disk_fails_and_nothing_is_left_behind(mounted: Path) -> None:
    said = run("selftest", mounted)
    assert said.code == 1
    assert "fail  free space: 0 MiB" in said.out
    assert "fail  end of the proofs" in said.out
    assert said.out.endswith("MUST NOT be trusted with tables.\n")
    assert list(mounted.iterdir()) == []
