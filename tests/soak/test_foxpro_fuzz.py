"""The fuzzer over every target of tests/fuzz: nothing but declared errors, and no input takes long."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS
from tests.soak import bounds

SECONDS = max(10, bounds.FUZZ_SECONDS // len(TARGETS))


@pytest.mark.soak
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="NOTHING IS FUZZED: run `make soak`")
@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize("name", TARGETS)
def test_the_fuzzer_finds_nothing_but_declared_errors(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", name, str(SECONDS), str(bounds.SEED), str(tmp_path)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, errors="replace", env=dict(os.environ)
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 0, "\n".join(lines[-60:])
    print(f"soak: fuzzed {name}: {next(line for line in lines if line.startswith('Done'))}")  # noqa: T201 - what the soak did
