"""Makes the FoxPro tests' witnesses ready, programs under wine; `python -m tests.oracle.setup`."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import debian
from tests.support.debian import MINUTES, SetupError, run

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "oracle"
PROGRAM = CACHE / "bin" / "stub.exe"
WINDOWS_PROGRAM = PROGRAM.with_name("windows.exe")
PREFIX = CACHE / "prefix"
SOURCES = {name: Path(__file__).with_name(f"{name.stem}.c") for name in (PROGRAM, WINDOWS_PROGRAM)}
REQUIREMENTS = ROOT / "requirements" / "oracle.txt"
LIBRARY = "c4dll64.dll"
PACKAGES = ("wine64", "gcc-mingw-w64-x86-64-win32")
COMPILER = "x86_64-w64-mingw32-gcc"
WINE_FOLDER = Path("/usr/lib/wine")


def say(line: str) -> None:
    print(f"oracle: {line}", flush=True)  # noqa: T201 - a command's own output


def wine_program(name: str) -> Path | None:
    """A program of wine: Debian keeps them outside the search path."""
    inside = WINE_FOLDER / name
    found = str(inside) if inside.exists() else shutil.which(name)
    return Path(found) if found else None


def wine_environment() -> dict[str, str]:
    quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "DISPLAY": ""}
    return {**os.environ, **quiet, "WINEPREFIX": str(PREFIX)}


def missing() -> str:
    """Why the witness cannot be asked, or nothing."""
    if wine_program("wine64") is None:
        return f"wine is not installed: {debian.install_command(PACKAGES)}"
    if not _is_built() or not (PREFIX / "system.reg").exists():
        return "it was not set up: python -m tests.oracle.setup"
    return ""


@contextmanager
def in_use() -> Iterator[None]:
    """Hold the witness; whoever leaves last stops wine's server for our prefix, and no other."""
    with (CACHE / "in-use").open("a") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(mark, fcntl.LOCK_UN)
            _stop_server(mark.fileno())


def _stop_server(mark: int) -> None:
    server = wine_program("wineserver")
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if server:
        subprocess.run([server, "-k"], env=wine_environment(), check=False, timeout=MINUTES)


def _install_packages() -> None:
    if wine_program("wine64") and shutil.which(COMPILER):
        return
    say(f"needs {' and '.join(PACKAGES)} (half a minute) ...")
    debian.install("wine and a cross compiler are", PACKAGES)


def _fingerprint() -> str:
    read = [path.read_bytes() for path in (*SOURCES.values(), REQUIREMENTS)]
    return hashlib.sha256(b"".join(read)).hexdigest()


def _is_built() -> bool:
    mark = PROGRAM.with_suffix(".sha256")
    return PROGRAM.exists() and mark.exists() and mark.read_text("ascii") == _fingerprint()


def _fetch_library() -> None:
    say("fetching CodeBase's library ...")
    wheels = CACHE / "wheel"
    command = ["pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    source: list[str | Path] = ["--only-binary=:all:", "-r", REQUIREMENTS, "-d", wheels]
    run([sys.executable, "-m", *command, *source], seconds=10 * MINUTES)
    with zipfile.ZipFile(next(wheels.glob("code_base_tools-*.whl"))) as wheel:
        inside = next(name for name in wheel.namelist() if name.endswith(f"/{LIBRARY}"))
        (PROGRAM.parent / LIBRARY).write_bytes(wheel.read(inside))


def _build() -> None:
    if _is_built():
        return
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    if not (PROGRAM.parent / LIBRARY).exists():
        _fetch_library()
    say("compiling the stubs ...")
    for program, source in SOURCES.items():
        run([COMPILER, "-O1", "-Wall", "-o", program, source], seconds=2 * MINUTES)
    PROGRAM.with_suffix(".sha256").write_text(_fingerprint(), "ascii")


def _make_prefix() -> None:
    if (PREFIX / "system.reg").exists():
        return
    wine = wine_program("wine64")
    if wine is None:
        raise SetupError("wine64 is still missing")
    say("preparing wine (a few seconds) ...")
    PREFIX.parent.mkdir(parents=True, exist_ok=True)
    with in_use():
        run([wine, "wineboot", "-i"], seconds=3 * MINUTES, env=wine_environment())


def set_up() -> None:
    """Do what is not done yet; quick when all is."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "setup").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install_packages()
        _build()
        _make_prefix()


if __name__ == "__main__":
    debian.told(set_up, say)
