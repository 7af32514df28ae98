"""Child processes that end with their parent, and the lock that keeps a second one away."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from counterfoil.config import Settings
from counterfoil.ports.errors import ConfigurationError

_STOP_SECONDS = 15


class Child:
    """One child process: its output goes to a log file, its standard input is the life line.

    The child watches its standard input and stops when it ends, which the operating system sees to even
    when this process is killed.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        stop_seconds: int = _STOP_SECONDS,
    ) -> None:
        self.arguments = tuple(arguments)
        self._stop_seconds = stop_seconds
        self.log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the program; its environment names the life line, so that a bare start by hand has none."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
                [sys.executable, "-m", "counterfoil", *self.arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**self._environment, LIFE_LINE: "1"},
                start_new_session=True,  # Ctrl-C is for the parent, which then stops its children in order
            )

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def stop(self) -> None:
        """Asks the child to stop, waits, and kills it by its process id when it does not."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def tail(self, lines: int = 20) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


LIFE_LINE = "COUNTERFOIL_LIFE_LINE"
"""Environment variable that tells a child to stop when its standard input ends."""


def on_stop(stop: Callable[[], None]) -> None:
    """Calls `stop` on SIGTERM and on Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def leave() -> None:
    """Ends this process at once, as a kill would, whatever its threads are doing."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def end_with_parent() -> None:
    """For a child with a life line: sends SIGTERM to this very process once its parent is gone."""
    if not os.environ.get(LIFE_LINE):
        return

    def watch() -> None:
        # Not through sys.stdin, whose lock this thread would still hold when the interpreter ends.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="life-line", daemon=True).start()


class FolderLock:
    """An operating system lock on a file, held for the life of the process: one of us per folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def acquire(self, *, patience_seconds: int = 60, on_wait: Callable[[], None] = lambda: None) -> None:
        """Takes the lock, trying again while an earlier process is still stopping.

        Raises:
            ConfigurationError: another process holds it, or the folder cannot be written.
        """
        file = self._open()
        pause = threading.Event()
        for turn in range(patience_seconds * 10):
            if _try_lock(file):
                self._file = file
                return
            if turn == 0:
                on_wait()
            pause.wait(0.1)
        file.close()
        raise ConfigurationError(
            f"another Counterfoil process uses {self._path.parent.parent}; "
            "stop it first or choose another data folder"
        )

    def _open(self) -> IO[bytes]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._path.open("a+b")
        except OSError as error:
            raise ConfigurationError(
                f"the data folder {self._path.parent.parent} cannot be written ({error.strerror}): "
                "choose another one with --data"
            ) from error

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def hub_lock(settings: Settings) -> Iterator[None]:
    """Held by whoever runs the hub of a data folder, or changes under it what a running hub would not see.

    Raises:
        ConfigurationError: another process holds it, or the folder cannot be written.
    """
    lock = FolderLock(settings.sockets / "hub.lock")
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _try_lock(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - exists on Windows only

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - exists on POSIX only

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
