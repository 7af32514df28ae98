"""Runs the test suites in order, each inside its time budget; `python -m tests.suites [name ...]`."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
ON_WINDOWS = (
    "src/counterfoil/foxpro/system/network.py",
    "src/counterfoil/foxpro/system/platforms.py",
    "src/counterfoil/bootstrap/agent_serving.py",
    "src/counterfoil/bootstrap/private_folders.py",
    "src/counterfoil/bootstrap/serving.py",
)
"""Modules that hold code for Windows, which is type-checked here and runs elsewhere."""

TABLE_CRASHES = tuple(sorted(str(path) for path in (ROOT / "tests" / "crash").glob("test_foxpro_*.py")))
"""What kills, power cuts and full disks do to FoxPro tables."""

INTEGRATION = ROOT / "tests" / "integration"
SAGE_PRO = (*sorted(str(path) for path in INTEGRATION.glob("*sagepro*")), str(INTEGRATION / "agent"))
"""What works on a whole Sage Pro site: the connector, discovery, audit, the sample company, the agent."""


@dataclass(frozen=True)
class Suite:
    """One suite: its commands and the seconds that it may take on two cores."""

    budget_seconds: int
    commands: tuple[tuple[str, ...], ...]


def pytest(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", *arguments)


SUITES = {
    "static": Suite(
        120,
        (
            (str(BIN / "ruff"), "check", "."),
            (str(BIN / "ruff"), "format", "--check", "."),
            (str(BIN / "mypy"),),
            (str(BIN / "mypy"), "--platform", "win32", *ON_WINDOWS),
            (str(BIN / "lint-imports"),),
            pytest("tests/tidy"),
        ),
    ),
    "unit": Suite(300, (pytest("-n", "2", "tests/unit", "tests/property", "tests/simulation"),)),
    "contract": Suite(240, (pytest("-n", "2", "tests/contract"),)),
    "integration": Suite(
        720,
        (
            pytest(  # one file's tests share a running product: they stay with one worker
                *("-n", "3", "--dist", "loadfile", "tests/integration"),
                *("--ignore-glob=*/integration/*sagepro*", "--ignore-glob=*/integration/agent"),
            ),
        ),
    ),
    "sagepro": Suite(900, (pytest("-n", "3", "--dist", "worksteal", *SAGE_PRO),)),
    "crash": Suite(360, (pytest("-n", "2", "tests/crash", "--ignore-glob=*/test_foxpro_*"),)),
    "tables": Suite(
        240,
        (
            (sys.executable, "-m", "tests.crash.setup"),
            pytest("-n", "2", "--dist", "worksteal", *TABLE_CRASHES),
        ),
    ),
    "oracle": Suite(240, ((sys.executable, "-m", "tests.oracle.setup"), pytest("-n", "2", "tests/oracle"))),
    "browser": Suite(180, ((sys.executable, "-m", "tests.e2e.setup"), pytest("tests/e2e"))),
    "soak": Suite(1800, ((sys.executable, "-m", "tests.soak"),)),
}
DEFAULT = tuple(name for name in SUITES if name != "soak")


def run_suite(name: str) -> bool:
    suite = SUITES[name]
    started = time.monotonic()
    for command in suite.commands:
        print(f"== {name}: {' '.join(Path(word).name for word in command)}", flush=True)  # noqa: T201 - the runner's own output
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            return False
    seconds = time.monotonic() - started
    print(f"== {name}: {seconds:.0f} s of {suite.budget_seconds} s", flush=True)  # noqa: T201 - the runner's own output
    return seconds <= suite.budget_seconds


def main(names: list[str]) -> int:
    failed = [name for name in names or DEFAULT if not run_suite(name)]
    if failed:
        print(f"failed or over budget: {', '.join(failed)}", file=sys.stderr)  # noqa: T201 - the runner's own output
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
