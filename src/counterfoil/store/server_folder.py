"""What lies in an embedded server's folder: the cluster, the password, the socket, the lock and the logs."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from counterfoil.ports.ids import IdSource
from counterfoil.store.errors import ServerAccountError, ServerStartError
from counterfoil.store.server_account import Account

SOCKET_PATH_BYTES_MAX = 103
"""107 on Linux, 103 on macOS."""
SOCKET_NAME = ".s.PGSQL.5432"
LOG_BYTES = 4_000
PASSWORD_BYTES = 32
LOCK_TRY = timedelta(milliseconds=100)


def write_private(path: Path, text: str, account: Account) -> None:
    """Writes a file that only its owner reads; replaced in one move, so a crash leaves the old or the new."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    account.own(draft)
    draft.replace(path)


class ServerFolder:
    """The paths of one embedded server; makes what is missing, closed to everybody else."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.cluster = self.root / "cluster"
        self.draft = self.root / "cluster.new"
        self.logs = self.root / "log"
        self.start_log = self.root / "start.log"
        self.password_file = self.root / "password"

    def prepare(self, account: Account) -> None:
        """Makes the folder. One that exists is closed as well: it holds nothing but the database."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        account.own(self.root)

    def password(self, ids: IdSource, account: Account) -> str:
        """The database's password, drawn once."""
        if not self.password_file.exists():
            write_private(self.password_file, ids.token(PASSWORD_BYTES), account)
        return self.password_file.read_text("utf-8").strip()

    def read_password(self) -> str:
        return self.password_file.read_text("utf-8").strip()

    def socket_folder(self) -> Path | None:
        """Beside the cluster, else, that path being too long, in the temporary folder; None on Windows."""
        if sys.platform == "win32":
            return None
        near = self.root / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX:
            return near
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"counterfoil-{digest}"

    def prepare_socket_folder(self, account: Account) -> Path | None:
        """Makes the socket's folder; one that somebody else made at the same place is not trusted."""
        folder = self.socket_folder()
        if folder is None:
            return None
        if not folder.exists():
            folder.mkdir(mode=0o700)
            account.own(folder)
        status = folder.lstat()
        mine = account.uid if account.uid is not None else os.geteuid()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != mine or status.st_mode & 0o077:
            raise ServerAccountError(
                f"{folder} is not a folder of ours closed to others: remove it, then start again"
            )
        return folder

    def port_file(self) -> Path:
        return self.root / "port"

    def port(self, account: Account) -> int:
        """The socket's number is fixed; on Windows a free port is taken once and kept."""
        if sys.platform != "win32":
            return 5432
        if not self.port_file().exists():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                write_private(self.port_file(), str(probe.getsockname()[1]), account)
        return int(self.port_file().read_text("utf-8"))

    def log_tail(self) -> str:
        """The end of what the server said last."""
        logs = sorted(self.logs.glob("server-*.log"), key=lambda path: path.stat().st_mtime)
        paths = [path for path in (self.start_log, *logs[-1:]) if path.exists()]
        return "\n".join(path.read_text("utf-8", errors="replace")[-LOG_BYTES:] for path in paths).strip()

    @contextmanager
    def locked(self, patience_seconds: int, cancel: threading.Event) -> Iterator[None]:
        """Only one process at a time makes, starts or stops the folder's server."""
        with (self.root / "lock").open("a+b") as file:
            tries = timedelta(seconds=patience_seconds) // LOCK_TRY
            while not try_lock(file.fileno()):
                tries -= 1
                if tries <= 0 or cancel.wait(LOCK_TRY.total_seconds()):
                    raise ServerStartError(
                        self.root, "another process has been starting or stopping it for too long"
                    )
            yield


def try_lock(descriptor: int) -> bool:
    """Takes an exclusive lock that ends with the file, or says that another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - does not exist on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
