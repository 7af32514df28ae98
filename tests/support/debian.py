"""Debian packages that a suite needs: installed when root, else named with the command that installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

MINUTES = 60


class SetupError(Exception):
    """What a suite needs cannot be made ready; the message says what to do."""


def told(set_up: Callable[[], None], say: Callable[[str], None]) -> None:
    """Makes a suite ready and says whether it is; what cannot be had skips its tests aloud."""
    try:
        set_up()
    except SetupError as error:
        say(f"NOT READY, its tests will be skipped: {error}")
    else:
        say("ready")


def install_command(packages: Sequence[str]) -> str:
    return f"apt-get install --no-install-recommends {' '.join(packages)}"


def install(what: str, packages: Sequence[str]) -> None:
    """Installs the packages.

    Raises:
        SetupError: this is no Debian, or we are not root, or the installation failed.
    """
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"{what} missing; install: {install_command(packages)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], seconds=5 * MINUTES, env=env)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
    run(command, seconds=15 * MINUTES, env=env)


def run(command: Sequence[str | Path], *, seconds: int, env: Mapping[str, str] | None = None) -> None:
    """Runs a program to its end; its last line is the reason when it fails."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds, env=env)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        last = str(error.stderr or error.stdout or error).strip().splitlines()[-1:]
        raise SetupError(f"{Path(command[0]).name} failed: {' '.join(last)}") from error
